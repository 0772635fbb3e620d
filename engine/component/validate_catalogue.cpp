#include "engine/component/validate_catalogue.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/component/registry.h"
#include "engine/source/syntax_tree.h"

namespace mlx {
namespace {

Finding unreadable(const Error& error) {
  return {.code = "registry-invalid",
          .severity = Severity::kError,
          .message = to_string(error),
          .remedy = "correct it, or build the registry again with `mlx registry build`",
          .evidence = {{.file = error.location.file, .line = error.location.line}}};
}

std::optional<Language> language_of(std::string_view path) {
  if (path.ends_with(".py")) return Language::kPython;
  if (path.ends_with(".toml")) return Language::kToml;
  if (path.ends_with(".yaml") || path.ends_with(".yml")) return Language::kYaml;
  return std::nullopt;
}

class Validation {
 public:
  explicit Validation(const Registry& registry) : registry_(registry) {}

  std::vector<Finding> run() {
    for (const RegistryItem& item : registry_.items()) {
      const auto component = registry_.component(item.name);
      if (!component) {
        findings_.push_back(unreadable(component.error()));
        continue;
      }
      for (const ComponentFile& file : component->files) check_template(*component, file);
      check_requirements(*component);
      for (const auto& [required, range] : component->requirements.components)
        requires_[item.name].insert(required);
    }
    check_circles();
    return std::move(findings_);
  }

 private:
  void check_template(const Component& component, const ComponentFile& file) {
    const auto text = registry_.template_text(component, file);
    if (!text) {
      findings_.push_back(unreadable(text.error()));
      return;
    }
    const auto language = language_of(file.target.str());
    if (!language || !SyntaxTree::parse(*language, *text).has_errors()) return;
    findings_.push_back(
        {.code = "template-invalid",
         .severity = Severity::kError,
         .message = "the template " + file.path.str() + " of " + component.name + " has a syntax error",
         .remedy = "templates are files as they are in a project: correct it there and extract again",
         .evidence = {{.file = component.name + "/" + file.path.str()}}});
  }

  void check_requirements(const Component& component) {
    for (const auto& [name, range] : component.requirements.components) {
      const auto item = registry_.item(name);
      if (item && range.contains(item->version)) continue;
      findings_.push_back({.code = "requirement-unmet",
                           .severity = Severity::kError,
                           .message = component.name + " requires " + name + " " + range.str() + ", and " +
                                      (item ? "the registry has " + to_string(item->version)
                                            : "the registry has no such component"),
                           .remedy = "add it, or correct the requirement",
                           .evidence = {{.file = component.name + "/component.json"}}});
    }
  }

  /// Takes away whatever requires nothing that is left, until nothing changes: what stays is in a circle.
  void check_circles() {
    std::map<std::string, std::set<std::string>> left = requires_;
    for (bool is_changed = true; is_changed;) {
      is_changed = std::erase_if(left, [&](const auto& entry) {
                     return std::ranges::none_of(
                         entry.second, [&](const std::string& name) { return left.contains(name); });
                   }) > 0;
    }
    if (left.empty()) return;
    std::string names;
    for (const auto& [name, required] : left) names += (names.empty() ? "" : ", ") + name;
    findings_.push_back({.code = "requirement-circle",
                         .severity = Severity::kError,
                         .message = "components require each other in a circle, or require such: " + names,
                         .remedy = "remove one of the requirements",
                         .evidence = {{.file = "registry.json"}}});
  }

  const Registry& registry_;
  std::vector<Finding> findings_;
  std::map<std::string, std::set<std::string>> requires_;
};

}  // namespace

Result<std::vector<Finding>> validate_catalogue(const Snapshot& catalogue,
                                                const CatalogueIdentity& identity) {
  const auto registry = Registry::open(catalogue, "registry");
  if (!registry) return std::vector<Finding>{unreadable(registry.error())};
  std::vector<Finding> findings = Validation(*registry).run();
  const auto entries = read_catalogue(catalogue);
  if (!entries) {
    // Of a component in the index it was said above, by the same error or by another.
    if (findings.empty()) findings.push_back(unreadable(entries.error()));
    return findings;
  }
  const PublishedVersions published = MLX_TRY(published_versions(catalogue));
  for (const auto& [path, text] : catalogue_files(*entries, identity, published)) {
    const auto actual = MLX_TRY(read_if_present(catalogue, MLX_TRY(RepoPath::parse(path))));
    if (actual == text) continue;
    findings.push_back({.code = "registry-outdated",
                        .severity = Severity::kError,
                        .message = path + (actual ? " is not what its components say" : " is missing"),
                        .remedy = "run `mlx registry build`",
                        .evidence = {{.file = path}}});
  }
  for (const std::string& path : MLX_TRY(stale_items(catalogue, *entries))) {
    findings.push_back({.code = "registry-outdated",
                        .severity = Severity::kError,
                        .message = path + " is of a component that is not here any more",
                        .remedy = "run `mlx registry build`",
                        .evidence = {{.file = path}}});
  }
  return findings;
}

}  // namespace mlx
