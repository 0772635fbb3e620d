#include "engine/manifest/pyproject_edit.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/manifest/dependency_lists.h"
#include "engine/manifest/dependency_target.h"
#include "engine/manifest/sorted_place.h"
#include "engine/manifest/toml_edit.h"
#include "engine/manifest/toml_string.h"

namespace mlx {
namespace {

/// The quotes that the list's own strings have.
char quote_of(const TomlDocument& document, const TomlValue& list) {
  for (const TomlValue& element : list.elements()) {
    if (element.kind() == TomlKind::kString) return document.text()[element.span().begin];
  }
  return '"';
}

Result<std::vector<TextEdit>> add_to_list(const TomlDocument& document, const TomlPlace& target,
                                          const Requirement& requirement) {
  TomlValue table = document.root();
  for (const std::string& key : target.table) table = MLX_TRY(table.table(key));
  const TomlValue list = MLX_TRY(table.array(target.key));
  if (!list.is_present()) {
    const bool is_in_braces = table.is_present() && table.form() == TomlForm::kWritten;
    const std::string value = toml_string(render(requirement));
    return insert_pair(document, target.table, toml_key(target.key),
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
                        EmptyListBecomes::kLines);
}

Result<TomlDocument> add_one(const TomlDocument& document, DependencyStyle style,
                             const DependencyAddition& addition, EditOrigins& origins) {
  const TomlPlace target = MLX_TRY(dependency_target(document, style, addition.group));
  const Requirement& requirement = addition.requirement;
  std::vector<TextEdit> edits;
  if (target.key.empty()) {
    edits =
        MLX_TRY(insert_pair(document, target.table, toml_key(requirement.name), poetry_value(requirement)));
  } else {
    edits = MLX_TRY(add_to_list(document, target, requirement));
  }
  note_origins(document, target, edits, origins);
  return edited(document, std::move(edits));
}

/// Where a declaration stands: the pair of a table, or an element of a list.
struct Declaration {
  TomlPlace place;        ///< of the pair, or of the list
  std::size_t index = 0;  ///< of the element
  bool is_pair = false;
  TomlValue value;
};

/// The declaration that the addition made, as it is now; nothing if it was changed or is gone.
std::optional<Declaration> find_declaration(const TomlDocument& document, DependencyStyle style,
                                            const DependencyAddition& addition) {
  // A file whose dependencies are no longer declared in it has nothing of ours.
  const Result<TomlPlace> target = dependency_target(document, style, addition.group);
  if (!target) return std::nullopt;
  const TomlValue place = value_at(document, *target);
  if (target->key.empty()) {
    for (const auto& [name, value] : place.members()) {
      const bool is_it = normalized_name(name) == normalized_name(addition.requirement.name) &&
                         document.text().substr(value.span().begin, value.span().size()) ==
                             poetry_value(addition.requirement);
      if (!is_it) continue;
      return Declaration{.place = {.table = target->table, .key = name}, .is_pair = true, .value = value};
    }
    return std::nullopt;
  }
  if (place.form() != TomlForm::kWritten) return std::nullopt;
  const std::vector<TomlValue> elements = place.elements();
  for (std::size_t index = 0; index < elements.size(); ++index) {
    if (elements[index].kind() != TomlKind::kString) continue;
    const Result<Requirement> present = parse_requirement(elements[index].scalar());
    const bool is_it = present &&
                       normalized_name(present->name) == normalized_name(addition.requirement.name) &&
                       render(*present) == render(addition.requirement);
    if (is_it) return Declaration{.place = *target, .index = index, .value = elements[index]};
  }
  return std::nullopt;
}

/// What declares the distribution of an addition for its group, in whatever words.
Result<std::vector<DeclaredDependency>> declarations_for(const TomlDocument& document,
                                                         const DependencyAddition& addition) {
  std::vector<DeclaredDependency> declared = MLX_TRY(read_declared_dependencies(document));
  std::erase_if(declared, [&](const DeclaredDependency& one) { return !satisfies(one, addition); });
  return declared;
}

TextEdit replacement_of(const TomlDocument& document, const Declaration& declaration,
                        const Requirement& requirement) {
  const Span span = declaration.value.span();
  if (declaration.is_pair) return {.span = span, .replacement = poetry_value(requirement)};
  return {.span = span, .replacement = toml_string(render(requirement), document.text()[span.begin])};
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
    std::vector<DeclaredDependency> declared = MLX_TRY(declarations_for(document, addition));
    if (!declared.empty()) {
      edit.present.push_back({.addition = addition, .declared = std::move(declared)});
      continue;
    }
    document = MLX_TRY(add_one(document, style, addition, edit.origins));
    edit.added.push_back(addition);
  }
  edit.text = document.text();
  return edit;
}

Result<DependencyRemoval> remove_dependencies(std::string_view text, std::string_view file,
                                              const std::vector<DependencyAddition>& additions,
                                              EditOrigins& origins) {
  TomlDocument document = MLX_TRY(TomlDocument::parse(std::string(text), std::string(file)));
  const DependencyStyle style = MLX_TRY(dependency_style(document));
  DependencyRemoval removal;
  for (const DependencyAddition& addition : additions) {
    if (const auto found = find_declaration(document, style, addition)) {
      document = MLX_TRY(found->is_pair ? without_pair(document, found->place, origins)
                                        : without_element(document, found->place, found->index, origins));
      removal.removed.push_back(addition);
      continue;
    }
    std::vector<DeclaredDependency> declared = MLX_TRY(declarations_for(document, addition));
    if (!declared.empty()) removal.kept.push_back({.addition = addition, .declared = std::move(declared)});
  }
  removal.text = document.text();
  return removal;
}

Result<DependencyReplacement> replace_dependencies(std::string_view text, std::string_view file,
                                                   const std::vector<DependencyChange>& changes) {
  TomlDocument document = MLX_TRY(TomlDocument::parse(std::string(text), std::string(file)));
  const DependencyStyle style = MLX_TRY(dependency_style(document));
  DependencyReplacement replacement;
  for (const DependencyChange& change : changes) {
    if (const auto found = find_declaration(document, style, change.from)) {
      document = MLX_TRY(edited(document, {replacement_of(document, *found, change.to.requirement)}));
      replacement.changed.push_back(change);
      continue;
    }
    std::vector<DeclaredDependency> declared = MLX_TRY(declarations_for(document, change.to));
    if (!declared.empty())
      replacement.kept.push_back({.addition = change.to, .declared = std::move(declared)});
  }
  replacement.text = document.text();
  return replacement;
}

}  // namespace mlx
