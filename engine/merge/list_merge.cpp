#include "engine/merge/list_merge.h"

#include <algorithm>
#include <list>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "engine/merge/sequence_diff.h"

namespace mlx {
namespace {

constexpr double kAlike = 0.5;
/// Comparing each with each costs too much beyond this, and says little.
constexpr std::size_t kMostPairs = 4'000;

Symbols numbered(const std::vector<ListItem>& items,
                 std::unordered_map<std::uint64_t, std::uint32_t>& numbers) {
  Symbols symbols;
  symbols.reserve(items.size());
  for (const ListItem& item : items)
    symbols.push_back(numbers.emplace(item.digest, static_cast<std::uint32_t>(numbers.size())).first->second);
  return symbols;
}

class Matcher {
 public:
  Matcher(const std::vector<ListItem>& base, const ListVersion& other)
      : base_(base),
        other_(other.items),
        similarity_(other.similarity),
        found_(base.size(), kAbsent),
        is_taken_(other.items.size()) {}

  std::vector<std::size_t> run() {
    match_unchanged();
    match_names();
    match_gaps();
    match_moved();
    return std::move(found_);
  }

 private:
  void pair(std::size_t i, std::size_t j) {
    found_[i] = j;
    is_taken_[j] = true;
  }

  void match_unchanged() {
    std::unordered_map<std::uint64_t, std::uint32_t> numbers;
    const Symbols a = numbered(base_, numbers);
    const Symbols b = numbered(other_, numbers);
    std::size_t i = 0;
    std::size_t j = 0;
    for (const SequenceChange& change : diff_sequences(a, b)) {
      while (i < change.a_begin) pair(i++, j++);
      i = change.a_end;
      j = change.b_end;
    }
    while (i < a.size() && j < b.size()) pair(i++, j++);
  }

  /// Names that both versions have once among what is left.
  void match_names() {
    struct Owners {
      std::vector<std::size_t> base;
      std::vector<std::size_t> other;
    };
    std::map<std::string_view, Owners> owners;
    for (std::size_t i = 0; i < base_.size(); ++i) {
      if (found_[i] == kAbsent && !base_[i].name.empty()) owners[base_[i].name].base.push_back(i);
    }
    for (std::size_t j = 0; j < other_.size(); ++j) {
      if (!is_taken_[j] && !other_[j].name.empty()) owners[other_[j].name].other.push_back(j);
    }
    for (const auto& [name, places] : owners) {
      const bool is_one = places.base.size() == 1 && places.other.size() == 1;
      if (!is_one) continue;
      const std::size_t i = places.base.front();
      const std::size_t j = places.other.front();
      if (base_[i].may_move || keeps_order(i, j)) pair(i, j);
    }
  }

  /// Does this pair cross none that is known?
  [[nodiscard]] bool keeps_order(std::size_t i, std::size_t j) const {
    for (std::size_t before = i; before-- > 0;) {
      if (found_[before] == kAbsent) continue;
      if (found_[before] > j) return false;
      break;
    }
    for (std::size_t after = i + 1; after < base_.size(); ++after) {
      if (found_[after] == kAbsent) continue;
      return found_[after] > j;
    }
    return true;
  }

  void match_gaps() {
    std::size_t i = 0;
    std::size_t j = 0;
    for (std::size_t anchor = 0; anchor <= base_.size(); ++anchor) {
      const bool is_end = anchor == base_.size();
      if (!is_end && (found_[anchor] == kAbsent || found_[anchor] < j)) continue;
      const std::size_t other = is_end ? other_.size() : found_[anchor];
      match_gap(i, anchor, j, other);
      i = anchor + 1;
      j = other + 1;
    }
  }

  /// The pairing in order that is worth most (a shortest edit script with similarity as gain).
  void match_gap(std::size_t i_begin, std::size_t i_end, std::size_t j_begin, std::size_t j_end) {
    std::vector<std::size_t> a;
    std::vector<std::size_t> b;
    for (std::size_t i = i_begin; i < i_end; ++i) {
      if (found_[i] == kAbsent) a.push_back(i);
    }
    for (std::size_t j = j_begin; j < j_end; ++j) {
      if (!is_taken_[j]) b.push_back(j);
    }
    if (a.empty() || b.empty() || a.size() * b.size() > kMostPairs) return;
    const std::size_t width = b.size() + 1;
    std::vector<double> best((a.size() + 1) * width);
    std::vector<double> gains(a.size() * b.size());
    for (std::size_t x = a.size(); x-- > 0;) {
      for (std::size_t y = b.size(); y-- > 0;) {
        const double alike = similarity_(a[x], b[y]);
        const double gain = alike >= kAlike ? alike : 0;
        gains[x * b.size() + y] = gain;
        double value = std::max(best[(x + 1) * width + y], best[x * width + y + 1]);
        if (gain > 0) value = std::max(value, gain + best[(x + 1) * width + y + 1]);
        best[x * width + y] = value;
      }
    }
    for (std::size_t x = 0, y = 0; x < a.size() && y < b.size();) {
      const double gain = gains[x * b.size() + y];
      const double here = best[x * width + y];
      if (gain > 0 && here == gain + best[(x + 1) * width + y + 1]) {
        pair(a[x++], b[y++]);
      } else if (here == best[(x + 1) * width + y]) {
        ++x;
      } else {
        ++y;
      }
    }
  }

  void match_moved() {
    std::multimap<std::uint64_t, std::size_t> left;
    for (std::size_t j = 0; j < other_.size(); ++j) {
      if (!is_taken_[j] && other_[j].may_move) left.emplace(other_[j].digest, j);
    }
    for (std::size_t i = 0; i < base_.size(); ++i) {
      if (found_[i] != kAbsent || !base_[i].may_move) continue;
      const auto place = left.find(base_[i].digest);
      if (place == left.end()) continue;
      pair(i, place->second);
      left.erase(place);
    }
  }

  const std::vector<ListItem>& base_;
  const std::vector<ListItem>& other_;
  const std::function<double(std::size_t, std::size_t)>& similarity_;
  std::vector<std::size_t> found_;
  std::vector<bool> is_taken_;
};

/// Members of the base that a side has in another order: those outside of a longest run that keeps it.
std::vector<bool> moved_members(const std::vector<std::size_t>& found) {
  std::vector<bool> is_moved(found.size());
  std::vector<std::size_t> tails;  // of the best run of each length, as an index into found
  std::vector<std::size_t> before(found.size(), kAbsent);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i] == kAbsent) continue;
    is_moved[i] = true;
    const auto place = std::ranges::lower_bound(tails, found[i], {}, [&](std::size_t k) { return found[k]; });
    before[i] = place == tails.begin() ? kAbsent : *(place - 1);
    if (place == tails.end()) {
      tails.push_back(i);
    } else {
      *place = i;
    }
  }
  for (std::size_t i = tails.empty() ? kAbsent : tails.back(); i != kAbsent; i = before[i])
    is_moved[i] = false;
  return is_moved;
}

class RowMerger {
 public:
  RowMerger(const std::vector<ListItem>& base, const ListVersion& ours, const ListVersion& theirs)
      : base_(base),
        ours_(ours.items),
        theirs_(theirs.items),
        in_ours_(match_items(base, ours)),
        in_theirs_(match_items(base, theirs)) {}

  std::vector<ListRow> run() {
    const std::vector<std::size_t> of_ours = in_ours_;
    leave_additions(in_ours_, ours_, in_theirs_, theirs_);
    leave_additions(in_theirs_, theirs_, of_ours, ours_);
    begin_with_ours();
    match_additions();
    place_theirs();
    return {rows_.begin(), rows_.end()};
  }

 private:
  using Place = std::list<ListRow>::iterator;

  /// What the other side adds in the same words is no new version of a member that it was found to be like.
  void leave_additions(std::vector<std::size_t>& found, const std::vector<ListItem>& items,
                       const std::vector<std::size_t>& in_other, const std::vector<ListItem>& other) const {
    std::vector<bool> is_addition(other.size(), true);
    for (const std::size_t j : in_other) {
      if (j != kAbsent) is_addition[j] = false;
    }
    std::unordered_set<std::uint64_t> added;
    for (std::size_t j = 0; j < other.size(); ++j) {
      if (is_addition[j]) added.insert(other[j].digest);
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (found[i] == kAbsent) continue;
      const ListItem& item = items[found[i]];
      const bool is_by_likeness =
          item.digest != base_[i].digest && (item.name.empty() || item.name != base_[i].name);
      if (is_by_likeness && added.contains(item.digest)) found[i] = kAbsent;
    }
  }

  void begin_with_ours() {
    std::vector<std::size_t>& base_of = base_of_ours_;
    base_of.assign(ours_.size(), kAbsent);
    for (std::size_t i = 0; i < base_.size(); ++i) {
      if (in_ours_[i] != kAbsent) base_of[in_ours_[i]] = i;
    }
    place_of_base_.assign(base_.size(), rows_.end());
    for (std::size_t j = 0; j < ours_.size(); ++j) {
      const std::size_t base = base_of[j];
      rows_.push_back({.base = base, .ours = j, .theirs = base == kAbsent ? kAbsent : in_theirs_[base]});
      const auto place = std::prev(rows_.end());
      if (base != kAbsent) {
        place_of_base_[base] = place;
      } else {
        additions_.push_back(place);
      }
    }
  }

  /// What both sides add alike, or under one name.
  void match_additions() {
    base_of_theirs_.assign(theirs_.size(), kAbsent);
    for (std::size_t i = 0; i < base_.size(); ++i) {
      if (in_theirs_[i] != kAbsent) base_of_theirs_[in_theirs_[i]] = i;
    }
    added_place_.assign(theirs_.size(), rows_.end());
    std::unordered_map<std::uint64_t, std::vector<Place>> by_digest;
    std::unordered_map<std::string_view, std::vector<Place>> by_name;
    for (const Place& place : additions_) {
      by_digest[ours_[place->ours].digest].push_back(place);
      if (!ours_[place->ours].name.empty()) by_name[ours_[place->ours].name].push_back(place);
    }
    const std::vector<std::size_t> our_gaps = gaps_of(base_of_ours_);
    const std::vector<std::size_t> their_gaps = gaps_of(base_of_theirs_);
    const auto take = [&](const std::vector<Place>& places, std::size_t j) {
      const auto same = std::ranges::find_if(places, [&](const Place& place) {
        if (place->theirs != kAbsent) return false;
        const bool repeats = theirs_[j].is_repeatable && ours_[place->ours].is_repeatable;
        return !repeats || our_gaps[place->ours] == their_gaps[j];
      });
      if (same == places.end()) return false;
      (*same)->theirs = j;
      added_place_[j] = *same;
      return true;
    };
    for (std::size_t j = 0; j < theirs_.size(); ++j) {
      if (base_of_theirs_[j] != kAbsent) continue;
      if (const auto alike = by_digest.find(theirs_[j].digest); alike != by_digest.end()) {
        if (take(alike->second, j)) continue;
      }
      if (theirs_[j].name.empty() || !theirs_[j].may_move) continue;
      if (const auto named = by_name.find(theirs_[j].name); named != by_name.end()) take(named->second, j);
    }
  }

  /// For each member of a side, one more than the member of the base that it has before it; 0 if there is
  /// none.
  static std::vector<std::size_t> gaps_of(const std::vector<std::size_t>& base_of) {
    std::vector<std::size_t> gaps;
    gaps.reserve(base_of.size());
    std::size_t gap = 0;
    for (const std::size_t base : base_of) {
      gaps.push_back(gap);
      if (base != kAbsent) gap = base + 1;
    }
    return gaps;
  }

  void place_theirs() {
    const std::vector<bool> theirs_moved = moved_members(in_theirs_);
    const std::vector<bool> ours_moved = moved_members(in_ours_);
    auto cursor = rows_.end();  // the row that the next one follows; the end before the first
    for (std::size_t j = 0; j < theirs_.size(); ++j) {
      const std::size_t base = base_of_theirs_[j];
      if (base != kAbsent && place_of_base_[base] != rows_.end()) {
        const auto place = place_of_base_[base];
        const bool moves = theirs_moved[base] && !ours_moved[base] && base_[base].may_move;
        if (moves) rows_.splice(behind(cursor), rows_, place);
        cursor = place;
      } else if (added_place_[j] != rows_.end()) {
        cursor = added_place_[j];
      } else {
        // What ours removed stands where it stood in the base, whatever theirs removed before it.
        if (base != kAbsent) cursor = before_in_base(base, cursor);
        cursor = rows_.insert(behind(cursor), ListRow{.base = base, .ours = kAbsent, .theirs = j});
        if (base != kAbsent) place_of_base_[base] = cursor;
      }
    }
    // What both removed is in neither list, and so in no row.
  }

  /// The row of the member that comes before this one in the base, if theirs removed that; else the one
  /// before this in theirs.
  Place before_in_base(std::size_t base, Place in_theirs) {
    while (base-- > 0) {
      if (place_of_base_[base] == rows_.end()) continue;
      return in_theirs_[base] == kAbsent ? place_of_base_[base] : in_theirs;
    }
    return in_theirs;
  }

  /// The place after a row, and after what ours adds there.
  Place behind(Place cursor) {
    auto place = cursor == rows_.end() ? rows_.begin() : std::next(cursor);
    while (place != rows_.end() && place->base == kAbsent && place->theirs == kAbsent) ++place;
    return place;
  }

  const std::vector<ListItem>& base_;
  const std::vector<ListItem>& ours_;
  const std::vector<ListItem>& theirs_;
  std::vector<std::size_t> in_ours_;
  std::vector<std::size_t> in_theirs_;
  std::vector<std::size_t> base_of_ours_;
  std::vector<std::size_t> base_of_theirs_;
  std::list<ListRow> rows_;
  std::vector<Place> place_of_base_;
  std::vector<Place> additions_;
  std::vector<Place> added_place_;
};

}  // namespace

std::vector<std::size_t> match_items(const std::vector<ListItem>& base, const ListVersion& other) {
  return Matcher(base, other).run();
}

std::vector<ListRow> merge_lists(const std::vector<ListItem>& base, const ListVersion& ours,
                                 const ListVersion& theirs) {
  return RowMerger(base, ours, theirs).run();
}

}  // namespace mlx
