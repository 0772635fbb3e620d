#include "engine/advise/component_profile.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "engine/advise/words.h"
#include "engine/source/python_module.h"

namespace mlx {
namespace {

using Phrases = std::vector<std::string_view>;

/// The words that name a practice: one of the phrases, all of its words.
struct PracticeWords {
  PracticeKind kind;
  Phrases texts;    ///< in prose
  Phrases symbols;  ///< in names of functions and classes, those that do most first
};

const std::vector<PracticeWords>& practice_words() {
  static const std::vector<PracticeWords> all = {
      {PracticeKind::kRetryLoop, {"retry", "backoff"}, {"call retry", "retry", "backoff"}},
      {PracticeKind::kCache, {"cache", "memoize"}, {"cache", "memoize"}},
      {PracticeKind::kRateLimit, {"rate limit", "throttle"}, {"add rate limit", "rate limit", "throttle"}},
      {PracticeKind::kEnvironmentParsing,
       {"configuration", "settings"},
       {"load settings", "load configuration", "settings", "configuration"}},
      {PracticeKind::kModelLoading, {"model load"}, {"model load"}},
      {PracticeKind::kCsvValidation,
       {"table schema", "data validation", "dataframe schema"},
       {"table schema", "load validated", "dataframe schema"}},
      {PracticeKind::kApplicationFactory,
       {"application factory", "app factory"},
       {"create app", "create application", "application factory", "app factory"}},
      {PracticeKind::kRegistry, {"plugin"}, {"plugin registry", "add plugin", "plugin"}},
  };
  return all;
}

bool holds_all(const std::set<std::string>& words, std::string_view phrase) {
  return std::ranges::all_of(words_of(phrase), [&](const std::string& word) { return words.contains(word); });
}

bool names(const std::set<std::string>& words, const Phrases& phrases) {
  return std::ranges::any_of(phrases, [&](std::string_view phrase) { return holds_all(words, phrase); });
}

std::string_view last_name(std::string_view dotted) { return dotted.substr(dotted.rfind('.') + 1); }

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += text + " ";
  return all;
}

/// How much a component's texts speak of a practice.
double strength(const Component& component, const PracticeWords& practice) {
  const std::string title = component.title + " " + component.name;
  std::string modules;
  for (const std::string& module : component.provides.modules)
    modules += std::string(last_name(module)) + " ";
  const std::string described = title + " " + component.description;
  if (names(word_set(title), practice.texts)) return 1.0;
  if (names(word_set(title + " " + joined(component.categories)), practice.texts)) return 0.95;
  if (names(word_set(described), practice.texts)) return 0.9;
  // Most components have a module of settings; it says what the component is for only if nothing else does.
  const bool is_undescribed = component.description.empty();
  return is_undescribed && names(word_set(described + " " + modules), practice.texts) ? 0.85 : 0;
}

/// Functions and classes whose own name speaks of the practice, each once; those of the first phrase first.
std::vector<std::string> answering_symbols(const Component& component, const PracticeWords& practice) {
  std::vector<std::string> found;
  for (const std::string_view phrase : practice.symbols) {
    const auto first = static_cast<std::ptrdiff_t>(found.size());
    for (const ProvidedSymbol& symbol : component.provides.symbols) {
      const bool is_made = symbol.kind == SymbolKind::kFunction || symbol.kind == SymbolKind::kClass;
      std::string name(last_name(symbol.name));
      if (!is_made || name.ends_with("Error") || !holds_all(word_set(name), phrase)) continue;
      if (std::ranges::find(found, name) == found.end()) found.push_back(std::move(name));
    }
    std::stable_sort(found.begin() + first, found.end(),
                     [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
  }
  return found;
}

std::set<std::string> all_symbol_words(const Component& component) {
  std::set<std::string> words;
  for (const ProvidedSymbol& symbol : component.provides.symbols)
    words.merge(word_set(last_name(symbol.name)));
  for (const std::string& module : component.provides.modules) words.merge(word_set(last_name(module)));
  return words;
}

void add_answers(const Component& component, const std::set<PracticeKind>& shown, ComponentProfile& profile) {
  const std::set<std::string> symbol_words = all_symbol_words(component);
  for (const PracticeWords& practice : practice_words()) {
    PracticeAnswer answer{.strength = strength(component, practice),
                          .symbols = answering_symbols(component, practice)};
    const bool is_in_symbols = names(symbol_words, practice.symbols) || !answer.symbols.empty();
    const bool is_done = is_in_symbols || shown.contains(practice.kind);
    if (answer.strength > 0 && is_done) profile.answers.emplace(practice.kind, std::move(answer));
  }
}

}  // namespace

bool is_web_framework(std::string_view distribution) {
  constexpr std::array<std::string_view, 14> kFrameworks = {
      "fastapi", "starlette", "flask",  "quart",    "django", "djangorestframework", "aiohttp", "sanic",
      "tornado", "bottle",    "falcon", "litestar", "robyn",  "blacksheep"};
  return std::ranges::find(kFrameworks, distribution) != kFrameworks.end();
}

const std::set<std::string>& libraries_for(PracticeKind kind) {
  static const std::map<PracticeKind, std::set<std::string>> libraries = {
      {PracticeKind::kRetryLoop,
       {"tenacity", "backoff", "retrying", "stamina", "retry", "retry2", "opnieuw"}},
      {PracticeKind::kCache,
       {"cachetools", "diskcache", "aiocache", "cashews", "dogpile-cache", "async-lru", "joblib",
        "requests-cache"}},
      {PracticeKind::kRateLimit,
       {"slowapi", "limits", "aiolimiter", "ratelimit", "pyrate-limiter", "flask-limiter", "fastapi-limiter",
        "asyncio-throttle"}},
      {PracticeKind::kEnvironmentParsing,
       {"pydantic-settings", "environs", "python-decouple", "dynaconf", "django-environ", "envparse",
        "typed-settings", "hydra-core"}},
      {PracticeKind::kModelLoading, {"bentoml", "skops", "kserve", "mlserver"}},
      {PracticeKind::kCsvValidation, {"pandera", "great-expectations", "frictionless", "dataframely"}},
      {PracticeKind::kRegistry, {"pluggy", "stevedore", "catalogue", "class-registry"}},
  };
  static const std::set<std::string> none;
  const auto found = libraries.find(kind);
  return found == libraries.end() ? none : found->second;
}

ComponentProfile profile_of(const Component& component, const ComponentName& name,
                            const std::vector<std::string>& templates) {
  ComponentProfile profile{.name = name,
                           .version = component.version,
                           .title = component.title,
                           .distributions = {},
                           .web_frameworks = {},
                           .components = {},
                           .answers = {},
                           .words = {}};
  for (const Requirement& requirement : component.requirements.distributions) {
    std::string distribution = normalized_name(requirement.name);
    if (is_web_framework(distribution)) profile.web_frameworks.insert(distribution);
    profile.distributions.insert(std::move(distribution));
  }
  for (const auto& [required, range] : component.requirements.components) profile.components.insert(required);
  count_words(component.title, profile.words);
  count_words(component.description, profile.words);
  count_words(joined(component.categories), profile.words);
  for (const ProvidedSymbol& symbol : component.provides.symbols) {
    count_words(last_name(symbol.name), profile.words);
  }
  std::set<PracticeKind> shown;
  for (const std::string& text : templates) {
    const PythonModule module = read_python_module(text);
    count_words(module.summary, profile.words);
    for (const PythonSymbol& symbol : module.symbols) count_words(symbol.summary, profile.words);
    for (const PythonPractice& practice : module.practices) shown.insert(practice.kind);
  }
  add_answers(component, shown, profile);
  return profile;
}

Result<std::vector<ComponentProfile>> read_profiles(const Registries& registries) {
  std::vector<ComponentProfile> profiles;
  for (const std::string& registry_name : registries.names()) {
    const Registry& registry = *MLX_TRY(registries.registry(registry_name));
    for (const RegistryItem& item : registry.items()) {
      const Component component = MLX_TRY(registry.component(item.name));
      std::vector<std::string> templates;
      for (const ComponentFile& file : component.files) {
        if (file.kind != FileKind::kSource || !file.path.str().ends_with(".py")) continue;
        templates.push_back(MLX_TRY(registry.template_text(component, file)));
      }
      const ComponentName name{.registry = registry_name, .name = item.name};
      profiles.push_back(profile_of(component, name, templates));
    }
  }
  return profiles;
}

}  // namespace mlx
