#include "cli/printable.h"

namespace mlx::cli {

std::string printable(std::string_view text) {
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // The control characters of ISO 6429 above ASCII are U+0080 to U+009F: C2 80 to C2 9F in UTF-8.
    const bool is_high_control =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (is_high_control) ++i;
    safe += byte < 0x20 || byte == 0x7F || is_high_control ? '?' : text[i];
  }
  return safe;
}

}  // namespace mlx::cli
