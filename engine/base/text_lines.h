#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "engine/base/text_edit.h"

namespace mlx {

// The lines around an offset into a text, for edits that keep what people wrote beside.

/// A space or a tab.
[[nodiscard]] bool is_space_or_tab(char c);

/// Where the line that holds `offset` begins.
[[nodiscard]] std::size_t line_begin(std::string_view text, std::size_t offset);

/// Where the line that holds `offset` ends, before its line end.
[[nodiscard]] std::size_t end_of_line(std::string_view text, std::size_t offset);

/// The length of the line end at `offset`: 0, 1 or 2.
[[nodiscard]] std::size_t size_of_line_end(std::string_view text, std::size_t offset);

/// The length of the line end right before `offset`: 0, 1 or 2.
[[nodiscard]] std::size_t size_of_line_end_before(std::string_view text, std::size_t offset);

[[nodiscard]] std::string_view indentation_at(std::string_view text, std::size_t offset);

[[nodiscard]] bool begins_its_line(std::string_view text, std::size_t offset);

/// Is there nothing but white space and a `#` comment between `offset` and the line's end?
[[nodiscard]] bool ends_its_line(std::string_view text, std::size_t offset);

/// The offset behind the comma that follows an element of a list, past white space and `#`
/// comments; nothing if no comma does.
[[nodiscard]] std::optional<std::size_t> end_of_comma(std::string_view text, std::size_t offset);

/// Where whole lines stand in a text; the last of them may be the text's last, without a line end.
[[nodiscard]] std::optional<Span> find_lines(std::string_view text, std::string_view lines);
/// Lines without the end of the last one.
[[nodiscard]] std::string_view without_last_line_end(std::string_view lines);

}  // namespace mlx
