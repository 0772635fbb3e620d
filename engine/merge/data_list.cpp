#include "engine/merge/data_list.h"

#include <algorithm>
#include <set>
#include <string>

namespace mlx {
namespace {

constexpr double kRenamed = 0.7;
constexpr double kSameText = 0.7;
/// Shorter texts are alike by chance: codes of rules, numbers.
constexpr std::size_t kShortText = 8;

std::string_view text_of(const DataList& list, const Element& element) {
  const Outline& outline = *list.outline;
  if (element.first_atom == element.last_atom) return {};
  return outline.part(outline.atoms[element.first_atom].begin, outline.atoms[element.last_atom - 1].end);
}

std::string_view identity_of(const Element& element) {
  return element.data.shares_name ? std::string_view() : element.name;
}

/// One atom, or a dash with nothing behind it.
bool is_scalar(const Element& element) { return element.last_atom - element.first_atom <= 1; }

/// By pairs of characters that follow each other (L. R. Dice, "Measures of the amount of ecologic association
/// between species", 1945).
double text_likeness(std::string_view a, std::string_view b) {
  if (a.size() < 2 || b.size() < 2) return a == b ? 1 : 0;
  AtomBag left;
  AtomBag right;
  const auto fill = [](AtomBag& bag, std::string_view text) {
    constexpr unsigned kByte = 8;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      bag.add((static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])) << kByte) |
              static_cast<unsigned char>(text[i + 1]));
    }
  };
  fill(left, a);
  fill(right, b);
  return left.likeness(right);
}

AtomBag bag_of(const DataList& list, std::size_t first, const Element& element) {
  AtomBag bag;
  for (std::size_t i = first; i < element.last_atom; ++i) bag.add(list.outline->atoms[i].symbol);
  return bag;
}

/// Members with other keys are the same only if nearly all that they hold is.
double member_similarity(const DataList& a, const Element& x, const DataList& b, const Element& y) {
  constexpr std::uint32_t kKeyAtoms = 2;
  const std::size_t first = x.first_atom + kKeyAtoms;
  const std::size_t other = y.first_atom + kKeyAtoms;
  if (first >= x.last_atom || other >= y.last_atom) return 0;
  const bool is_small = x.last_atom - first == 1 && text_of(a, x).size() < 2 * kShortText;
  if (is_small) return 0;
  const double likeness = bag_of(a, first, x).likeness(bag_of(b, other, y));
  return likeness >= kRenamed ? likeness : 0;
}

/// Have they other values of what tells items apart? One may have a `name` and the other none.
bool are_told_apart(const Element& x, const Element& y) {
  const std::string_view one = identity_of(x);
  const std::string_view other = identity_of(y);
  const auto form = [](std::string_view name) {
    return name.ends_with(':') ? std::string_view(":") : name.substr(0, name.find('='));
  };
  const bool is_word = one.find_first_of("=:") == std::string_view::npos &&
                       other.find_first_of("=:") == std::string_view::npos;
  const bool is_table = x.kind == ElementKind::kTable;
  return !one.empty() && !other.empty() && one != other && (is_word || is_table || form(one) == form(other));
}

double similarity(const DataList& a, std::size_t i, const DataList& b, std::size_t j) {
  const Element& x = a.at(i);
  const Element& y = b.at(j);
  if (x.kind != y.kind) return 0;
  if (x.kind == ElementKind::kDocument && a.size() == b.size()) return 1;
  if (x.kind == ElementKind::kMember) return member_similarity(a, x, b, y);
  if (is_scalar(x) != is_scalar(y)) return 0;
  const bool are_other = are_told_apart(x, y);
  if (is_scalar(x)) {
    const std::string_view before = text_of(a, x);
    const std::string_view after = text_of(b, y);
    // Words that are no more than their names may be versions of each other; what has a specifier may not.
    const auto is_bare = [](const Element& e, std::string_view text) {
      return text.size() <= e.name.size() + 2;
    };
    const bool are_bare = is_bare(x, before) && is_bare(y, after);
    if ((are_other && !are_bare) || before.size() < kShortText || after.size() < kShortText) return 0;
    const double likeness = text_likeness(before, after);
    return likeness >= kSameText ? likeness : 0;
  }
  const double likeness = bag_of(a, x.first_atom, x).likeness(bag_of(b, y.first_atom, y));
  return are_other && likeness < kRenamed ? 0 : likeness;
}

/// Words, each once, and none an option of a command: their order may say something, but not where one that
/// is there stands.
bool is_set_of_words(const DataList& list) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Element& item = list.at(i);
    if (!is_scalar(item) || item.first_atom == item.last_atom) return false;
    const Atom& atom = list.outline->atoms[item.first_atom];
    const std::string_view text = text_of(list, item);
    const auto first = text.find_first_not_of("\"'");
    const bool is_option = first != std::string_view::npos && text[first] == '-';
    const bool is_number = first == 0 && text[0] >= '0' && text[0] <= '9';
    if (!atom.is_text || is_option || is_number || !seen.insert(text).second) return false;
  }
  return true;
}

std::vector<ListItem> items_of(const DataList& list, bool is_set) {
  std::vector<ListItem> items;
  items.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Element& child = list.at(i);
    std::string_view name = identity_of(child);
    if (name.empty() && is_set) name = text_of(list, child);
    items.push_back(
        {.digest = child.digest, .name = name, .may_move = !name.empty(), .is_repeatable = name.empty()});
  }
  return items;
}

bool are_sorted(const std::vector<ListItem>& items) {
  return items.size() >= 2 &&
         std::ranges::all_of(items, [](const ListItem& item) { return !item.name.empty(); }) &&
         std::ranges::is_sorted(items, {}, &ListItem::name);
}

}  // namespace

DataRows::DataRows(const DataLists& lists)
    : lists_(lists),
      is_mapping_(lists.ours.parent->data.holds == Holds::kMembers ||
                  lists.theirs.parent->data.holds == Holds::kMembers),
      is_set_(!is_mapping_ && is_set_of_words(lists.base) && is_set_of_words(lists.ours) &&
              is_set_of_words(lists.theirs)) {
  const auto& [base, ours, theirs] = lists_;
  rows_ =
      merge_lists(items_of(base, is_set_),
                  {.items = items_of(ours, is_set_),
                   .similarity = [&](std::size_t i,
                                     std::size_t j) { return similarity(lists_.base, i, lists_.ours, j); }},
                  {.items = items_of(theirs, is_set_), .similarity = [&](std::size_t i, std::size_t j) {
                     return similarity(lists_.base, i, lists_.theirs, j);
                   }});
  is_in_rows_.assign(base.size(), false);
  for (const ListRow& row : rows_) {
    if (row.base != kAbsent) is_in_rows_[row.base] = true;
  }
  sort_meetings();
  // What stands behind a table of TOML would be part of it.
  const auto is_member = [&](const ListRow& row) {
    const Element& element = row.ours != kAbsent     ? lists_.ours.at(row.ours)
                             : row.theirs != kAbsent ? lists_.theirs.at(row.theirs)
                                                     : lists_.base.at(row.base);
    return element.kind != ElementKind::kTable;
  };
  std::ranges::stable_partition(rows_, is_member);
}

/// Where both sides add to a list that is in order, it stays so.
void DataRows::sort_meetings() {
  const std::vector<ListItem> ours = items_of(lists_.ours, is_set_);
  const std::vector<ListItem> theirs = items_of(lists_.theirs, is_set_);
  if (!are_sorted(ours) || !are_sorted(theirs)) return;
  const auto name_of = [&](const ListRow& row) {
    return row.ours != kAbsent ? ours[row.ours].name : theirs[row.theirs].name;
  };
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::size_t end = end_of_additions(i, true);
    end = end_of_additions(end, false);
    std::ranges::stable_sort(rows_.begin() + static_cast<std::ptrdiff_t>(i),
                             rows_.begin() + static_cast<std::ptrdiff_t>(end), {}, name_of);
    i = std::max(i, end);
  }
}

std::size_t DataRows::end_of_additions(std::size_t begin, bool is_ours) const {
  while (begin < rows_.size()) {
    const ListRow& row = rows_[begin];
    if (row.base != kAbsent || (row.ours != kAbsent) != is_ours || (row.theirs != kAbsent) == is_ours) break;
    ++begin;
  }
  return begin;
}

const Element& DataRows::added(const ListRow& row) const {
  return row.ours != kAbsent ? lists_.ours.at(row.ours) : lists_.theirs.at(row.theirs);
}

/// Can it be told from others of its list?
bool DataRows::is_plain(const ListRow& row) const {
  const Element& element = added(row);
  return is_mapping_ || element.kind == ElementKind::kTable || !identity_of(element).empty() ||
         is_scalar(element);
}

bool DataRows::removed_by_both(std::size_t begin, std::size_t end) const {
  while (begin > 0 && rows_[begin - 1].base == kAbsent) --begin;
  while (end < rows_.size() && rows_[end].base == kAbsent) ++end;
  const std::size_t first = begin == 0 ? 0 : rows_[begin - 1].base + 1;
  const std::size_t last = end == rows_.size() ? lists_.base.size() : rows_[end].base;
  for (std::size_t i = first; i < last; ++i) {
    if (!is_in_rows_[i]) return true;
  }
  return false;
}

/// Did `remover` remove what the other side changed?
bool DataRows::is_removed_and_edited(const ListRow& row, std::size_t ListRow::* remover) const {
  if (row.base == kAbsent || row.*remover != kAbsent) return false;
  const std::uint64_t before = lists_.base.at(row.base).digest;
  if (row.ours != kAbsent) return lists_.ours.at(row.ours).digest != before;
  return row.theirs != kAbsent && lists_.theirs.at(row.theirs).digest != before;
}

/// For each row the end of those from it on of which one side removed some that the other edited, and added
/// others in their place; the row itself if there are none.
std::vector<std::size_t> DataRows::ends_of_replacements() const {
  std::vector<std::size_t> ends(rows_.size());
  for (std::size_t i = 0; i < ends.size(); ++i) ends[i] = i;
  for (std::size_t ListRow::* remover : {&ListRow::ours, &ListRow::theirs}) {
    std::size_t end = rows_.size();
    bool has_edit = false;
    for (std::size_t i = rows_.size(); i-- > 0;) {
      const bool is_edit = is_removed_and_edited(rows_[i], remover);
      const bool is_addition = rows_[i].base == kAbsent && rows_[i].*remover != kAbsent &&
                               (rows_[i].ours == kAbsent || rows_[i].theirs == kAbsent);
      if (!is_edit && !is_addition) {
        end = i;
        has_edit = false;
        continue;
      }
      has_edit = has_edit || is_edit;
      if (has_edit) ends[i] = std::max(ends[i], end);
    }
  }
  return ends;
}

std::vector<DataRun> DataRows::runs() const {
  std::vector<DataRun> found;
  const std::vector<std::size_t> replaced = ends_of_replacements();
  for (std::size_t i = 0; i < rows_.size();) {
    if (replaced[i] > i) {
      found.push_back({.begin = i, .end = replaced[i], .is_conflict = true});
      i = replaced[i];
      continue;
    }
    std::size_t end = i;
    bool is_of_ours = false;
    bool is_of_theirs = false;
    for (; end < rows_.size() && replaced[end] == end; ++end) {
      const ListRow& row = rows_[end];
      if (row.base != kAbsent || (row.ours != kAbsent && row.theirs != kAbsent)) break;
      is_of_ours = is_of_ours || row.ours != kAbsent;
      is_of_theirs = is_of_theirs || row.theirs != kAbsent;
    }
    end = std::max(end, i + 1);
    const bool is_meeting = is_of_ours && is_of_theirs;
    const bool are_plain = std::all_of(
        rows_.begin() + static_cast<std::ptrdiff_t>(i), rows_.begin() + static_cast<std::ptrdiff_t>(end),
        [&](const ListRow& row) { return row.base != kAbsent || is_plain(row); });
    if (is_meeting && (!are_plain || removed_by_both(i, end))) {
      found.push_back({.begin = i, .end = end, .is_conflict = true});
    } else {
      for (std::size_t k = i; k < end; ++k)
        found.push_back({.begin = k, .end = k + 1, .is_conflict = false, .joins_additions = is_meeting});
    }
    i = end;
  }
  return found;
}

}  // namespace mlx
