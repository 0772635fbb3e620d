#include "engine/manifest/pyproject_edit.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/manifest/dependency_lists.h"
#include "engine/manifest/sorted_place.h"
#include "engine/manifest/toml_edit.h"
#include "engine/manifest/toml_string.h"

namespace mlx {
namespace {

constexpr std::string_view kDevelopmentGroup = "dev";

/// Where an addition goes: a list of requirements, or a table of Poetry's.
struct Target {
  std::vector<std::string> table;  ///< path of the table that holds the list, or of Poetry's table
  std::string list;                ///< key of the list; empty for a table of Poetry's
};

bool satisfies(const DeclaredDependency& declared, const DependencyAddition& addition) {
  return normalized_name(declared.requirement.name) == normalized_name(addition.requirement.name) &&
         (declared.group.empty() || normalized_name(declared.group) == normalized_name(addition.group));
}

/// The key under which a table has a group, whose names compare as distributions' do.
std::optional<std::string> group_key(const TomlValue& table, std::string_view group) {
  for (const auto& [name, value] : table.members()) {
    if (normalized_name(name) == normalized_name(group)) return name;
  }
  return std::nullopt;
}

Result<Target> main_target(const TomlDocument& document, DependencyStyle style) {
  if (style == DependencyStyle::kPoetry)
    return Target{.table = {"tool", "poetry", "dependencies"}, .list = {}};
  const bool is_dynamic = MLX_TRY(has_dynamic_dependencies(document));
  if (is_dynamic) {
    const TomlValue project = MLX_TRY(document.root().table("project"));
    const std::string file = MLX_TRY(dynamic_dependency_file(document));
    return project.at("dynamic").complaint(
        "the build backend provides the dependencies, so none can be added here: " +
        (file.empty() ? "remove \"dependencies\" from `dynamic` and list them in `project.dependencies`"
                      : "add them to " + file + ", which setuptools reads"));
  }
  return Target{.table = {"project"}, .list = "dependencies"};
}

/// The place where the project has this group already; nothing if it does not have it.
Result<std::optional<Target>> existing_group(const TomlDocument& document, const std::string& group) {
  const TomlValue root = document.root();
  const TomlValue groups = MLX_TRY(root.table("dependency-groups"));
  const TomlValue poetry = MLX_TRY(root.table_at({"tool", "poetry"}));
  const TomlValue poetry_groups = MLX_TRY(poetry.table("group"));
  const TomlValue optional = MLX_TRY(root.table_at({"project", "optional-dependencies"}));
  const TomlValue uv = MLX_TRY(root.table_at({"tool", "uv"}));
  if (const auto key = group_key(groups, group)) return Target{.table = {"dependency-groups"}, .list = *key};
  if (const auto key = group_key(poetry_groups, group)) {
    return Target{.table = {"tool", "poetry", "group", *key, "dependencies"}, .list = {}};
  }
  if (const auto key = group_key(optional, group)) {
    return Target{.table = {"project", "optional-dependencies"}, .list = *key};
  }
  if (group != kDevelopmentGroup) return std::nullopt;
  if (uv.at("dev-dependencies").is_present())
    return Target{.table = {"tool", "uv"}, .list = "dev-dependencies"};
  if (poetry.at("dev-dependencies").is_present()) {
    return Target{.table = {"tool", "poetry", "dev-dependencies"}, .list = {}};
  }
  return std::nullopt;
}

Result<Target> target_of(const TomlDocument& document, DependencyStyle style, const std::string& group) {
  if (group.empty()) return main_target(document, style);
  std::optional<Target> existing = MLX_TRY(existing_group(document, group));
  if (existing) return *std::move(existing);
  if (style == DependencyStyle::kPoetry) {
    return Target{.table = {"tool", "poetry", "group", group, "dependencies"}, .list = {}};
  }
  return Target{.table = {"dependency-groups"}, .list = group};
}

/// The quotes that the list's own strings have.
char quote_of(const TomlDocument& document, const TomlValue& list) {
  for (const TomlValue& element : list.elements()) {
    if (element.kind() == TomlKind::kString) return document.text()[element.span().begin];
  }
  return '"';
}

Result<std::vector<TextEdit>> add_to_list(const TomlDocument& document, const Target& target,
                                          const Requirement& requirement) {
  TomlValue table = document.root();
  for (const std::string& key : target.table) table = MLX_TRY(table.table(key));
  const TomlValue list = MLX_TRY(table.array(target.list));
  if (!list.is_present()) {
    const bool is_in_braces = table.is_present() && table.form() == TomlForm::kWritten;
    const std::string value = toml_string(render(requirement));
    return insert_pair(document, target.table, toml_key(target.list),
                       is_in_braces ? "[" + value + "]" : "[\n    " + value + ",\n]");
  }
  if (list.form() != TomlForm::kWritten) return list.complaint("write this list with brackets to add to it");
  std::vector<std::string> names;
  for (const TomlValue& element : list.elements()) {
    const bool is_string = element.kind() == TomlKind::kString;
    const Result<Requirement> present = parse_requirement(is_string ? element.scalar() : "");
    names.push_back(present ? normalized_name(present->name) : "");
  }
  const std::string value = toml_string(render(requirement), quote_of(document, list));
  return insert_element(document, list, sorted_place(names, normalized_name(requirement.name)), value,
                        EmptyArrayBecomes::kLines);
}

/// A requirement in Poetry's notation: `">=1,<2"`, or a table if there is more to say.
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

Result<TomlDocument> add_one(const TomlDocument& document, DependencyStyle style,
                             const DependencyAddition& addition) {
  const Target target = MLX_TRY(target_of(document, style, addition.group));
  const Requirement& requirement = addition.requirement;
  std::vector<TextEdit> edits;
  if (target.list.empty()) {
    edits =
        MLX_TRY(insert_pair(document, target.table, toml_key(requirement.name), poetry_value(requirement)));
  } else {
    edits = MLX_TRY(add_to_list(document, target, requirement));
  }
  return edited(document, std::move(edits));
}

}  // namespace

Result<DependencyEdit> add_dependencies(std::string_view text, std::string_view file,
                                        const std::vector<DependencyAddition>& additions) {
  TomlDocument document = MLX_TRY(TomlDocument::parse(std::string(text), std::string(file)));
  const DependencyStyle style = MLX_TRY(dependency_style(document));
  if (style == DependencyStyle::kNone && !additions.empty()) {
    return fail(
        ErrorCode::kInvalidInput,
        "this file declares no project: run `uv init --bare`, or add a [project] table with name, version "
        "and dependencies",
        {.file = std::string(file)});
  }
  DependencyEdit edit;
  for (const DependencyAddition& addition : additions) {
    std::vector<DeclaredDependency> declared = MLX_TRY(read_declared_dependencies(document));
    std::erase_if(declared, [&](const DeclaredDependency& one) { return !satisfies(one, addition); });
    if (!declared.empty()) {
      edit.present.push_back({.addition = addition, .declared = std::move(declared)});
      continue;
    }
    document = MLX_TRY(add_one(document, style, addition));
    edit.added.push_back(addition);
  }
  edit.text = document.text();
  return edit;
}

}  // namespace mlx
