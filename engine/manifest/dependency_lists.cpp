#include "engine/manifest/dependency_lists.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "engine/base/suggest.h"
#include "engine/manifest/poetry_constraint.h"

namespace mlx {
namespace {

/// Groups that include each other could name more than fits into memory.
constexpr std::size_t kMostDependencies = 20000;

class DependencyReader {
 public:
  explicit DependencyReader(const TomlDocument& document) : document_(document), root_(document.root()) {}

  Result<std::vector<DeclaredDependency>> read() {
    const TomlValue project = MLX_TRY(root_.table("project"));
    MLX_CHECK(read_list(MLX_TRY(project.array("dependencies")), "", DependencyPlace::kProject));
    const TomlValue optional = MLX_TRY(project.table("optional-dependencies"));
    for (const auto& [name, value] : optional.members()) {
      MLX_CHECK(read_list(MLX_TRY(optional.array(name)), name, DependencyPlace::kOptionalDependencies));
    }
    MLX_CHECK(read_dependency_groups());
    const TomlValue uv = MLX_TRY(root_.table_at({"tool", "uv"}));
    MLX_CHECK(read_list(MLX_TRY(uv.array("dev-dependencies")), "dev", DependencyPlace::kUvDevDependencies));
    MLX_CHECK(read_poetry());
    return std::move(found_);
  }

 private:
  struct GroupInclude {
    std::string name;  ///< normalized
    TomlValue place;
  };
  struct Group {
    std::string name;  ///< as written
    std::vector<DeclaredDependency> own;
    std::vector<GroupInclude> includes;
  };

  [[nodiscard]] Evidence evidence(const TomlValue& value) const {
    return {.file = document_.file(), .line = value.line()};
  }

  [[nodiscard]] Result<DeclaredDependency> read_element(const TomlValue& element, const std::string& group,
                                                        DependencyPlace place) const {
    const std::string text = MLX_TRY(element.as_string());
    Result<Requirement> requirement = parse_requirement(text);
    if (!requirement) return element.complaint(requirement.error().message);
    return DeclaredDependency{.requirement = std::move(*requirement),
                              .group = group,
                              .place = place,
                              .evidence = evidence(element)};
  }

  Result<void> read_list(const TomlValue& list, const std::string& group, DependencyPlace place) {
    for (const TomlValue& element : list.elements())
      found_.push_back(MLX_TRY(read_element(element, group, place)));
    return {};
  }

  Result<void> read_dependency_groups() {
    const TomlValue table = MLX_TRY(root_.table("dependency-groups"));
    std::map<std::string, Group> groups;
    std::vector<std::string> order;
    for (const auto& [name, value] : table.members()) {
      const std::string normal = normalized_name(name);
      if (groups.contains(normal)) return value.complaint("this group is declared twice, in two spellings");
      order.push_back(normal);
      const TomlValue list = MLX_TRY(table.array(name));
      groups.emplace(normal, MLX_TRY(read_group(name, list)));
    }
    for (const std::string& name : order) MLX_CHECK(add_group(groups, name));
    return {};
  }

  [[nodiscard]] Result<Group> read_group(const std::string& name, const TomlValue& list) const {
    Group group = {.name = name, .own = {}, .includes = {}};
    for (const TomlValue& element : list.elements()) {
      if (element.kind() != TomlKind::kTable) {
        group.own.push_back(MLX_TRY(read_element(element, name, DependencyPlace::kDependencyGroups)));
        continue;
      }
      const std::optional<std::string> included = MLX_TRY(element.string("include-group"));
      if (!included) return element.complaint("expected a requirement or {include-group = \"NAME\"}");
      group.includes.push_back({.name = normalized_name(*included), .place = element.at("include-group")});
    }
    return group;
  }

  /// Adds what a group holds, and what the groups hold that it includes, each once.
  Result<void> add_group(const std::map<std::string, Group>& groups, const std::string& name) {
    std::set<std::string> seen = {name};
    std::vector<const Group*> pending = {&groups.at(name)};
    while (!pending.empty()) {
      const Group& group = *pending.back();
      pending.pop_back();
      for (DeclaredDependency dependency : group.own) {
        if (found_.size() >= kMostDependencies) {
          return root_.at("dependency-groups")
              .complaint("these groups name more than " + std::to_string(kMostDependencies) +
                         " dependencies");
        }
        dependency.group = groups.at(name).name;
        found_.push_back(std::move(dependency));
      }
      for (const GroupInclude& include : group.includes) {
        const auto included = groups.find(include.name);
        if (included == groups.end()) {
          std::vector<std::string> names;
          names.reserve(groups.size());
          for (const auto& [key, other] : groups) names.push_back(other.name);
          return include.place.complaint("there is no group of this name" +
                                         did_you_mean(include.name, names));
        }
        if (include.name == name) return include.place.complaint("the group `" + name + "` includes itself");
        if (seen.insert(include.name).second) pending.push_back(&included->second);
      }
    }
    return {};
  }

  Result<void> read_poetry() {
    const TomlValue poetry = MLX_TRY(root_.table_at({"tool", "poetry"}));
    MLX_CHECK(read_poetry_table(MLX_TRY(poetry.table("dependencies")), "", DependencyPlace::kPoetry));
    MLX_CHECK(read_poetry_table(MLX_TRY(poetry.table("dev-dependencies")), "dev",
                                DependencyPlace::kPoetryDevDependencies));
    const TomlValue groups = MLX_TRY(poetry.table("group"));
    for (const auto& [name, value] : groups.members()) {
      const TomlValue dependencies = MLX_TRY(groups.table_at({name, "dependencies"}));
      MLX_CHECK(read_poetry_table(dependencies, name, DependencyPlace::kPoetryGroup));
    }
    return {};
  }

  Result<void> read_poetry_table(const TomlValue& table, const std::string& group, DependencyPlace place) {
    for (const auto& [name, value] : table.members()) {
      if (normalized_name(name) == "python") continue;
      if (value.kind() == TomlKind::kArray) {
        for (const TomlValue& element : value.elements()) {
          found_.push_back(MLX_TRY(read_poetry_dependency(name, element, group, place)));
        }
      } else {
        found_.push_back(MLX_TRY(read_poetry_dependency(name, value, group, place)));
      }
    }
    return {};
  }

  [[nodiscard]] Result<DeclaredDependency> read_poetry_dependency(const std::string& name,
                                                                  const TomlValue& value,
                                                                  const std::string& group,
                                                                  DependencyPlace place) const {
    Requirement requirement = {.name = name};
    if (value.kind() == TomlKind::kString) {
      requirement.text = value.scalar();
    } else if (value.kind() == TomlKind::kTable) {
      requirement.text = MLX_TRY(value.string("version")).value_or("");
      requirement.extras = MLX_TRY(value.strings("extras"));
      requirement.marker = MLX_TRY(value.string("markers")).value_or("");
      requirement.url = MLX_TRY(poetry_source(value));
    } else {
      return value.complaint("expected a version constraint or a table");
    }
    requirement.specifier = specifier_of_poetry_constraint(requirement.text).value_or("");
    return DeclaredDependency{
        .requirement = std::move(requirement), .group = group, .place = place, .evidence = evidence(value)};
  }

  static Result<std::string> poetry_source(const TomlValue& value) {
    if (const auto url = MLX_TRY(value.string("url"))) return *url;
    if (const auto path = MLX_TRY(value.string("path"))) return *path;
    const auto git = MLX_TRY(value.string("git"));
    if (!git) return std::string();
    std::string url = "git+" + *git;
    for (const std::string_view key : {"rev", "tag", "branch"}) {
      const auto revision = MLX_TRY(value.string(key));
      if (revision) return url + "@" + *revision;
    }
    return url;
  }

  const TomlDocument& document_;
  TomlValue root_;
  std::vector<DeclaredDependency> found_;
};

}  // namespace

Result<bool> has_dynamic_dependencies(const TomlDocument& document) {
  const TomlValue project = MLX_TRY(document.root().table("project"));
  const std::vector<std::string> dynamic = MLX_TRY(project.strings("dynamic"));
  return std::ranges::find(dynamic, "dependencies") != dynamic.end();
}

Result<std::string> dynamic_dependency_file(const TomlDocument& document) {
  const bool is_dynamic = MLX_TRY(has_dynamic_dependencies(document));
  if (!is_dynamic) return std::string();
  const TomlValue dynamic =
      MLX_TRY(document.root().table_at({"tool", "setuptools", "dynamic", "dependencies"}));
  const TomlValue file = dynamic.at("file");
  if (file.is_present() && file.kind() == TomlKind::kString) return file.scalar();
  const std::vector<std::string> files = MLX_TRY(dynamic.strings("file"));
  return files.empty() ? std::string() : files.front();
}

Result<DependencyStyle> dependency_style(const TomlDocument& document) {
  const TomlValue project = MLX_TRY(document.root().table("project"));
  const TomlValue poetry = MLX_TRY(document.root().table_at({"tool", "poetry"}));
  const bool is_dynamic = MLX_TRY(has_dynamic_dependencies(document));
  if (project.is_present() && !(is_dynamic && poetry.at("dependencies").is_present())) {
    return DependencyStyle::kProject;
  }
  // A [tool.poetry] with neither name nor dependencies only configures the tool.
  const bool is_poetry = project.is_present() || poetry.at("dependencies").is_present() ||
                         poetry.at("name").is_present() || poetry.at("package-mode").is_present();
  return is_poetry ? DependencyStyle::kPoetry : DependencyStyle::kNone;
}

Result<std::vector<DeclaredDependency>> read_declared_dependencies(const TomlDocument& document) {
  return DependencyReader(document).read();
}

}  // namespace mlx
