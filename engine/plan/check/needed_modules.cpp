#include "engine/plan/check/needed_modules.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "engine/plan/locked_layout.h"

namespace mlx {
namespace {

struct OpenImport {
  const PythonImport* import = nullptr;
  Evidence place;
};

bool is_below(std::string_view dotted, std::string_view root) {
  return dotted.size() > root.size() && dotted.starts_with(root) && dotted[root.size()] == '.';
}

/// Must the import succeed where it stands?
bool has_to_succeed(const PythonImport& import) {
  return import.level == 0 && !import.is_dynamic && !import.context.is_optional &&
         !import.context.is_type_checking;
}

/// Is there anything in the place of a module: a directory of its name, or a source of another language?
bool has_something_at(const RepoIndex& index, const std::string& module) {
  std::string path = "/" + module;
  std::ranges::replace(path, '.', '/');
  return std::ranges::any_of(index.files(), [&](const IndexedFile& file) {
    const std::string there = "/" + file.path.str();
    const auto at = there.find(path);
    const auto end = at + path.size();
    return at != std::string::npos && end < there.size() && (there[end] == '/' || there[end] == '.');
  });
}

std::vector<OpenImport> open_imports(const Platform& platform, const Party& project) {
  // A project without code gets its first component into `src`.
  std::set<std::string> roots = {"src"};
  for (const CodeRoot& root : platform.roots) roots.insert(root.import_root);
  std::vector<OpenImport> open;
  for (const FileId file : project.sources) {
    for (const PythonImport& import : project.module(file).imports) {
      const std::string full = import.module + (import.name.empty() ? "" : "." + import.name);
      const bool is_own = std::ranges::any_of(
          roots, [&](const std::string& root) { return !root.empty() && is_below(full, root); });
      if (!is_own || !has_to_succeed(import) || !platform.index.resolve(file, import).files.empty()) continue;
      // A module that finds itself has no file either, and is no open question.
      if (platform.index.file_of_module(import.module) == file) continue;
      open.push_back({.import = &import, .place = {.file = project.path(file), .line = import.line}});
    }
  }
  return open;
}

/// A component as the project would have it: its modules and names below the project's import root.
class Offer {
 public:
  Offer(std::string name, const Component& component, const std::string& import_root)
      : name_(std::move(name)) {
    const auto moved = [&](const std::string& dotted) {
      return is_below(dotted, component.import_root)
                 ? import_root + dotted.substr(component.import_root.size())
                 : dotted;
    };
    for (const std::string& module : component.provides.modules) modules_.insert(moved(module));
    for (const ProvidedSymbol& symbol : component.provides.symbols) symbols_.insert(moved(symbol.name));
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Would the import find what it asks for?
  [[nodiscard]] bool answers(const PythonImport& import) const {
    if (import.name.empty() || import.name == "*") return modules_.contains(import.module);
    const std::string full = import.module + "." + import.name;
    return modules_.contains(full) || (modules_.contains(import.module) && symbols_.contains(full));
  }

 private:
  std::string name_;
  std::set<std::string> modules_;
  std::set<std::string> symbols_;
};

std::vector<Offer> read_offers(const CompatFacts& facts, const Registries& registries,
                               const std::string& import_root) {
  std::vector<Offer> offers;
  for (const std::string& name : registries.names()) {
    const auto registry = registries.registry(name);
    if (!registry) continue;
    for (const RegistryItem& item : (*registry)->items()) {
      if (facts.find(item.name) != nullptr) continue;
      const auto component = (*registry)->component(item.name);
      if (!component) continue;
      offers.emplace_back(to_string(ComponentName{.registry = name, .name = item.name}), *component,
                          import_root);
    }
  }
  return offers;
}

}  // namespace

std::vector<NeededModuleFact> find_needed_modules(const Platform& platform, const CompatFacts& facts,
                                                  const Lock& lock, const Registries& registries) {
  std::vector<OpenImport> open = open_imports(platform, facts.project);
  if (open.empty()) return {};
  // Where several packages could take a component, `mlx add` asks; nothing can be said before.
  const auto layout = detect_locked_layout(platform.snapshot, platform.configuration, lock);
  if (!layout) return {};
  const std::string& root = layout->import_root;
  std::erase_if(open, [&](const OpenImport& one) {
    const std::string& module = one.import->module;
    return (module != root && !is_below(module, root)) || has_something_at(platform.index, module);
  });
  if (open.empty()) return {};
  std::vector<NeededModuleFact> needed;
  const std::vector<Offer> offers = read_offers(facts, registries, root);
  for (OpenImport& one : open) {
    const auto offer =
        std::ranges::find_if(offers, [&](const Offer& each) { return each.answers(*one.import); });
    const PythonImport& import = *one.import;
    if (offer == offers.end()) continue;
    needed.push_back({.module = import.module, .component = offer->name(), .place = std::move(one.place)});
  }
  return needed;
}

}  // namespace mlx
