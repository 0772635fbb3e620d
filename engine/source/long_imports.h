#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "engine/base/text_edit.h"
#include "engine/source/syntax_tree.h"

namespace mlx {

/// How long a line of Python may be before an import on it is wrapped, in characters: what the catalogue's
/// own platform keeps to.
inline constexpr std::size_t kLongestImport = 100;

/// How wide a line is, in characters as linters count them.
[[nodiscard]] std::size_t width_of(std::string_view line);

/// The edits that put the names of imports from `package`, or from inside of it, on lines of their own, where
/// they stand on one line that is too long: as black and ruff format them, so that a package with a longer
/// name than before leaves a formatted file formatted. Imports with a comment are left alone.
[[nodiscard]] std::vector<TextEdit> wrap_long_imports(const SyntaxTree& tree, std::string_view package);

}  // namespace mlx
