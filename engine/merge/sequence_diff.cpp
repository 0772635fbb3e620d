#include "engine/merge/sequence_diff.h"

#include <algorithm>

namespace mlx {
namespace {

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

  /// Marks the elements of both sides that no longest common subsequence keeps.
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

/// A group of changed elements can often stand in several places: of `a, b, a` with the last two new, the
/// first two may be new just as well. Moves every group of `sequence` to its last place, or to the last
/// one where the other sequence has changes too, so that what belongs together is one change. As git
/// does, so that both cut alike.
class GroupSlider {
 public:
  GroupSlider(const Symbols& sequence, std::vector<bool>& is_changed, const std::vector<bool>& other_changed)
      : sequence_(sequence), is_changed_(is_changed), other_changed_(other_changed) {}

  void run() {
    Group own = first_group(is_changed_);
    Group other = first_group(other_changed_);
    while (true) {
      if (own.begin != own.end) slide(own, other);
      if (!next(is_changed_, own)) return;
      next(other_changed_, other);
    }
  }

 private:
  /// Changed elements between two that stay; there may be none.
  struct Group {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  static Group first_group(const std::vector<bool>& changed) {
    Group group;
    while (group.end < changed.size() && changed[group.end]) ++group.end;
    return group;
  }
  static bool next(const std::vector<bool>& changed, Group& group) {
    if (group.end == changed.size()) return false;
    group.begin = ++group.end;
    while (group.end < changed.size() && changed[group.end]) ++group.end;
    return true;
  }
  static void previous(const std::vector<bool>& changed, Group& group) {
    if (group.begin == 0) return;
    group.end = --group.begin;
    while (group.begin > 0 && changed[group.begin - 1]) --group.begin;
  }

  /// A group that touches the next one takes it in.
  bool slide_up(Group& own) {
    if (own.begin == 0 || sequence_[own.begin - 1] != sequence_[own.end - 1]) return false;
    is_changed_[--own.begin] = true;
    is_changed_[--own.end] = false;
    while (own.begin > 0 && is_changed_[own.begin - 1]) --own.begin;
    return true;
  }
  bool slide_down(Group& own) {
    if (own.end == sequence_.size() || sequence_[own.begin] != sequence_[own.end]) return false;
    is_changed_[own.begin++] = false;
    is_changed_[own.end++] = true;
    while (own.end < sequence_.size() && is_changed_[own.end]) ++own.end;
    return true;
  }

  void slide(Group& own, Group& other) {
    std::size_t size = 0;
    std::size_t earliest = 0;
    bool meets_other = false;
    std::size_t last_meeting = 0;
    do {
      size = own.end - own.begin;
      meets_other = false;
      while (slide_up(own)) previous(other_changed_, other);
      earliest = own.end;
      if (other.begin != other.end) meets_other = true, last_meeting = own.end;
      while (slide_down(own)) {
        next(other_changed_, other);
        if (other.begin != other.end) meets_other = true, last_meeting = own.end;
      }
    } while (size != own.end - own.begin);
    if (own.end == earliest || !meets_other) return;
    while (own.end != last_meeting && slide_up(own)) previous(other_changed_, other);
  }

  const Symbols& sequence_;
  std::vector<bool>& is_changed_;
  const std::vector<bool>& other_changed_;
};

}  // namespace

std::vector<SequenceChange> diff_sequences(const Symbols& a, const Symbols& b) {
  std::vector<bool> is_deleted(a.size());
  std::vector<bool> is_added(b.size());
  Differ(a, b).run(is_deleted, is_added);
  GroupSlider(a, is_deleted, is_added).run();
  GroupSlider(b, is_added, is_deleted).run();

  std::vector<SequenceChange> changes;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const SequenceChange begin{.a_begin = i, .a_end = i, .b_begin = j, .b_end = j};
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

}  // namespace mlx
