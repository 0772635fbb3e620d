#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"

namespace mlx {

/// A half-open range of byte offsets in a text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] std::size_t size() const { return end - begin; }
  bool operator==(const Span&) const = default;
};

/// Replace `span` of a text by `replacement`. An empty span inserts.
struct TextEdit {
  Span span;
  std::string replacement;

  bool operator==(const TextEdit&) const = default;
};

/// Puts a text in at an offset, or takes a range out.
[[nodiscard]] TextEdit insertion(std::size_t offset, std::string text);
[[nodiscard]] TextEdit removal(std::size_t begin, std::size_t end);

/// Applies all edits at once; spans refer to the original text, in any order. Inserts
/// at the same place keep the order in which they are given. Fails with kConflict when
/// two edits overlap, with kInvalidInput when one lies outside the text.
[[nodiscard]] Result<std::string> apply_edits(std::string_view text, std::vector<TextEdit> edits);

/// Line and column, both from 1, columns in bytes, of an offset into a text.
struct LineColumn {
  std::size_t line = 1;
  std::size_t column = 1;
  bool operator==(const LineColumn&) const = default;
};
[[nodiscard]] LineColumn line_column(std::string_view text, std::size_t offset);

/// The line end that a text uses: "\r\n" if its first line ends so, else "\n".
[[nodiscard]] std::string_view line_end(std::string_view text);

/// A text whose lines end in `\n`, with another line end in its place.
[[nodiscard]] std::string with_line_ends(std::string_view text, std::string_view line_end);

}  // namespace mlx
