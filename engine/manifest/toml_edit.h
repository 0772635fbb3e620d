#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text_edit.h"
#include "engine/manifest/list_edit.h"
#include "engine/manifest/toml_document.h"

namespace mlx {

/// An array that is written with brackets, as list_edit.h takes it.
[[nodiscard]] WrittenList written_list(const TomlValue& array);

/// Edits that make `value` (TOML, on one line) element `index` of an array that is written
/// with brackets, as insert_element() of list_edit.h does.
[[nodiscard]] std::vector<TextEdit> insert_element(const TomlDocument& document, const TomlValue& array,
                                                   std::size_t index, std::string_view value,
                                                   EmptyListBecomes shape = EmptyListBecomes::kOneLine);

/// Edits that add `key = value` (both as TOML; line ends in the value as `\n`) to the table
/// at `path`, which must not have that key. The pair goes after the table's last one, in the
/// table's own form: under its header, with its dotted prefix, or inside its braces. A
/// missing table is created: inside the inline or dotted table that should hold it, else
/// with a header at the end of the document.
/// Fails with kInvalidInput if something on the path is no table.
[[nodiscard]] Result<std::vector<TextEdit>> insert_pair(const TomlDocument& document,
                                                        std::span<const std::string> path,
                                                        std::string_view key, std::string_view value);

/// The document after the edits. A result that is not valid TOML is an error.
[[nodiscard]] Result<TomlDocument> edited(const TomlDocument& document, std::vector<TextEdit> edits);

}  // namespace mlx
