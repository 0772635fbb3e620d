#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "engine/base/text_edit.h"

namespace mlx {

/// A list as it is written: brackets, elements, commas, and `#` comments. TOML and Python do it alike.
struct WrittenList {
  Span span;                   ///< with its brackets
  std::vector<Span> elements;  ///< without their commas
};

/// How a list without elements is written once it gets one.
enum class EmptyListBecomes { kOneLine, kLines };

/// Edits that make `value` (on one line) element `index` of a list. They keep the list's shape: one line
/// or many, indentation, the trailing comma or its absence, and every comment with the element that it
/// follows or precedes.
[[nodiscard]] std::vector<TextEdit> insert_element(std::string_view text, const WrittenList& list,
                                                   std::size_t index, std::string_view value,
                                                   EmptyListBecomes shape = EmptyListBecomes::kOneLine);

/// Edits that take element `index` out of a list. Undoes insert_element() to the byte, except that a list
/// that was empty keeps the lines which that gave it. What follows the element on its line, a comment,
/// goes with it.
[[nodiscard]] std::vector<TextEdit> remove_element(std::string_view text, const WrittenList& list,
                                                   std::size_t index);

/// Is the list's first element its only one, with nothing but white space and its comma beside?
[[nodiscard]] bool is_blank_around_element(std::string_view text, const WrittenList& list);

/// Takes out the lines from the one that holds the span's begin to the one that holds its end, with the
/// line end before them, so that a last line without one leaves its predecessor without one.
[[nodiscard]] TextEdit remove_lines(std::string_view text, Span span);

}  // namespace mlx
