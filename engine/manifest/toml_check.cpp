// Validity of a TOML text, as toml++ sees it.
#include <algorithm>
#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

#include <toml++/toml.h>

#include "engine/manifest/toml_tree.h"

namespace mlx {
namespace {

constexpr std::size_t kMostKeyParts = 32;

/// Walks over the text outside strings and comments, just far enough to see where the parts
/// of keys are. Exact up to the first error of the text, which is as far as toml++ reads.
class KeyDepthScanner {
 public:
  explicit KeyDepthScanner(std::string_view text) : text_(text) {}

  /// The offset of the dot that makes one part too many; npos if there is none.
  std::size_t first_too_deep() {
    std::size_t dots = 0;
    while (position_ < text_.size()) {
      const char c = text_[position_];
      if (c == '"' || c == '\'') {
        skip_string(c);
        continue;
      }
      if (c == '#') {
        position_ = std::min(text_.find('\n', position_), text_.size());
        continue;
      }
      if (c == '.') {
        if (++dots >= kMostKeyParts) return position_;
      } else if (c == '\n' || c == '=' || c == ',' || c == '{' || c == '[') {
        dots = 0;
      }
      ++position_;
    }
    return std::string_view::npos;
  }

 private:
  void skip_string(char quote) {
    const std::string triple(3, quote);
    const bool is_long = text_.substr(position_).starts_with(triple);
    position_ += is_long ? 3 : 1;
    while (position_ < text_.size()) {
      const char c = text_[position_];
      if (c == '\\' && quote == '"') {
        position_ += 2;
      } else if (is_long ? text_.substr(position_).starts_with(triple) : c == quote) {
        position_ += is_long ? 3 : 1;
        return;
      } else if (!is_long && c == '\n') {
        return;
      } else {
        ++position_;
      }
    }
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

/// toml++ counts columns in code points and leaves a byte order mark out.
std::size_t column_in_bytes(std::string_view text, std::size_t line, std::size_t column) {
  for (std::size_t skipped = 1; skipped < line; ++skipped) {
    const std::size_t newline = text.find('\n');
    if (newline == std::string_view::npos) return column;
    text.remove_prefix(newline + 1);
  }
  const std::string_view mark = "\xEF\xBB\xBF";
  std::size_t bytes = line == 1 && text.starts_with(mark) ? mark.size() : 0;
  for (std::size_t points = 1; points < column && bytes < text.size() && text[bytes] != '\n'; ++points) {
    ++bytes;
    while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) ++bytes;
  }
  return bytes + 1;
}

}  // namespace

Result<void> check_toml(const std::string& text, const std::string& file) {
  const std::size_t too_deep = KeyDepthScanner(text).first_too_deep();
  if (too_deep != std::string_view::npos) {
    const LineColumn place = line_column(text, too_deep);
    return fail(ErrorCode::kInvalidInput, "a key of more than " + std::to_string(kMostKeyParts) + " parts",
                {.file = file, .line = place.line, .column = place.column});
  }
  try {
    [[maybe_unused]] const toml::table table = toml::parse(std::string_view(text));
    return {};
  } catch (const toml::parse_error& error) {
    const toml::source_position place = error.source().begin;
    return fail(
        ErrorCode::kInvalidInput, "not valid TOML: " + std::string(error.description()),
        {.file = file, .line = place.line, .column = column_in_bytes(text, place.line, place.column)});
  }
}

}  // namespace mlx
