#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"

namespace mlx::cli {

enum class Style { kBold, kDim, kRed, kYellow, kGreen };

/// Standard output as it can be written to: the terminal's width and colours, or, for a file or a
/// pipe, lines of any length without colours. `--color` and NO_COLOR decide about colours first.
class Output {
 public:
  [[nodiscard]] static Output standard(ColorChoice color);
  Output(std::size_t width, bool has_color) : width_(width), has_color_(has_color) {}

  /// Columns; 0 if lines may have any length.
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::string styled(Style style, std::string_view text) const;

 private:
  std::size_t width_;
  bool has_color_;
};

/// How many columns a UTF-8 text takes on a terminal: none for combining marks, two for East
/// Asian wide characters and emoji.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// The text's words on lines of at most `width` columns (0: one line); longer words stay whole.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// The text if it fits, else its beginning and `…`.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);

/// The text with blanks up to a width.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);

/// A line on standard error about work that takes long; wiped when it goes. Silent if standard
/// error is no terminal.
class Progress {
 public:
  explicit Progress(std::string_view what);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

 private:
  bool is_shown_;
};

}  // namespace mlx::cli
