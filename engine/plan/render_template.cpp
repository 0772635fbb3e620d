#include "engine/plan/render_template.h"

#include <algorithm>

#include "engine/source/long_imports.h"

namespace mlx {
namespace {

bool has_suffix(const RepoPath& path, std::string_view suffix) { return path.str().ends_with(suffix); }

}  // namespace

Result<RepoPath> target_in_project(const Component& component, const ComponentFile& file,
                                   const ProjectLayout& layout) {
  std::string root_directory = component.import_root;
  std::ranges::replace(root_directory, '.', '/');
  const bool moves = file.kind == FileKind::kSource && file.target.is_within(root_directory);
  if (!moves) return file.target;
  return RepoPath::parse(layout.source_root + file.target.str().substr(root_directory.size()));
}

Result<std::string> with_modules_moved(std::string_view text, const RepoPath& path, const ModuleMove& move) {
  // Parsing costs more than all the rest of a plan, and most projects keep the component's own root.
  const bool may_need_rewriting = move.from != move.to && text.contains(move.from);
  if (!may_need_rewriting) return std::string(text);
  if (has_suffix(path, ".py")) {
    const SyntaxTree tree = SyntaxTree::parse(Language::kPython, text);
    if (tree.has_errors())
      return fail(ErrorCode::kInvalidInput, "this is not valid Python", {.file = path.str()});
    const std::string moved = MLX_TRY(apply_edits(text, move_modules_in_python(tree, move)));
    // A longer name must not leave lines that the project's formatter and linter would complain of.
    if (move.to.size() <= move.from.size()) return moved;
    return apply_edits(moved, wrap_long_imports(SyntaxTree::parse(Language::kPython, moved), move.to));
  }
  if (has_suffix(path, ".yaml") || has_suffix(path, ".yml")) {
    return apply_edits(text, move_modules_in_yaml(SyntaxTree::parse(Language::kYaml, text), move));
  }
  return std::string(text);
}

Result<std::string> render_template(std::string_view text, const RepoPath& target, const Component& component,
                                    const std::string& import_root, const std::set<std::string>& modules) {
  auto rendered = with_modules_moved(text, target,
                                     {.from = component.import_root, .to = import_root, .modules = modules});
  if (!rendered)
    rendered.error().message.insert(0, "the template of " + component.name + " cannot be rewritten: ");
  return rendered;
}

Result<std::string> render_file(const Release& release, const ComponentFile& file, const RepoPath& target,
                                const std::string& import_root, const std::set<std::string>& modules) {
  return render_template(release.templates.at(file.path.str()), target, release.component, import_root,
                         modules);
}

}  // namespace mlx
