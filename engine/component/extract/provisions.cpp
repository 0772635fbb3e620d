#include "engine/component/extract/provisions.h"

#include <algorithm>
#include <array>

#include "engine/component/extract/route_table.h"
#include "engine/manifest/source_root.h"

namespace mlx {
namespace {

bool is_private(std::string_view dotted) {
  while (!dotted.empty()) {
    const auto dot = dotted.find('.');
    const auto segment = dotted.substr(0, dot);
    const bool is_dunder = segment.starts_with("__") && segment.ends_with("__");
    if (segment.starts_with('_') && !is_dunder) return true;
    dotted = dot == std::string_view::npos ? std::string_view() : dotted.substr(dot + 1);
  }
  return false;
}

bool is_dunder(std::string_view name) { return name.starts_with("__"); }

/// `(self, a: int) -> None` is called as `(a: int)`.
std::string call_signature(std::string_view method) {
  const auto close = method.rfind(')', method.find(" -> "));
  std::string_view parameters = method.substr(0, close == std::string_view::npos ? method.size() : close + 1);
  const auto comma = parameters.find(',');
  if (comma == std::string_view::npos) return "()";
  parameters.remove_prefix(comma + 1);
  while (parameters.starts_with(' ')) parameters.remove_prefix(1);
  return "(" + std::string(parameters);
}

/// As imports of the platform's code root begin, which is what the templates' names are moved from; a
/// directory on the way without an `__init__.py` changes nothing. Empty for a path that is no module's.
std::string module_name_of(const Platform& platform, FileId file) {
  std::string found = platform.index.module_name(file);
  const RepoPath& path = platform.index.python()[file];
  const auto root = std::ranges::find_if(
      platform.roots, [&](const CodeRoot& candidate) { return path.is_within(candidate.directory); });
  if (found.empty() || root == platform.roots.end()) return found;
  std::string name = root->import_root + path.str().substr(root->directory.size());
  name.resize(name.size() - std::string_view(".py").size());
  std::ranges::replace(name, '/', '.');
  constexpr std::string_view kPackage = ".__init__";
  if (name.ends_with(kPackage)) name.resize(name.size() - kPackage.size());
  return name;
}

bool is_health_word(std::string_view word) {
  constexpr std::array<std::string_view, 12> kWords = {
      "health", "healthz",  "healthcheck", "health-check", "health_check", "live",
      "livez",  "liveness", "ready",       "readyz",       "readiness",    "startupz"};
  return std::ranges::find(kWords, word) != kWords.end();
}

/// Probes and scrapers send no parameters, and only ask.
RouteRole role_of(const ProvidedRoute& route, const std::vector<PlatformContainer>& containers) {
  const bool is_fixed = route.path.find_first_of("{<") == std::string::npos;
  if (!is_fixed || (route.method != "GET" && route.method != "HEAD")) return RouteRole::kNone;
  const bool is_asked = std::ranges::any_of(containers, [&](const PlatformContainer& container) {
    return container.health_paths.contains(route.path);
  });
  if (is_asked) return RouteRole::kHealth;
  std::string_view rest = route.path;
  while (rest.ends_with('/')) rest.remove_suffix(1);
  const std::string_view last = file_name(rest);
  if (last == "metrics") return RouteRole::kMetrics;
  return is_health_word(last) ? RouteRole::kHealth : RouteRole::kNone;
}

class ProvisionFinder {
 public:
  ProvisionFinder(const Platform& platform, const ComponentPart& part) : platform_(platform), part_(part) {}

  FoundProvisions run() {
    for (const FileId file : part_.sources) {
      const std::string name = module_name_of(platform_, file);
      if (name.empty()) continue;
      found_.modules.push_back(name);
      add_symbols(file, name);
      add_injection_points(file);
      const bool is_program = platform_.index.python()[file].filename() == "__main__.py";
      if (is_program)
        found_.entry_points.push_back({.value = name.substr(0, name.rfind('.')), .evidence = place(file, 1)});
      for (const auto& [script, evidence] : platform_.scripts) {
        const auto equals = script.find(" = ");
        const std::string target = script.substr(equals + 3, script.find(':') - equals - 3);
        if (target == name) found_.entry_points.push_back({.value = script, .evidence = evidence});
      }
    }
    for (const ResolvedRoute& route : resolve_routes(platform_.index, part_.sources)) {
      const std::string handler = module_name_of(platform_, route.file) +
                                  route.handler.substr(platform_.index.module_name(route.file).size());
      for (const std::string& method : route.methods) {
        found_.routes.push_back({.value = {.method = method, .path = route.path, .handler = handler},
                                 .evidence = place(route.file, route.line)});
        ProvidedRoute& added = found_.routes.back().value;
        added.role = role_of(added, platform_.containers);
      }
    }
    for (const PlatformContainer& container : platform_.containers) {
      if (container.file && part_.sources.contains(*container.file)) found_.containers.push_back(&container);
    }
    std::ranges::sort(found_.modules);
    std::ranges::sort(found_.symbols, {}, [](const auto& s) { return s.value.name; });
    std::ranges::sort(found_.routes, {},
                      [](const auto& r) { return std::pair(r.value.path, r.value.method); });
    // What several applications answer in the same way is one route.
    const auto repeated = std::ranges::unique(found_.routes, {}, [](const auto& r) { return r.value; });
    found_.routes.erase(repeated.begin(), repeated.end());
    return std::move(found_);
  }

 private:
  [[nodiscard]] Evidence place(FileId file, std::size_t line) const {
    return {.file = platform_.index.python()[file].str(), .line = line};
  }

  void add_symbols(FileId file, const std::string& module_name) {
    const PythonModule& module = platform_.index.module(file);
    if (is_private(module_name)) return;
    const bool is_listed = module.has_all && module.is_all_known;
    const auto is_public = [&](const std::string& name) {
      if (is_dunder(name)) return false;
      return is_listed ? std::ranges::find(module.all, name) != module.all.end() : !is_private(name);
    };
    for (const PythonSymbol& symbol : module.symbols) {
      const std::string owner = symbol.name.substr(0, symbol.name.find('.'));
      const bool is_method = symbol.kind == PythonSymbolKind::kMethod;
      if (!is_public(owner) || (is_method && is_private_member(symbol.name))) continue;
      found_.symbols.push_back({.value = {.name = module_name + "." + symbol.name,
                                          .kind = kind_of(symbol.kind),
                                          .signature = signature_of(module, symbol)},
                                .evidence = place(file, symbol.line)});
    }
    if (!is_listed) return;
    const std::string prefix = module_name + ".";
    for (const PythonImport& import : module.imports) {
      const std::string bound(import.bound_name());
      const bool is_export = import.is_top_level && !bound.empty() && is_public(bound);
      if (!is_export) continue;
      found_.symbols.push_back({.value = {.name = prefix + bound,
                                          .kind = SymbolKind::kAlias,
                                          .signature = target_of_alias(file, import)},
                                .evidence = place(file, import.line)});
    }
  }

  static bool is_private_member(std::string_view method) {
    const auto name = method.substr(method.find('.') + 1);
    return name.starts_with('_');
  }

  static SymbolKind kind_of(PythonSymbolKind kind) {
    switch (kind) {
      case PythonSymbolKind::kFunction: return SymbolKind::kFunction;
      case PythonSymbolKind::kClass: return SymbolKind::kClass;
      case PythonSymbolKind::kMethod: return SymbolKind::kMethod;
      case PythonSymbolKind::kVariable: break;
    }
    return SymbolKind::kConstant;
  }

  /// Of a class what it is called with: its `__init__`, else the fields that become one.
  static std::string signature_of(const PythonModule& module, const PythonSymbol& symbol) {
    if (symbol.kind != PythonSymbolKind::kClass) return symbol.signature;
    const auto init = std::ranges::find(module.symbols, symbol.name + ".__init__", &PythonSymbol::name);
    if (init != module.symbols.end()) return call_signature(init->signature);
    const auto described = std::ranges::find(module.classes, symbol.name, &PythonClass::name);
    if (described == module.classes.end() || described->fields.empty()) return {};
    std::string fields;
    for (const PythonField& field : described->fields) {
      if (field.name.starts_with('_') || field.annotation.starts_with("ClassVar")) continue;
      fields += (fields.empty() ? "" : ", ") + field.name + ": " + field.annotation;
      if (!field.is_required)
        fields += " = " + (field.default_text.empty() ? std::string("...") : field.default_text);
    }
    return "(" + fields + ")";
  }

  [[nodiscard]] std::string target_of_alias(FileId file, const PythonImport& import) const {
    const ResolvedImport resolved = platform_.index.resolve(file, import);
    if (resolved.files.empty()) return resolved.external;
    const std::string module = module_name_of(platform_, resolved.files.back());
    const bool is_module = import.name.empty() || module.ends_with("." + import.name);
    return is_module ? module : module + "." + import.name;
  }

  void add_point(FileId file, std::string name, const std::string& function, std::string location,
                 std::size_t line) {
    found_.injection_points.push_back(
        {.value = {.name = std::move(name),
                   .file = target_of(part_, platform_.index.python()[file].str()),
                   .function = function,
                   .location = std::move(location)},
         .evidence = place(file, line)});
  }

  void add_injection_points(FileId file) {
    const PythonModule& module = platform_.index.module(file);
    for (const ApplicationFactory& factory : module.factories) {
      add_point(file, "application-factory", factory.function, "before-return", factory.line);
      const auto includes = std::ranges::find_if(factory.calls, [](const std::string& call) {
        return call.ends_with(".include_router") || call.ends_with(".register_blueprint");
      });
      if (includes == factory.calls.end()) continue;
      add_point(file, "router-registration", factory.function,
                "after:" + includes->substr(includes->rfind('.') + 1), factory.line);
    }
    for (const PythonSymbol& symbol : module.symbols) {
      const std::string name = symbol.name.substr(symbol.name.rfind('.') + 1);
      const bool is_callable =
          symbol.kind == PythonSymbolKind::kFunction || symbol.kind == PythonSymbolKind::kMethod;
      if (!is_callable || is_private(symbol.name)) continue;
      if (name == "register" || name.starts_with("register_"))
        add_point(file, "plugin-registration", symbol.name, "end", symbol.line);
      const bool adds_middleware = name == "add_middleware" || name.ends_with("_middleware");
      if (adds_middleware && symbol.kind == PythonSymbolKind::kFunction)
        add_point(file, "middleware", symbol.name, "end", symbol.line);
    }
    for (const PythonClass& described : module.classes) {
      const bool is_settings = described.name.ends_with("Settings") && !described.fields.empty();
      if (is_settings) add_point(file, "settings", described.name, "end", described.line);
    }
  }

  const Platform& platform_;
  const ComponentPart& part_;
  FoundProvisions found_;
};

}  // namespace

FoundProvisions find_provisions(const Platform& platform, const ComponentPart& part) {
  return ProvisionFinder(platform, part).run();
}

std::string target_of(const ComponentPart& part, std::string_view path) {
  const bool moves = !part.root_directory.empty() && path.starts_with(part.root_directory + "/");
  if (!moves) return std::string(path);
  return directory_of_import(part.import_root) + std::string(path.substr(part.root_directory.size()));
}

}  // namespace mlx
