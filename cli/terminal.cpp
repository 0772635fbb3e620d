#include "cli/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <sys/ioctl.h>

namespace mlx::cli {
namespace {

struct CodePoint {
  char32_t value;
  std::size_t size;  ///< in bytes
};

/// The first code point; a byte that begins none stands for itself.
CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (size == 1 || text.size() < size) return {.value = lead, .size = 1};
  char32_t value = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) value = (value << 6U) | (byte(i) & 0x3FU);
  return {.value = value, .size = size};
}

using Range = std::pair<char32_t, char32_t>;

template <std::size_t kCount>
bool is_in(const std::array<Range, kCount>& ranges, char32_t value) {
  return std::ranges::any_of(
      ranges, [&](const Range& range) { return value >= range.first && value <= range.second; });
}

std::size_t width_of(char32_t value) {
  constexpr std::array kNone = {Range{0x300, 0x36F},   Range{0x200B, 0x200F}, Range{0x20D0, 0x20FF},
                                Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}, Range{0xFEFF, 0xFEFF}};
  constexpr std::array kWide = {Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},
                                Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
                                Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F},
                                Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};
  if (is_in(kNone, value)) return 0;
  return is_in(kWide, value) ? 2 : 1;
}

}  // namespace

Output Output::standard(ColorChoice color) {
  const bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
  winsize size{};
  // A variadic system call, without another way to ask.
  const bool has_size = is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&  // NOLINT
                        size.ws_col > 0;
  const std::size_t width = has_size ? size.ws_col : is_terminal ? 80 : 0;
  const char* no_color = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): nobody sets it meanwhile
  const bool is_wanted = no_color == nullptr || *no_color == '\0';
  const bool has_color =
      color == ColorChoice::kAlways || (color == ColorChoice::kAuto && is_terminal && is_wanted);
  return {width, has_color};
}

std::string Output::styled(Style style, std::string_view text) const {
  if (!has_color_ || text.empty()) return std::string(text);
  constexpr std::array kCodes = {"1", "2", "31", "33", "32"};
  return fmt::format("\x1b[{}m{}\x1b[0m", kCodes.at(static_cast<std::size_t>(style)), text);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const CodePoint first = first_code_point(text);
    width += width_of(first.value);
    text.remove_prefix(first.size);
  }
  return width;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const bool fits = width == 0 || display_width(lines.back()) + 1 + display_width(word) <= width;
    if (lines.back().empty()) {
      lines.back() = word;
    } else if (fits) {
      lines.back() += " " + std::string(word);
    } else {
      lines.emplace_back(word);
    }
  }
  return lines;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::string kept;
  std::size_t used = 0;
  while (!text.empty()) {
    const CodePoint first = first_code_point(text);
    used += width_of(first.value);
    if (used + 1 > width) break;
    kept += text.substr(0, first.size);
    text.remove_prefix(first.size);
  }
  return kept + "…";
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t used = display_width(text);
  return std::string(text) + std::string(used < width ? width - used : 0, ' ');
}

Progress::Progress(std::string_view what) : is_shown_(::isatty(STDERR_FILENO) == 1) {
  if (is_shown_) fmt::print(stderr, "{} …", what);
}

Progress::~Progress() {
  if (is_shown_) fmt::print(stderr, "\r\x1b[K");
}

}  // namespace mlx::cli
