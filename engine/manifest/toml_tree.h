#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text_edit.h"
#include "engine/manifest/toml_document.h"

namespace mlx {

/// One table, array or scalar. Nodes refer to each other by index into TomlTree::nodes, so
/// that no depth of nesting needs recursion to build, walk or destroy.
struct TomlNode {
  TomlKind kind = TomlKind::kTable;
  TomlForm form = TomlForm::kWritten;
  Span span = {};
  Span key = {};  ///< the last part of the key that names it; the whole value in an array
  std::optional<std::size_t> end_of_last_pair;
  std::size_t parent = 0;
  std::string name;  ///< the key; empty for an element of an array
  std::string scalar;
  std::map<std::string, std::size_t, std::less<>> members;
  std::vector<std::size_t> elements;
};

/// The tables, arrays and scalars of a document; node 0 is the root, and nodes are in the
/// order in which the text first names them.
struct TomlTree {
  std::string text;
  std::string file;
  std::vector<TomlNode> nodes;
  std::vector<std::size_t> line_begins;  ///< offsets, ascending, the first is 0
};

/// Builds the tree of a text that is known to be valid TOML.
[[nodiscard]] Result<std::vector<TomlNode>> build_toml_nodes(const std::string& text,
                                                             const std::string& file);

/// Fails unless the text is valid TOML 1.0 within the limits of TomlDocument::parse.
[[nodiscard]] Result<void> check_toml(const std::string& text, const std::string& file);

}  // namespace mlx
