#include "engine/compat/read_calls.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>

#include "engine/component/extract/platform.h"

namespace mlx {
namespace {

std::string_view parent_of(std::string_view dotted) {
  const auto dot = dotted.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : dotted.substr(0, dot);
}

std::string_view last_of(std::string_view dotted) { return dotted.substr(dotted.rfind('.') + 1); }
std::string_view first_of(std::string_view dotted) { return dotted.substr(0, dotted.find('.')); }

std::string joined(std::string_view one, std::string_view other) {
  if (one.empty() || other.empty()) return std::string(one.empty() ? other : one);
  return std::string(one) + "." + std::string(other);
}

bool binds(const PythonModule& module, std::string_view name) {
  return std::ranges::find(module.symbols, name, &PythonSymbol::name) != module.symbols.end();
}

/// The full name of what a file calls `written`, import aliases resolved: `.core.MODELS` in `shop.trees` is
/// `shop.core.MODELS`.
std::string absolute_name(const RepoIndex& index, FileId file, std::string_view written) {
  const std::string module = index.module_name(file);
  if (!written.starts_with('.')) {
    const bool is_own = binds(index.module(file), first_of(written));
    return is_own ? joined(module, written) : std::string(written);
  }
  std::string_view package = module;
  if (file_name(index.python()[file].str()) != "__init__.py") package = parent_of(package);
  for (written.remove_prefix(1); written.starts_with('.'); written.remove_prefix(1))
    package = parent_of(package);
  return joined(package, written);
}

/// Where a name is bound: the file of its module, and what it is called there.
struct Binding {
  const RepoIndex* index = nullptr;
  FileId file = 0;
  std::string path;  ///< `MODELS.register`

  [[nodiscard]] std::string name() const { return joined(index->module_name(file), path); }
};

/// Follows imports from module to module, at most a few.
std::optional<Binding> find_binding(const RepoIndex& index, std::string name) {
  constexpr int kMostImports = 8;
  for (int i = 0; i < kMostImports; ++i) {
    std::string_view module_name = parent_of(name);
    auto file = index.file_of_module(module_name);
    for (; !file && !module_name.empty(); file = index.file_of_module(module_name))
      module_name = parent_of(module_name);
    if (!file || module_name.empty()) return std::nullopt;
    const std::string path = name.substr(module_name.size() + 1);
    const std::string first(first_of(path));
    const PythonModule& module = index.module(*file);
    if (binds(module, first)) return Binding{.index = &index, .file = *file, .path = path};
    const auto import = std::ranges::find(module.imports, first, &PythonImport::bound_name);
    if (import == module.imports.end() || (import->name.empty() && import->alias.empty()))
      return std::nullopt;
    const std::string written = std::string(import->level, '.') + joined(import->module, import->name);
    name = absolute_name(index, *file, written) + path.substr(first.size());
  }
  return std::nullopt;
}

const PythonSymbol* symbol_of(const Binding& binding) {
  const auto& symbols = binding.index->module(binding.file).symbols;
  const auto found = std::ranges::find(symbols, binding.path, &PythonSymbol::name);
  return found == symbols.end() ? nullptr : &*found;
}

/// Does its module show that what is called fills a dict by name?
bool fills_by_name(const Binding& binding) {
  const std::string method = "." + std::string(last_of(binding.path));
  const bool is_method = binding.path.find('.') != std::string::npos;
  const auto& practices = binding.index->module(binding.file).practices;
  return std::ranges::any_of(practices, [&](const PythonPractice& practice) {
    return practice.kind == PracticeKind::kRegistry &&
           (practice.symbol == binding.path || (is_method && practice.symbol.ends_with(method)));
  });
}

/// `MODEL_REGISTRY.register`; `MODELS.register` as a decorator. An event bus is called otherwise.
bool is_registry_variable(const Binding& binding, bool is_decorator) {
  const std::string_view variable = parent_of(binding.path);
  if (variable.empty() || variable.find('.') != std::string_view::npos) return false;
  std::string lower(variable);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const bool is_constant =
      std::ranges::none_of(variable, [](unsigned char c) { return std::islower(c) != 0; });
  return lower.find("registry") != std::string::npos || lower.ends_with("plugins") ||
         (is_constant && is_decorator);
}

/// The name in the registry; nothing if it is not sure that this is one.
std::optional<std::string> registered_name(const Binding& binding, const PythonRegistration& registration) {
  const PythonSymbol* symbol = symbol_of(binding);
  const bool takes_kind = symbol != nullptr && symbol->signature.starts_with("(kind: str, name: str");
  if (takes_kind && registration.is_decorator) {
    if (registration.names.size() < 2) return std::nullopt;
    return registration.names[0] + "/" + registration.names[1];
  }
  // What else is given may say where in the registry: a name can be in several of its parts. A plain call
  // gives the object too.
  if (registration.argument_count > (registration.is_decorator ? 1U : 2U)) return std::nullopt;
  const bool is_registry = fills_by_name(binding) || is_registry_variable(binding, registration.is_decorator);
  return is_registry ? std::optional(registration.names.front()) : std::nullopt;
}

}  // namespace

std::vector<PluginFact> find_plugins(const RepoIndex& index, const std::set<FileId>& sources,
                                     const RepoIndex* project) {
  std::vector<PluginFact> plugins;
  for (const FileId file : sources) {
    for (const PythonRegistration& registration : index.module(file).registrations) {
      const std::string full = absolute_name(index, file, registration.registry);
      auto binding = find_binding(index, full);
      if (!binding && project != nullptr) binding = find_binding(*project, full);
      if (!binding) continue;
      auto name = registered_name(*binding, registration);
      if (!name) continue;
      plugins.push_back({.registry = binding->name(),
                         .name = *std::move(name),
                         .target = {},
                         .place = {.file = index.python()[file].str(), .line = registration.line}});
    }
  }
  return plugins;
}

std::vector<ListenerFact> find_listeners(const RepoIndex& index, const std::set<FileId>& sources) {
  // Each is compared with each: nobody writes as many as this, but to keep somebody busy.
  constexpr std::size_t kMostListeners = 200;
  std::vector<ListenerFact> listeners;
  for (const FileId file : sources) {
    for (const PythonListener& listener : index.module(file).listeners) {
      if (listeners.size() == kMostListeners) return listeners;
      // `shop.api:app` and `create_app()` name the same things as `shop.api.app` and `create_app`.
      std::string application = listener.application.substr(0, listener.application.find('('));
      std::ranges::replace(application, ':', '.');
      if (!application.empty()) application = absolute_name(index, file, application);
      listeners.push_back({.port = listener.port,
                           .application = std::move(application),
                           .is_background = listener.is_background,
                           .is_conditional = listener.context.is_conditional,
                           .file = file,
                           .place = {.file = index.python()[file].str(), .line = listener.line}});
    }
  }
  return listeners;
}

}  // namespace mlx
