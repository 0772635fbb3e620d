#include "engine/plan/update/broken_imports.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/plan/find_files.h"
#include "engine/source/python_module.h"

namespace mlx {
namespace {

/// How many modules of the user's are read: each may be a request to a forge.
constexpr std::size_t kMostOwnModules = 100;
constexpr std::string_view kPackageFile = "/__init__.py";

bool is_python(const RepoPath& path) { return path.str().ends_with(".py"); }

/// The project before the plan, or after it.
enum class Side { kBefore, kAfter };

class ImportCheck {
 public:
  ImportCheck(const ProjectLayout& layout, const Snapshot& project, WorkingTree& tree)
      : layout_(layout), project_(project), tree_(tree) {}

  Result<void> run() {
    std::vector<RepoPath> written;
    bool takes_away = false;
    for (const auto& [path, change] : tree_.planned()) {
      if (!is_python(path)) continue;
      takes_away = takes_away || change.before.has_value();
      if (change.after) written.push_back(path);
    }
    for (const RepoPath& path : written) MLX_CHECK(check(path));
    if (takes_away) MLX_CHECK(check_own_modules());
    return {};
  }

 private:
  using Names = std::set<std::string, std::less<>>;

  [[nodiscard]] Result<std::optional<std::string>> read(const RepoPath& path, Side side) const {
    return side == Side::kAfter ? tree_.read(path) : read_if_present(project_, path);
  }

  /// The file of a module of the project's own; nothing if there is none.
  [[nodiscard]] Result<std::optional<RepoPath>> file_of(std::string_view module, Side side) const {
    std::string place = layout_.source_root;
    if (module != layout_.import_root) {
      std::string below(module.substr(layout_.import_root.size() + 1));
      std::ranges::replace(below, '.', '/');
      place += "/" + below;
    }
    for (const std::string& candidate : {place + ".py", place + std::string(kPackageFile)}) {
      const auto path = RepoPath::parse(candidate);
      if (path && MLX_TRY(read(*path, side))) return *path;
    }
    return std::nullopt;
  }

  [[nodiscard]] bool is_own(std::string_view module) const {
    const std::string& root = layout_.import_root;
    return module.starts_with(root) && (module.size() == root.size() || module[root.size()] == '.');
  }

  /// The absolute name of what an import is from; empty if it is not the project's own.
  [[nodiscard]] std::string module_of(const PythonImport& import, const RepoPath& file) const {
    if (import.level == 0) return is_own(import.module) ? import.module : std::string();
    if (!file.is_within(layout_.source_root)) return {};
    std::string package = layout_.import_root + file.str().substr(layout_.source_root.size());
    std::ranges::replace(package, '/', '.');
    package.resize(package.size() - std::string_view(".py").size());
    // Each dot takes one name off: the first the module's own.
    for (std::uint32_t level = 0; level < import.level; ++level) {
      const auto dot = package.rfind('.');
      if (dot == std::string::npos) return {};
      package.resize(dot);
    }
    // Dots may lead to what is above the project's own.
    const std::string module = import.module.empty() ? package : package + "." + import.module;
    return is_own(module) ? module : std::string();
  }

  /// What can be imported from a module's file; nothing if that cannot be told.
  Result<std::optional<Names>> names_in(const RepoPath& path, Side side) {
    const auto key = std::pair(path, side);
    if (const auto known = names_.find(key); known != names_.end()) return known->second;
    std::optional<Names> names = Names();
    const PythonModule module = read_python_module(MLX_TRY(read(path, side)).value_or(""));
    for (const PythonSymbol& symbol : module.symbols) names->insert(symbol.name);
    bool is_open = !module.problems.empty();
    for (const PythonImport& import : module.imports) {
      is_open = is_open || import.name == "*";
      if (import.is_top_level) names->emplace(import.bound_name());
    }
    if (is_open || names->contains("__getattr__")) names.reset();
    return names_.emplace(key, std::move(names)).first->second;
  }

  /// Does an import find what it names?
  Result<bool> is_met(const std::string& module, const std::string& name, Side side) {
    const auto file = MLX_TRY(file_of(module, side));
    if (file) {
      if (name.empty() || name == "*") return true;
      const auto names = MLX_TRY(names_in(*file, side));
      if (!names || names->contains(name)) return true;
    }
    if (!name.empty() && name != "*" && MLX_TRY(file_of(module + "." + name, side))) return true;
    // A package without a file of its own, or something else that is no file.
    if (file || !name.empty()) return false;
    return MLX_TRY(has_below(module));
  }

  [[nodiscard]] Result<bool> has_below(const std::string& module) const {
    std::string place = layout_.source_root + module.substr(layout_.import_root.size());
    std::ranges::replace(place, '.', '/');
    return !MLX_TRY(project_.children(place)).empty();
  }

  Result<void> check(const RepoPath& path) {
    const std::string text = MLX_TRY(tree_.read(path)).value_or("");
    // Whether it was so before is told from the file that it was, if it was there.
    const auto text_before = MLX_TRY(read_if_present(project_, path));
    const std::vector<PythonImport> imports_before =
        text_before ? read_python_module(*text_before).imports : std::vector<PythonImport>();
    for (const PythonImport& import : read_python_module(text).imports) {
      const std::string module = module_of(import, path);
      if (module.empty() || import.is_dynamic || import.context.is_optional) continue;
      if (MLX_TRY(is_met(module, import.name, Side::kAfter))) continue;
      const bool was_there = std::ranges::any_of(imports_before, [&](const PythonImport& one) {
        return one.module == import.module && one.level == import.level && one.name == import.name;
      });
      if (was_there && !MLX_TRY(is_met(module, import.name, Side::kBefore))) continue;
      add_finding(path, import, module);
    }
    return {};
  }

  void add_finding(const RepoPath& path, const PythonImport& import, const std::string& module) {
    const std::string what = import.name.empty() || import.name == "*"
                                 ? module + ", which is not there"
                                 : import.name + " from " + module + ", which has no such name";
    tree_.add_finding({.code = "import-broken",
                       .severity = Severity::kWarning,
                       .message = path.str() + " imports " + what,
                       .remedy = "correct the import, or give the name back: you or the component renamed it",
                       .evidence = {{.file = path.str(), .line = import.line}}});
  }

  Result<void> check_own_modules() {
    FileSearch search = python_below(layout_.source_root, kMostOwnModules);
    search.takes = [&](const RepoPath& path) { return is_python(path) && !tree_.is_planned(path); };
    FoundFiles own = MLX_TRY(find_files(project_, search));
    if (!own.is_complete) return {};
    std::ranges::sort(own.paths);
    for (const RepoPath& path : own.paths) MLX_CHECK(check(path));
    return {};
  }

  const ProjectLayout& layout_;
  const Snapshot& project_;
  WorkingTree& tree_;
  std::map<std::pair<RepoPath, Side>, std::optional<Names>> names_;
};

}  // namespace

Result<void> find_broken_imports(const ProjectLayout& layout, const Snapshot& project, WorkingTree& tree) {
  if (layout.source_root.empty() || layout.import_root.empty()) return {};
  return ImportCheck(layout, project, tree).run();
}

}  // namespace mlx
