#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/text_edit.h"
#include "engine/source/syntax_tree.h"

namespace mlx {

/// Modules that live under the dotted prefix `from` in a component and under `to` in a
/// project: with from `src`, to `shop.ml`, the module `src.api` becomes `shop.ml.api`.
struct ModuleMove {
  std::string from;
  std::string to;
  std::set<std::string> modules;  ///< full names as the component writes them: `src.api.app`
};

/// Does the dotted path name one of the moved modules, or something inside one?
/// `src.api.app.create_app` does if `src.api.app` is among the modules.
[[nodiscard]] bool names_moved_module(std::string_view dotted_path, const ModuleMove& move);

/// The edits that make a Python text right after the move:
///  - absolute imports that begin with `from`, and the names that they bind;
///  - strings that are, as a whole, a dotted path to a moved module, with or without an
///    attribute (`"src.api.app:create_app"`, for uvicorn, Hydra, `mock.patch`);
///  - mentions of such paths in comments and docstrings.
/// Everything else, such as other strings and variables that happen to be named like
/// the prefix, is left alone.
[[nodiscard]] std::vector<TextEdit> move_modules_in_python(const SyntaxTree& tree, const ModuleMove& move);

/// The same for YAML: scalars (`_target_: src.api.checks.DiskSpaceCheck`) and comments.
[[nodiscard]] std::vector<TextEdit> move_modules_in_yaml(const SyntaxTree& tree, const ModuleMove& move);

}  // namespace mlx
