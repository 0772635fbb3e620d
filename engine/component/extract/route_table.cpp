#include "engine/component/extract/route_table.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace mlx {
namespace {

constexpr int kDeepestInclusion = 8;

/// A router, by the file that makes it and its place among those that are made there.
using RouterKey = std::pair<FileId, std::size_t>;

class RouteTable {
 public:
  explicit RouteTable(const RepoIndex& index) : index_(index) {
    for (FileId file = 0; file < index.python().size(); ++file) {
      for (const PythonInclusion& inclusion : index.module(file).inclusions) {
        const auto included = find_router(file, inclusion.router, inclusion.function);
        if (included) inclusions_[*included].push_back({.file = file, .inclusion = &inclusion});
      }
    }
  }

  void append_routes(FileId file, std::vector<ResolvedRoute>& found) const {
    for (const PythonRoute& route : index_.module(file).routes) {
      std::vector<Reached> all = {Reached{}};
      if (!route.router.empty()) {
        const auto router = find_router(file, route.router, route.function);
        if (!router && !is_application_parameter(file, route.router)) continue;
        all = router ? ways_to(*router, 0) : std::vector{given_to(file, route.function, route.router)};
      }
      for (const Reached& reached : all) {
        const std::string path = reached.prefix + route.path;
        found.push_back({.methods = route.methods,
                         .path = path.empty() ? "/" : path,
                         .is_path_known = reached.is_prefix_known,
                         .handler = index_.module_name(file) + "." + route.handler,
                         .application = reached.application,
                         .file = file,
                         .line = route.line});
      }
    }
    append_metrics(file, found);
  }

 private:
  struct Included {
    FileId file = 0;
    const PythonInclusion* inclusion = nullptr;
  };

  /// One way to a router: through which application, and what the path begins with.
  struct Reached {
    std::string prefix;
    std::string application;  ///< empty: through none that is here
    bool is_prefix_known = true;

    auto operator<=>(const Reached&) const = default;
  };

  /// `app.mount("/metrics", make_asgi_app())`: one route, although an application answers it.
  void append_metrics(FileId file, std::vector<ResolvedRoute>& found) const {
    for (const PythonInclusion& inclusion : index_.module(file).inclusions) {
      if (!serves_metrics(file, inclusion)) continue;
      std::vector<Reached> all = {Reached{}};
      if (const auto into = find_router(file, inclusion.into, inclusion.function)) all = ways_to(*into, 0);
      const std::string& application = inclusion.router;
      const auto name = application.substr(0, application.find('('));
      for (const Reached& reached : all) {
        found.push_back({.methods = {"GET"},
                         .path = reached.prefix + inclusion.prefix,
                         .is_path_known = reached.is_prefix_known,
                         .handler = index_.module_name(file) + "." + name.substr(name.rfind('.') + 1),
                         .application = reached.application,
                         .file = file,
                         .line = inclusion.line});
      }
    }
  }

  [[nodiscard]] bool serves_metrics(FileId file, const PythonInclusion& inclusion) const {
    std::string type = inclusion.router.substr(0, inclusion.router.find('('));
    if (const auto key = find_router(file, inclusion.router, inclusion.function)) type = made_by(*key).type;
    return type == "prometheus_client.make_asgi_app" || type == "prometheus_client.make_wsgi_app";
  }

  [[nodiscard]] const PythonRouter& made_by(const RouterKey& key) const {
    return index_.module(key.first).routers[key.second];
  }

  /// Can code in a function see what another, or the top level, has in a variable? An attribute is seen in
  /// the whole class.
  static bool is_seen(const PythonRouter& router, const std::string& function) {
    std::string owner = router.function;
    if (router.variable.starts_with("self.")) owner.resize(std::min(owner.rfind('.'), owner.size()));
    return owner.empty() || function == owner || function.starts_with(owner + ".");
  }

  /// The router of a name: the innermost of those that can be seen.
  [[nodiscard]] std::optional<RouterKey> own_router(FileId file, const std::string& name,
                                                    const std::string& function) const {
    const auto& routers = index_.module(file).routers;
    std::optional<RouterKey> found;
    for (std::size_t i = 0; i < routers.size(); ++i) {
      if (routers[i].variable != name || !is_seen(routers[i], function)) continue;
      const bool is_inner = !found || routers[i].function.size() > made_by(*found).function.size();
      if (is_inner) found = RouterKey(file, i);
    }
    return found;
  }

  /// The router that an expression in a function of a file means: its own, or one that it imports.
  [[nodiscard]] std::optional<RouterKey> find_router(FileId file, const std::string& expression,
                                                     const std::string& function, int depth = 0) const {
    if (depth > kDeepestInclusion) return std::nullopt;
    const PythonModule& module = index_.module(file);
    if (const auto own = own_router(file, expression, function)) return own;
    // `health.router` after `from src.api.routers import health`, or `router` by its own name.
    for (const PythonImport& import : module.imports) {
      const std::string bound(import.bound_name());
      if (bound.empty()) continue;
      const std::string full = full_name(import);
      const bool is_written = expression == bound || expression.starts_with(bound + ".");
      const bool is_resolved = expression == full || expression.starts_with(full + ".");
      if (!is_written && !is_resolved) continue;
      const ResolvedImport resolved = index_.resolve(file, import);
      if (resolved.files.empty()) continue;
      std::string rest = expression.substr(is_resolved ? full.size() : bound.size());
      if (rest.starts_with('.')) rest.erase(0, 1);
      const FileId target = resolved.files.back();
      const std::string name = names_module(import, target) ? rest : import.name;
      if (target != file && !name.empty()) return find_router(target, name, "", depth + 1);
    }
    return std::nullopt;
  }

  /// Does the import mean the file as a whole? `from shop.api import api` means a variable of
  /// `shop/api.py`, and of `shop/api/api.py` all.
  [[nodiscard]] bool names_module(const PythonImport& import, FileId target) const {
    if (import.name.empty()) return true;
    std::string_view place = index_.python()[target].str();
    for (const std::string_view ending : {"/__init__.py", ".py"}) {
      if (!place.ends_with(ending)) continue;
      place.remove_suffix(ending.size());
      break;
    }
    const std::string package = import.module.substr(import.module.rfind('.') + 1);
    const std::string wanted = (package.empty() ? "" : package + "/") + import.name;
    return place == wanted || place.ends_with("/" + wanted);
  }

  /// As PythonNames::resolve() writes it.
  static std::string full_name(const PythonImport& import) {
    if (import.name.empty()) return import.alias.empty() ? std::string(import.bound_name()) : import.module;
    return std::string(import.level, '.') + import.module + (import.module.empty() ? "" : ".") + import.name;
  }

  [[nodiscard]] std::vector<Reached> ways_to(const RouterKey& key, int depth) const {
    const PythonRouter& router = made_by(key);
    const std::string& own = router.prefix;
    const bool is_own_known = router.is_prefix_known;
    const auto included = inclusions_.find(key);
    if (included == inclusions_.end() || depth > kDeepestInclusion) {
      const std::string scope = router.function.empty() ? std::string() : router.function + ".";
      const std::string application = index_.python()[key.first].str() + ":" + scope + router.variable;
      return {{.prefix = own,
               .application = is_application_type(router.type) ? application : "",
               .is_prefix_known = is_own_known}};
    }
    std::vector<Reached> ways;
    for (const Included& place : included->second) {
      const PythonInclusion& inclusion = *place.inclusion;
      std::vector<Reached> above = {given_to(place.file, inclusion.function, inclusion.into)};
      if (const auto into = find_router(place.file, inclusion.into, inclusion.function))
        above = ways_to(*into, depth + 1);
      const std::string below = inclusion.prefix + own;
      const bool is_below_known = inclusion.is_prefix_known && is_own_known;
      for (const Reached& way : above)
        ways.push_back({way.prefix + below, way.application, way.is_prefix_known && is_below_known});
    }
    std::ranges::sort(ways);
    ways.erase(std::ranges::unique(ways).begin(), ways.end());
    return ways;
  }

  /// What a function has under a name that nothing here makes. In a file that makes applications it is one of
  /// those, and of no other function's; elsewhere it may be anybody's.
  [[nodiscard]] Reached given_to(FileId file, const std::string& function, const std::string& name) const {
    const bool makes_application =
        std::ranges::any_of(index_.module(file).routers,
                            [](const PythonRouter& router) { return is_application_type(router.type); });
    if (!makes_application || function.empty()) return {};
    return {.prefix = {}, .application = index_.python()[file].str() + ":" + function + "." + name};
  }

  static bool is_application_type(std::string_view type) {
    constexpr std::array<std::string_view, 3> kClasses = {"FastAPI", "Flask", "Starlette"};
    return std::ranges::find(kClasses, type.substr(type.rfind('.') + 1)) != kClasses.end();
  }

  /// A function that is given the application: its file imports the framework.
  [[nodiscard]] bool is_application_parameter(FileId file, const std::string& object) const {
    const bool is_plausible =
        object == "app" || object == "router" || object.ends_with("_app") || object.ends_with("_router");
    if (!is_plausible) return false;
    return std::ranges::any_of(index_.module(file).imports, [](const PythonImport& import) {
      const std::string top = import.module.substr(0, import.module.find('.'));
      return import.level == 0 && (top == "fastapi" || top == "flask" || top == "starlette");
    });
  }

  const RepoIndex& index_;
  std::map<RouterKey, std::vector<Included>> inclusions_;
};

}  // namespace

std::vector<ResolvedRoute> resolve_routes(const RepoIndex& index, const std::set<FileId>& files) {
  const RouteTable table(index);
  std::vector<ResolvedRoute> found;
  for (const FileId file : files) table.append_routes(file, found);
  return found;
}

}  // namespace mlx
