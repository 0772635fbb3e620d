#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "engine/base/text_edit.h"
#include "engine/manifest/toml_document.h"

namespace mlx {

// The inverses of the edits in toml_edit.h.

/// Edits that take element `index` out of an array that is written with brackets. Undoes
/// insert_element() to the byte, except that an array that was empty keeps the lines which that
/// gave it. What follows the element on its line, a comment, goes with it.
[[nodiscard]] std::vector<TextEdit> remove_element(const TomlDocument& document, const TomlValue& array,
                                                   std::size_t index);

/// Edits that take out the `key = value` whose value this is; its last line's comment too.
[[nodiscard]] std::vector<TextEdit> remove_pair(const TomlDocument& document, const TomlValue& value);

/// Edits that take out the header of a table that holds nothing, and `lead` before it, if that is
/// there: what insert_pair() put between the header and what was above. None if the table has
/// members, or if a comment stands at the header: that is somebody's.
[[nodiscard]] std::vector<TextEdit> remove_empty_section(const TomlDocument& document, const TomlValue& table,
                                                         std::string_view lead);

}  // namespace mlx
