#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text_edit.h"
#include "engine/manifest/toml_document.h"

namespace mlx {

/// What an edit made or filled in a file and could not be told from the file afterwards, so
/// that taking the edit back restores every byte. By place (docs/formats.md, `mlx.lock`):
///
///   `project.dependencies`   how the empty list was spelled; nothing: the key was not there
///   `[dependency-groups]`    the header is new: what was put before it, to keep it apart
///   `pythonpath`             the directory that was added for pytest
///   `# Heading`              a block of a .env.example: what was put before it
///   `NAME`                   a variable of a .env.example: the lines that were added for it
///   (nothing)                the file itself is new
using EditOrigins = std::map<std::string, std::string>;

/// A key of a table, by the table's path.
struct TomlPlace {
  std::vector<std::string> table;
  std::string key;  ///< empty: the table itself
};

/// Notes what `edits`, which put something into a list, a string or a table, make or fill.
void note_origins(const TomlDocument& before, const TomlPlace& place, const std::vector<TextEdit>& edits,
                  EditOrigins& origins);

/// The document without element `index` of the array at a place. An array that is left empty,
/// and its table, become what `origins` says they were; what was used of it is taken out.
[[nodiscard]] Result<TomlDocument> without_element(const TomlDocument& document, const TomlPlace& place,
                                                   std::size_t index, EditOrigins& origins);

/// The document without the pair at a place, and without its table's header if that is then
/// empty and `origins` knows it as new.
[[nodiscard]] Result<TomlDocument> without_pair(const TomlDocument& document, const TomlPlace& place,
                                                EditOrigins& origins);

/// As EditOrigins names it: `dependency-groups.dev`.
[[nodiscard]] std::string to_string(const TomlPlace& place);

/// The value at a place; absent if it or a table on the way is.
[[nodiscard]] TomlValue value_at(const TomlDocument& document, const TomlPlace& place);

}  // namespace mlx
