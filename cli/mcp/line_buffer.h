#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mlx::mcp {

/// One line of input, without its end.
struct Line {
  std::string text;
  bool is_too_long = false;  ///< then the text is empty: what came was not kept
};

/// Cuts bytes, as they come, into lines. Keeps no more than the longest line that is allowed.
class LineBuffer {
 public:
  explicit LineBuffer(std::size_t longest) : longest_(longest) {}

  /// Call next() until it gives nothing before the next feed().
  void feed(std::string_view bytes) { bytes_ = bytes; }
  /// The next whole line; refers to what was fed, which must still be there.
  [[nodiscard]] std::optional<Line> next();
  /// What is left at the end of input, where the last line has no end.
  [[nodiscard]] std::optional<Line> last();

 private:
  void keep(std::string_view part);
  [[nodiscard]] Line take();

  std::size_t longest_;
  std::string_view bytes_;  ///< fed, and not looked at yet
  std::string kept_;        ///< of a line whose end has not come
  bool is_too_long_ = false;
};

}  // namespace mlx::mcp
