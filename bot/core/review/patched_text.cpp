#include "bot/core/review/patched_text.h"

#include <algorithm>
#include <charconv>

namespace mlx::bot {
namespace {

/// Takes a line off the front, with its line end.
std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = text.substr(0, end == text.npos ? text.size() : end + 1);
  text.remove_prefix(line.size());
  return line;
}

/// The first line that a hunk is about, counted from 1: `@@ -12,7 +12,9 @@`. 0 before the first.
std::optional<std::size_t> old_start(std::string_view header) {
  constexpr std::string_view kBegin = "@@ -";
  if (!header.starts_with(kBegin)) return std::nullopt;
  header.remove_prefix(kBegin.size());
  std::size_t start = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), start);
  if (error != std::errc()) return std::nullopt;
  // A hunk that takes no line stands after the line that it names.
  return std::string_view(end, 3).starts_with(",0 ") ? start + 1 : start;
}

class Patcher {
 public:
  Patcher(std::string_view before, std::string_view patch) : before_(before), patch_(patch) {}

  std::optional<std::string> run() {
    while (!patch_.empty()) {
      const auto line = take_line(patch_);
      const bool fits = line.starts_with("@@") ? begin_hunk(line) : apply(line);
      if (!fits) return std::nullopt;
    }
    after_ += before_;
    return std::move(after_);
  }

 private:
  bool begin_hunk(std::string_view header) {
    const auto start = old_start(header);
    if (!start) return false;
    while (number_ < *start) {
      if (before_.empty()) return false;
      after_ += take();
    }
    return true;
  }

  std::string_view take() {
    ++number_;
    return take_line(before_);
  }

  bool apply(std::string_view line) {
    const char sign = line.front();
    std::string_view text = line.substr(1);
    // `\ No newline at end of file` speaks of the line before.
    const bool lacks_end = patch_.starts_with('\\');
    if (lacks_end || !line.ends_with('\n')) {
      if (text.ends_with('\n')) text.remove_suffix(1);
      if (lacks_end) take_line(patch_);
    }
    // The last line of a patch has no line end of its own, whatever the file has.
    const bool is_last = !line.ends_with('\n') && !lacks_end;
    const std::string whole = is_last ? std::string(text) + "\n" : std::string(text);
    if (sign == '+') {
      after_ += whole;
      return true;
    }
    if ((sign != ' ' && sign != '-') || before_.empty()) return false;
    const auto old = take();
    if (sign == ' ') after_ += old;
    return old == whole || (is_last && old == text);
  }

  std::string_view before_;
  std::string_view patch_;
  std::string after_;
  std::size_t number_ = 1;  ///< of the next line of what was before
};

}  // namespace

std::optional<std::string> patched_text(std::string_view before, std::string_view patch) {
  return Patcher(before, patch).run();
}

}  // namespace mlx::bot
