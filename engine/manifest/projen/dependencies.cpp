#include "engine/manifest/projen/dependencies.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "engine/manifest/dependency_target.h"
#include "engine/manifest/list_edit.h"
#include "engine/manifest/projen/calls.h"
#include "engine/manifest/projen/program.h"
#include "engine/manifest/sorted_place.h"

namespace mlx {
namespace {

/// Where projen has the main dependencies, or those of developers.
struct Kind {
  std::string_view keyword;
  std::string_view method;
  std::string_view group;
};
constexpr Kind kMain = {.keyword = "deps", .method = "add_dependency", .group = ""};
constexpr Kind kDevelopment = {.keyword = "dev_deps", .method = "add_dev_dependency", .group = "dev"};

const Kind& kind_of(const DependencyAddition& addition) {
  return addition.group.empty() ? kMain : kDevelopment;
}

/// One declaration, where it stands.
struct Declaration {
  Requirement requirement;
  Span span;                         ///< of the string
  std::optional<std::size_t> index;  ///< in the list; nothing for a call
  const ProjenCall* call = nullptr;
};

/// The number at the head of a version, and what follows its dot.
std::optional<int> take_number(std::string_view& version) {
  int number = 0;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), number);
  constexpr int kMost = 1'000'000;  // no version has more
  if (error != std::errc() || number > kMost) return std::nullopt;
  version.remove_prefix(static_cast<std::size_t>(end - version.data()));
  if (version.starts_with('.')) version.remove_prefix(1);
  return number;
}

/// What projen makes of `^1.2` and `~1.2` for pip and uv; other ranges it passes on.
std::string specifier_of(std::string_view range) {
  const bool is_caret = range.starts_with('^');
  const bool is_tilde = range.starts_with('~') && !range.starts_with("~=");
  if (!is_caret && !is_tilde) {
    const bool is_version = !range.empty() && range.front() >= '0' && range.front() <= '9';
    return range == "*" ? "" : (is_version ? "==" : "") + std::string(range);
  }
  std::string_view rest = range.substr(1);
  const std::string lowest(rest);
  const auto major = take_number(rest);
  if (!major) return "";
  const auto minor = take_number(rest);
  const std::string bound = is_caret || !minor
                                ? std::to_string(*major + 1) + ".0.0"
                                : std::to_string(*major) + "." + std::to_string(*minor + 1) + ".0";
  return ">=" + lowest + ",<" + bound;
}

/// `fastapi>=0.110`, or `fastapi@^0.110`; nothing if it is neither.
std::optional<Requirement> parse_declared(std::string_view text) {
  const std::size_t at = text.rfind('@');
  const bool is_projen = at != std::string_view::npos && at != 0 && !text.contains("://");
  auto requirement = parse_requirement(is_projen ? text.substr(0, at) : text);
  if (!requirement) return std::nullopt;
  if (is_projen) requirement->specifier = specifier_of(text.substr(at + 1));
  requirement->text = text;
  return *std::move(requirement);
}

/// Fails where it cannot be known what is declared.
Result<std::vector<Declaration>> declarations_in(const ProjenProgram& program, const Kind& kind) {
  std::vector<Declaration> declarations;
  const std::optional<StringList> list = MLX_TRY(list_argument(program, kind.keyword));
  if (list) {
    for (std::size_t i = 0; i < list->values.size(); ++i) {
      if (auto requirement = parse_declared(list->values[i])) {
        declarations.push_back(
            {.requirement = *std::move(requirement), .span = list->written.elements[i], .index = i});
      }
    }
  }
  for (const ProjenCall& call : program.calls) {
    if (call.method.starts_with("deps.")) {
      return fail(ErrorCode::kInvalidInput, "projen's own list is changed here", program.location(call.span));
    }
    if (call.method != kind.method) continue;
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      const std::optional<std::string>& argument = call.arguments[i];
      if (!argument) {
        return fail(ErrorCode::kInvalidInput, "what this adds is computed",
                    program.location(call.argument_spans[i]));
      }
      if (auto requirement = parse_declared(*argument)) {
        declarations.push_back(
            {.requirement = *std::move(requirement), .span = call.argument_spans[i], .call = &call});
      }
    }
  }
  return declarations;
}

DeclaredDependency declared(const ProjenProgram& program, const Kind& kind, const Declaration& declaration) {
  return {.requirement = declaration.requirement,
          .group = std::string(kind.group),
          .place = kind.group.empty() ? DependencyPlace::kProject : DependencyPlace::kDependencyGroups,
          .evidence = {.file = program.file, .line = program.location(declaration.span).line}};
}

bool is_named(const Declaration& declaration, const Requirement& requirement) {
  return normalized_name(declaration.requirement.name) == normalized_name(requirement.name);
}

/// A main dependency is there for developers too.
Result<std::vector<DeclaredDependency>> declarations_for(const ProjenProgram& program,
                                                         const DependencyAddition& addition) {
  std::vector<DeclaredDependency> found;
  for (const Kind& kind : {kMain, kDevelopment}) {
    if (!kind.group.empty() && addition.group.empty()) continue;
    for (const Declaration& declaration : MLX_TRY(declarations_in(program, kind))) {
      if (is_named(declaration, addition.requirement)) found.push_back(declared(program, kind, declaration));
    }
  }
  return found;
}

/// As projen is told of it. Poetry's constraints follow an `@`; for the others a requirement goes through as
/// it is, if it has no `@` itself.
Result<std::string> spelling_of(const ProjenProgram& program, const Requirement& requirement) {
  const auto poetry = program.keywords.find("poetry");
  const bool is_poetry = poetry != program.keywords.end() && program.spelling(poetry->second) == "True";
  const bool has_more = !requirement.extras.empty() || !requirement.marker.empty();
  if (!requirement.url.empty() || (is_poetry && has_more)) {
    return fail(ErrorCode::kInvalidInput, "projen cannot pass on `" + render(requirement) + "`",
                program.location(program.arguments));
  }
  if (!is_poetry) return render(requirement);
  return requirement.name + "@" + (requirement.specifier.empty() ? "*" : requirement.specifier);
}

/// The quotes that the list's own strings have.
char quote_of(const ProjenProgram& program, const StringList& list) {
  for (const Span& element : list.written.elements) {
    const char first = program.text[element.begin];
    if (first == '"' || first == '\'') return first;
  }
  return '"';
}

Result<std::string> with_one(const ProjenProgram& program, const DependencyAddition& addition,
                             EditOrigins& origins) {
  const Kind& kind = kind_of(addition);
  const std::string text = MLX_TRY(spelling_of(program, addition.requirement));
  const std::optional<StringList> list = MLX_TRY(list_argument(program, kind.keyword));
  if (!list) return apply_edits(program.text, {insert_call(program, kind.method, text)});
  std::vector<std::string> names;
  for (const std::string& value : list->values) {
    const auto requirement = parse_declared(value);
    names.push_back(requirement ? normalized_name(requirement->name) : "");
  }
  const std::string_view spelling = program.spelling(list->written.span);
  if (names.empty() && !spelling.contains('\n')) origins[std::string(kind.keyword)] = spelling;
  return apply_edits(program.text,
                     insert_element(program.text, list->written,
                                    sorted_place(names, normalized_name(addition.requirement.name)),
                                    python_string(text, quote_of(program, *list)), EmptyListBecomes::kLines));
}

/// The declaration that an addition made, if it is still in the same words.
Result<std::optional<Declaration>> find_declaration(const ProjenProgram& program,
                                                    const DependencyAddition& addition) {
  const auto spelling = spelling_of(program, addition.requirement);
  if (!spelling) return std::nullopt;
  for (const Declaration& declaration : MLX_TRY(declarations_in(program, kind_of(addition)))) {
    if (declaration.requirement.text == *spelling) return declaration;
  }
  return std::nullopt;
}

Result<std::string> without_one(const ProjenProgram& program, const Kind& kind,
                                const Declaration& declaration, EditOrigins& origins) {
  if (!declaration.index)
    return apply_edits(program.text, {remove_lines(program.text, declaration.call->span)});
  const std::optional<StringList> list = MLX_TRY(list_argument(program, kind.keyword));
  if (!list) return program.text;  // the declaration is in one
  const auto origin = origins.find(std::string(kind.keyword));
  if (origin != origins.end() && is_blank_around_element(program.text, list->written)) {
    const std::string before = origin->second;
    origins.erase(origin);
    return apply_edits(program.text, {{.span = list->written.span, .replacement = before}});
  }
  return apply_edits(program.text, remove_element(program.text, list->written, *declaration.index));
}

/// A call that can be taken out: one that adds nothing else, on lines of its own.
bool is_removable(const Declaration& declaration) {
  return declaration.call == nullptr || (declaration.call->is_statement && !declaration.call->has_keywords &&
                                         declaration.call->arguments.size() == 1);
}

Result<ProjenProgram> program_of(std::string_view text, std::string_view file) {
  return read_projen_program(std::string(text), std::string(file));
}

}  // namespace

Result<std::vector<DeclaredDependency>> read_projen_dependencies(std::string_view text,
                                                                 std::string_view file) {
  const ProjenProgram program = MLX_TRY(program_of(text, file));
  std::vector<DeclaredDependency> all;
  for (const Kind& kind : {kMain, kDevelopment}) {
    for (const Declaration& declaration : MLX_TRY(declarations_in(program, kind)))
      all.push_back(declared(program, kind, declaration));
  }
  return all;
}

Result<DependencyEdit> add_projen_dependencies(std::string_view text, std::string_view file,
                                               const std::vector<DependencyAddition>& additions) {
  ProjenProgram program = MLX_TRY(program_of(text, file));
  DependencyEdit edit;
  for (const DependencyAddition& addition : additions) {
    std::vector<DeclaredDependency> present = MLX_TRY(declarations_for(program, addition));
    if (!present.empty()) {
      edit.present.push_back({.addition = addition, .declared = std::move(present)});
      continue;
    }
    program = MLX_TRY(program_of(MLX_TRY(with_one(program, addition, edit.origins)), file));
    edit.added.push_back(addition);
  }
  edit.text = program.text;
  return edit;
}

Result<DependencyRemoval> remove_projen_dependencies(std::string_view text, std::string_view file,
                                                     const std::vector<DependencyAddition>& additions,
                                                     EditOrigins& origins) {
  ProjenProgram program = MLX_TRY(program_of(text, file));
  DependencyRemoval removal;
  for (const DependencyAddition& addition : additions) {
    const auto found = MLX_TRY(find_declaration(program, addition));
    if (found && is_removable(*found)) {
      program = MLX_TRY(program_of(MLX_TRY(without_one(program, kind_of(addition), *found, origins)), file));
      removal.removed.push_back(addition);
      continue;
    }
    std::vector<DeclaredDependency> kept = MLX_TRY(declarations_for(program, addition));
    if (!kept.empty()) removal.kept.push_back({.addition = addition, .declared = std::move(kept)});
  }
  removal.text = program.text;
  return removal;
}

Result<DependencyReplacement> replace_projen_dependencies(std::string_view text, std::string_view file,
                                                          const std::vector<DependencyChange>& changes) {
  ProjenProgram program = MLX_TRY(program_of(text, file));
  DependencyReplacement replacement;
  for (const DependencyChange& change : changes) {
    if (const auto found = MLX_TRY(find_declaration(program, change.from))) {
      const char first = program.text[found->span.begin];
      const std::string words = MLX_TRY(spelling_of(program, change.to.requirement));
      std::vector<TextEdit> edits = {
          {.span = found->span, .replacement = python_string(words, first == '\'' ? '\'' : '"')}};
      program = MLX_TRY(program_of(MLX_TRY(apply_edits(program.text, std::move(edits))), file));
      replacement.changed.push_back(change);
      continue;
    }
    std::vector<DeclaredDependency> kept = MLX_TRY(declarations_for(program, change.to));
    if (!kept.empty()) replacement.kept.push_back({.addition = change.to, .declared = std::move(kept)});
  }
  replacement.text = program.text;
  return replacement;
}

}  // namespace mlx
