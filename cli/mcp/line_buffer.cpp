#include "cli/mcp/line_buffer.h"

#include <utility>

namespace mlx::mcp {

std::optional<Line> LineBuffer::next() {
  const auto end = bytes_.find('\n');
  if (end == std::string_view::npos) {
    keep(bytes_);
    bytes_ = {};
    return std::nullopt;
  }
  keep(bytes_.substr(0, end));
  bytes_.remove_prefix(end + 1);
  return take();
}

std::optional<Line> LineBuffer::last() {
  if (kept_.empty() && !is_too_long_) return std::nullopt;
  return take();
}

void LineBuffer::keep(std::string_view part) {
  if (is_too_long_ || part.size() > longest_ - kept_.size()) {
    is_too_long_ = true;
    kept_.clear();
    kept_.shrink_to_fit();
    return;
  }
  kept_ += part;
}

Line LineBuffer::take() {
  if (kept_.ends_with('\r')) kept_.pop_back();
  return {.text = std::exchange(kept_, {}), .is_too_long = std::exchange(is_too_long_, false)};
}

}  // namespace mlx::mcp
