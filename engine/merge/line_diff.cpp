#include "engine/merge/line_diff.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

namespace mlx {
namespace {

/// Lines as numbers, so that comparing two costs one instruction.
using Symbols = std::vector<std::uint32_t>;

struct Box {
  std::size_t a_begin;
  std::size_t a_end;
  std::size_t b_begin;
  std::size_t b_end;
};

/// The middle of a shortest path through a box, found from both ends at once.
struct Snake {
  std::size_t a_begin;
  std::size_t b_begin;
  std::size_t a_end;
  std::size_t b_end;
};

class Differ {
 public:
  Differ(const Symbols& a, const Symbols& b)
      : a_(a), b_(b), forward_(2 * (a.size() + b.size()) + 3), backward_(forward_.size()) {}

  /// Marks the lines of both sides that no longest common subsequence keeps.
  void run(std::vector<bool>& is_deleted, std::vector<bool>& is_added) {
    std::vector<Box> boxes = {{0, a_.size(), 0, b_.size()}};
    while (!boxes.empty()) {
      Box box = boxes.back();
      boxes.pop_back();
      while (box.a_begin < box.a_end && box.b_begin < box.b_end && a_[box.a_begin] == b_[box.b_begin]) {
        ++box.a_begin;
        ++box.b_begin;
      }
      while (box.a_begin < box.a_end && box.b_begin < box.b_end && a_[box.a_end - 1] == b_[box.b_end - 1]) {
        --box.a_end;
        --box.b_end;
      }
      Snake snake{};
      const bool is_one_sided = box.a_begin == box.a_end || box.b_begin == box.b_end;
      if (is_one_sided || !find_middle(box, snake)) {
        std::fill(is_deleted.begin() + at(box.a_begin), is_deleted.begin() + at(box.a_end), true);
        std::fill(is_added.begin() + at(box.b_begin), is_added.begin() + at(box.b_end), true);
        continue;
      }
      boxes.push_back({box.a_begin, snake.a_begin, box.b_begin, snake.b_begin});
      boxes.push_back({snake.a_end, box.a_end, snake.b_end, box.b_end});
    }
  }

 private:
  static std::ptrdiff_t at(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

  /// False when the two sides differ so much that looking further is not worth it.
  bool find_middle(const Box& box, Snake& snake) {
    const auto n = static_cast<std::ptrdiff_t>(box.a_end - box.a_begin);
    const auto m = static_cast<std::ptrdiff_t>(box.b_end - box.b_begin);
    const std::ptrdiff_t delta = n - m;
    const bool is_odd = (delta & 1) != 0;
    const std::ptrdiff_t limit = (n + m + 1) / 2;
    const auto middle = static_cast<std::ptrdiff_t>(forward_.size() / 2);
    const auto fwd = [&](std::ptrdiff_t k) -> std::ptrdiff_t& {
      return forward_[static_cast<std::size_t>(middle + k)];
    };
    const auto bwd = [&](std::ptrdiff_t k) -> std::ptrdiff_t& {
      return backward_[static_cast<std::size_t>(middle + k)];
    };
    fwd(1) = 0;
    bwd(1) = 0;
    for (std::ptrdiff_t d = 0; d <= std::min(limit, kMostSteps); ++d) {
      for (std::ptrdiff_t k = -d; k <= d; k += 2) {
        std::ptrdiff_t x = k == -d || (k != d && fwd(k - 1) < fwd(k + 1)) ? fwd(k + 1) : fwd(k - 1) + 1;
        std::ptrdiff_t y = x - k;
        const std::ptrdiff_t x0 = x;
        const std::ptrdiff_t y0 = y;
        while (x < n && y < m && y >= 0 && same(box, x, y)) {
          ++x;
          ++y;
        }
        fwd(k) = x;
        const bool can_meet = is_odd && k - delta >= -(d - 1) && k - delta <= d - 1;
        if (can_meet && x + bwd(-(k - delta)) >= n) {
          snake = absolute(box, x0, y0, x, y);
          return true;
        }
      }
      for (std::ptrdiff_t k = -d; k <= d; k += 2) {
        std::ptrdiff_t x = k == -d || (k != d && bwd(k - 1) < bwd(k + 1)) ? bwd(k + 1) : bwd(k - 1) + 1;
        std::ptrdiff_t y = x - k;
        const std::ptrdiff_t x0 = x;
        const std::ptrdiff_t y0 = y;
        while (x < n && y < m && y >= 0 && same(box, n - x - 1, m - y - 1)) {
          ++x;
          ++y;
        }
        bwd(k) = x;
        const bool can_meet = !is_odd && k - delta >= -d && k - delta <= d;
        if (can_meet && x + fwd(-(k - delta)) >= n) {
          snake = absolute(box, n - x, m - y, n - x0, m - y0);
          return true;
        }
      }
    }
    return false;
  }

  [[nodiscard]] bool same(const Box& box, std::ptrdiff_t x, std::ptrdiff_t y) const {
    return a_[box.a_begin + static_cast<std::size_t>(x)] == b_[box.b_begin + static_cast<std::size_t>(y)];
  }

  static Snake absolute(const Box& box, std::ptrdiff_t x0, std::ptrdiff_t y0, std::ptrdiff_t x1,
                        std::ptrdiff_t y1) {
    return {box.a_begin + static_cast<std::size_t>(x0), box.b_begin + static_cast<std::size_t>(y0),
            box.a_begin + static_cast<std::size_t>(x1), box.b_begin + static_cast<std::size_t>(y1)};
  }

  /// At this distance a box has thousands of differences, and costs millions of steps.
  static constexpr std::ptrdiff_t kMostSteps = 4000;

  const Symbols& a_;
  const Symbols& b_;
  std::vector<std::ptrdiff_t> forward_;
  std::vector<std::ptrdiff_t> backward_;
};

void append_line(std::string& out, char mark, std::string_view line) {
  out += mark;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

std::string range(std::size_t begin, std::size_t count) {
  // An empty range names the line before it, as diff(1) has always done.
  const std::size_t first = count == 0 ? begin : begin + 1;
  return count == 1 ? std::to_string(first) : std::to_string(first) + "," + std::to_string(count);
}

}  // namespace

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto newline = text.find('\n');
    const std::size_t size = newline == std::string_view::npos ? text.size() : newline + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

std::vector<LineChange> diff_lines(const std::vector<std::string_view>& a,
                                   const std::vector<std::string_view>& b) {
  std::unordered_map<std::string_view, std::uint32_t> numbers;
  const auto number = [&numbers](const std::vector<std::string_view>& lines) {
    Symbols symbols;
    symbols.reserve(lines.size());
    for (const auto line : lines) {
      symbols.push_back(numbers.emplace(line, static_cast<std::uint32_t>(numbers.size())).first->second);
    }
    return symbols;
  };
  const Symbols left = number(a);
  const Symbols right = number(b);
  std::vector<bool> is_deleted(a.size());
  std::vector<bool> is_added(b.size());
  Differ(left, right).run(is_deleted, is_added);

  std::vector<LineChange> changes;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const LineChange begin{.a_begin = i, .a_end = i, .b_begin = j, .b_end = j};
    while (i < a.size() && is_deleted[i]) ++i;
    while (j < b.size() && is_added[j]) ++j;
    if (i == begin.a_begin && j == begin.b_begin) {
      ++i;
      ++j;
    } else {
      changes.push_back({.a_begin = begin.a_begin, .a_end = i, .b_begin = begin.b_begin, .b_end = j});
    }
  }
  return changes;
}

std::string unified_diff(std::string_view path_before, std::string_view path_after, std::string_view before,
                         std::string_view after) {
  constexpr std::size_t kContext = 3;
  const auto a = split_lines(before);
  const auto b = split_lines(after);
  const auto changes = diff_lines(a, b);
  if (changes.empty()) return {};
  const auto label = [](std::string_view prefix, std::string_view path) {
    return path.empty() ? std::string("/dev/null") : std::string(prefix) + std::string(path);
  };
  std::string out = "--- " + label("a/", path_before) + "\n+++ " + label("b/", path_after) + "\n";
  for (std::size_t first = 0; first < changes.size();) {
    std::size_t last = first;
    while (last + 1 < changes.size() && changes[last + 1].a_begin - changes[last].a_end <= 2 * kContext)
      ++last;
    const std::size_t lead = std::min(kContext, changes[first].a_begin);
    const std::size_t tail = std::min(kContext, a.size() - changes[last].a_end);
    const std::size_t a_begin = changes[first].a_begin - lead;
    const std::size_t b_begin = changes[first].b_begin - lead;
    out += "@@ -" + range(a_begin, changes[last].a_end + tail - a_begin) + " +" +
           range(b_begin, changes[last].b_end + tail - b_begin) + " @@\n";
    std::size_t at = a_begin;
    for (std::size_t c = first; c <= last; ++c) {
      for (; at < changes[c].a_begin; ++at) append_line(out, ' ', a[at]);
      for (; at < changes[c].a_end; ++at) append_line(out, '-', a[at]);
      for (std::size_t j = changes[c].b_begin; j < changes[c].b_end; ++j) append_line(out, '+', b[j]);
    }
    for (const std::size_t end = at + tail; at < end; ++at) append_line(out, ' ', a[at]);
    first = last + 1;
  }
  return out;
}

}  // namespace mlx
