#include "engine/advise/recommend.h"

#include <algorithm>
#include <cmath>
#include <ranges>
#include <tuple>

#include "engine/advise/project_signals.h"
#include "engine/advise/words.h"

namespace mlx {
namespace {

// How sure one sign alone makes it. Several are joined as independent ones: what is left of the doubt is
// multiplied. Imports and names together stay below the threshold: they say that a project is about the
// matter, not that something is missing in it.
constexpr double kMostOfImports = 0.35;
constexpr double kMostOfNames = 0.25;
constexpr double kRepeated = 0.3;  ///< of the second place with the same practice, and every one after it

double weight_of(PracticeKind kind) {
  switch (kind) {
    case PracticeKind::kRetryLoop:
    case PracticeKind::kRateLimit:
    case PracticeKind::kEnvironmentParsing:
    case PracticeKind::kCsvValidation: return 0.75;
    case PracticeKind::kCache:
    case PracticeKind::kModelLoading:
    case PracticeKind::kRegistry:
    case PracticeKind::kApplicationFactory: return 0.7;
    case PracticeKind::kLiteralSecret: return 0;
  }
  return 0;
}

/// `a retry loop`, `3 retry loops`.
std::string counted(PracticeKind kind, std::size_t count) {
  const auto text = [count](std::string_view one, std::string_view many) {
    return count == 1 ? std::string(one) : std::to_string(count) + " " + std::string(many);
  };
  switch (kind) {
    case PracticeKind::kRetryLoop: return text("a hand-written retry loop", "hand-written retry loops");
    case PracticeKind::kCache: return text("a hand-written cache", "hand-written caches");
    case PracticeKind::kRateLimit: return text("a hand-written rate limit", "hand-written rate limits");
    case PracticeKind::kEnvironmentParsing:
      return text("settings parsed by hand", "places that parse settings by hand");
    case PracticeKind::kModelLoading: return text("a model loaded by hand", "models loaded by hand");
    case PracticeKind::kCsvValidation: return text("columns checked by hand", "checks of columns by hand");
    case PracticeKind::kApplicationFactory:
      return text("a web application without health routes", "web applications without health routes");
    case PracticeKind::kRegistry: return text("a hand-written registry", "hand-written registries");
    case PracticeKind::kLiteralSecret: return text("a secret in plain text", "secrets in plain text");
  }
  return {};
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

/// What a person sees there.
std::string seen_text(const PythonPractice& practice) {
  if (practice.symbol.empty()) return practice.detail;
  return "`" + practice.symbol + "`: " + practice.detail;
}

/// A component while signs for it are gathered.
struct Candidate {
  const ComponentProfile* profile = nullptr;
  std::vector<const SeenPractice*> practices;
  double doubt = 1;
};

bool is_installed(const ComponentProfile& profile, const Lock& lock) {
  return lock.components.contains(profile.name.name);
}

/// Could the component take the place of what is there? One for web services only in their code, with their
/// framework.
bool fits(const ComponentProfile& profile, const SeenPractice& seen) {
  if (profile.web_frameworks.empty()) return true;
  return std::ranges::any_of(profile.web_frameworks,
                             [&](const std::string& name) { return seen.frameworks.contains(name); });
}

/// Does a library that the project uses do it already?
bool has_library(PracticeKind kind, const ProjectSignals& signals) {
  return std::ranges::any_of(libraries_for(kind), [&](const std::string& library) {
    return signals.distributions.contains(library);
  });
}

/// How well the component answers this place; 0 if it does not. Components for the web go before general
/// ones.
double fit_of(const ComponentProfile& profile, const SeenPractice& seen, const ProjectSignals& signals) {
  const auto answer = profile.answers.find(seen.practice.kind);
  if (answer == profile.answers.end() || !fits(profile, seen)) return 0;
  if (has_library(seen.practice.kind, signals)) return 0;
  const bool is_served = seen.practice.kind == PracticeKind::kApplicationFactory && signals.has_health_route;
  return is_served ? 0 : answer->second.strength;
}

/// Gives each practice to the one component that answers it best, if none that is installed does.
std::vector<Candidate> assign(const std::vector<ComponentProfile>& components, const Lock& lock,
                              const ProjectSignals& signals) {
  std::vector<Candidate> candidates;
  for (const ComponentProfile& profile : components)
    candidates.push_back({.profile = &profile, .practices = {}});
  for (const SeenPractice& seen : signals.practices) {
    Candidate* best = nullptr;
    std::tuple<double, std::size_t> best_fit{0, 0};
    bool is_answered = false;
    for (Candidate& candidate : candidates) {
      const double fit = fit_of(*candidate.profile, seen, signals);
      if (fit > 0 && is_installed(*candidate.profile, lock)) is_answered = true;
      const std::tuple own{fit, candidate.profile->web_frameworks.size()};
      if (fit == 0 || (best != nullptr && own <= best_fit)) continue;
      best = &candidate;
      best_fit = own;
    }
    if (best != nullptr && !is_answered) best->practices.push_back(&seen);
  }
  return candidates;
}

void weigh_practices(Candidate& candidate) {
  std::set<PracticeKind> known;
  for (const SeenPractice* seen : candidate.practices) {
    const PracticeKind kind = seen->practice.kind;
    const double strength = candidate.profile->answers.at(kind).strength;
    const double repeated = known.insert(kind).second ? 1 : kRepeated;
    candidate.doubt *= 1 - weight_of(kind) * strength * repeated;
  }
}

/// How much it says that a project imports what a component requires: little, if most components do.
double import_weight(const std::vector<ComponentProfile>& components, const std::string& distribution) {
  const auto users = std::ranges::count_if(components, [&](const ComponentProfile& profile) {
    return profile.distributions.contains(distribution);
  });
  if (users == 0 || components.size() < 2) return 0;
  const auto all = static_cast<double>(components.size());
  return std::log(all / static_cast<double>(users)) / std::log(all);
}

/// What the project imports and few components require, the rarest of it.
std::optional<std::pair<std::string, double>> rarest_import(const ComponentProfile& profile,
                                                            const std::vector<ComponentProfile>& components,
                                                            const ProjectSignals& signals) {
  std::optional<std::pair<std::string, double>> found;
  for (const std::string& distribution : profile.distributions) {
    if (!signals.imports.contains(distribution)) continue;
    // `mlflow-skinny` says something of a component that speaks of MLflow, `packaging` of none.
    const auto words = words_of(distribution);
    const bool is_its_matter =
        std::ranges::any_of(words, [&](const std::string& word) { return profile.words.contains(word); });
    const double weight = is_its_matter ? import_weight(components, distribution) : 0;
    if (weight > 0.3 && (!found || weight > found->second)) found = {distribution, weight};
  }
  return found;
}

std::string reason(const Candidate& candidate) {
  std::map<PracticeKind, std::size_t> counts;
  for (const SeenPractice* seen : candidate.practices) ++counts[seen->practice.kind];
  std::vector<std::string> written;
  std::vector<std::string> symbols;
  for (const auto& [kind, count] : counts) {
    written.push_back(counted(kind, count));
    const auto& own = candidate.profile->answers.at(kind).symbols;
    for (const std::string& symbol : own | std::views::take(2)) symbols.push_back("`" + symbol + "`");
  }
  const std::string last = written.back();
  written.pop_back();
  const std::string what = written.empty() ? last : joined(written) + " and " + last;
  return (symbols.empty() ? candidate.profile->title : joined(symbols)) + " instead of " + what;
}

Recommendation rendered(const Candidate& candidate, const std::vector<ComponentProfile>& components,
                        const ProjectSignals& signals) {
  const std::string name = to_string(candidate.profile->name);
  Recommendation result{.component = name,
                        .title = candidate.profile->title,
                        .score = 1 - candidate.doubt,
                        .evidence = {},
                        .reason = reason(candidate),
                        .command = "mlx add " + name};
  std::vector<const SeenPractice*> practices = candidate.practices;
  std::ranges::stable_sort(practices, std::ranges::greater{},
                           [](const SeenPractice* seen) { return weight_of(seen->practice.kind); });
  for (const SeenPractice* seen : practices) {
    result.evidence.push_back(
        {.place = {.file = seen->file, .line = seen->practice.line}, .text = seen_text(seen->practice)});
  }
  if (const auto import = rarest_import(*candidate.profile, components, signals)) {
    result.evidence.push_back({.place = signals.imports.at(import->first),
                               .text = "imports " + import->first + ", which it builds on"});
  }
  return result;
}

}  // namespace

bool Scope::holds(std::string_view file, std::size_t first, std::size_t last) const {
  const auto found = files.find(file);
  if (found == files.end()) return false;
  return found->second.empty() || std::ranges::any_of(found->second, [&](const Lines& lines) {
           return lines.first <= last && first <= lines.last;
         });
}

std::vector<Recommendation> recommend(const RepoIndex& index, const std::vector<ComponentProfile>& components,
                                      const Lock& lock, const std::vector<IgnoreRule>& ignored,
                                      const RecommendOptions& options) {
  const ProjectSignals signals = read_signals(index, lock, options.scope);
  std::vector<Candidate> candidates = assign(components, lock, signals);
  std::vector<WordCounts> texts;
  for (const ComponentProfile& profile : components) texts.push_back(profile.words);
  const std::vector<double> names = NameRanking(std::move(texts)).scores(signals.names);
  std::vector<Recommendation> found;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    Candidate& candidate = candidates[i];
    const ComponentProfile& profile = *candidate.profile;
    const bool is_ignored = std::ranges::any_of(
        ignored, [&](const IgnoreRule& rule) { return rule.covers(profile.name.name, profile.version); });
    if (candidate.practices.empty() || is_installed(profile, lock) || is_ignored) continue;
    weigh_practices(candidate);
    if (const auto import = rarest_import(profile, components, signals)) {
      candidate.doubt *= 1 - kMostOfImports * import->second;
    }
    candidate.doubt *= 1 - kMostOfNames * names[i];
    if (1 - candidate.doubt >= options.threshold) found.push_back(rendered(candidate, components, signals));
  }
  std::ranges::sort(found, {}, [](const Recommendation& recommendation) {
    return std::tuple(-recommendation.score, recommendation.component);
  });
  if (found.size() > options.limit) found.resize(options.limit);
  return found;
}

}  // namespace mlx
