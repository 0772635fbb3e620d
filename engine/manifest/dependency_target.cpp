#include "engine/manifest/dependency_target.h"

#include <optional>
#include <utility>

#include "engine/manifest/dependency_lists.h"
#include "engine/manifest/toml_string.h"

namespace mlx {
namespace {

constexpr std::string_view kDevelopmentGroup = "dev";

/// The key under which a table has a group, whose names compare as distributions' do.
std::optional<std::string> group_key(const TomlValue& table, std::string_view group) {
  for (const auto& [name, value] : table.members()) {
    if (normalized_name(name) == normalized_name(group)) return name;
  }
  return std::nullopt;
}

Result<TomlPlace> main_target(const TomlDocument& document, DependencyStyle style) {
  if (style == DependencyStyle::kPoetry)
    return TomlPlace{.table = {"tool", "poetry", "dependencies"}, .key = {}};
  const bool is_dynamic = MLX_TRY(has_dynamic_dependencies(document));
  if (is_dynamic) {
    const TomlValue project = MLX_TRY(document.root().table("project"));
    const std::string file = MLX_TRY(dynamic_dependency_file(document));
    return project.at("dynamic").complaint(
        "the build backend provides the dependencies, so none can be added here: " +
        (file.empty() ? "remove \"dependencies\" from `dynamic` and list them in `project.dependencies`"
                      : "add them to " + file + ", which setuptools reads"));
  }
  return TomlPlace{.table = {"project"}, .key = "dependencies"};
}

/// The place where the project has this group already; nothing if it does not have it.
Result<std::optional<TomlPlace>> existing_group(const TomlDocument& document, const std::string& group) {
  const TomlValue root = document.root();
  const TomlValue groups = MLX_TRY(root.table("dependency-groups"));
  const TomlValue poetry = MLX_TRY(root.table_at({"tool", "poetry"}));
  const TomlValue poetry_groups = MLX_TRY(poetry.table("group"));
  const TomlValue optional = MLX_TRY(root.table_at({"project", "optional-dependencies"}));
  const TomlValue uv = MLX_TRY(root.table_at({"tool", "uv"}));
  if (const auto key = group_key(groups, group))
    return TomlPlace{.table = {"dependency-groups"}, .key = *key};
  if (const auto key = group_key(poetry_groups, group)) {
    return TomlPlace{.table = {"tool", "poetry", "group", *key, "dependencies"}, .key = {}};
  }
  if (const auto key = group_key(optional, group)) {
    return TomlPlace{.table = {"project", "optional-dependencies"}, .key = *key};
  }
  if (group != kDevelopmentGroup) return std::nullopt;
  if (uv.at("dev-dependencies").is_present())
    return TomlPlace{.table = {"tool", "uv"}, .key = "dev-dependencies"};
  if (poetry.at("dev-dependencies").is_present()) {
    return TomlPlace{.table = {"tool", "poetry", "dev-dependencies"}, .key = {}};
  }
  return std::nullopt;
}

}  // namespace

bool satisfies(const DeclaredDependency& declared, const DependencyAddition& addition) {
  return normalized_name(declared.requirement.name) == normalized_name(addition.requirement.name) &&
         (declared.group.empty() || normalized_name(declared.group) == normalized_name(addition.group));
}

Result<TomlPlace> dependency_target(const TomlDocument& document, DependencyStyle style,
                                    const std::string& group) {
  if (group.empty()) return main_target(document, style);
  std::optional<TomlPlace> existing = MLX_TRY(existing_group(document, group));
  if (existing) return *std::move(existing);
  if (style == DependencyStyle::kPoetry) {
    return TomlPlace{.table = {"tool", "poetry", "group", group, "dependencies"}, .key = {}};
  }
  return TomlPlace{.table = {"dependency-groups"}, .key = group};
}

std::string poetry_value(const Requirement& requirement) {
  std::vector<std::string> pairs;
  if (requirement.url.starts_with("git+")) {
    const std::string address = requirement.url.substr(4);
    const std::size_t at = address.rfind('@');
    const bool has_revision = at != std::string::npos && address.find('/', at) == std::string::npos;
    pairs.push_back("git = " + toml_string(address.substr(0, has_revision ? at : std::string::npos)));
    if (has_revision) pairs.push_back("rev = " + toml_string(address.substr(at + 1)));
  } else if (!requirement.url.empty()) {
    pairs.push_back("url = " + toml_string(requirement.url));
  } else {
    const std::string version = toml_string(requirement.specifier.empty() ? "*" : requirement.specifier);
    if (requirement.extras.empty() && requirement.marker.empty()) return version;
    pairs.push_back("version = " + version);
  }
  if (!requirement.extras.empty()) {
    std::string extras;
    for (const std::string& extra : requirement.extras) {
      extras += (extras.empty() ? "" : ", ") + toml_string(extra);
    }
    pairs.push_back("extras = [" + extras + "]");
  }
  if (!requirement.marker.empty()) pairs.push_back("markers = " + toml_string(requirement.marker));
  std::string table;
  for (const std::string& pair : pairs) table += (table.empty() ? "{ " : ", ") + pair;
  return table + " }";
}

}  // namespace mlx
