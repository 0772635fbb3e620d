#include "engine/merge/statement_merge.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "engine/merge/entry_merge.h"
#include "engine/merge/three_way_diff.h"
#include "engine/merge/word_merge.h"

namespace mlx {
namespace {

constexpr int kDeepestBracket = 100;

/// The side that changed; ours if both did.
template <typename T>
const T& changed_side(const T& base, const T& ours, const T& theirs) {
  return ours == base ? theirs : ours;
}

class StatementMerger {
 public:
  explicit StatementMerger(MergeSteps& steps) : steps_(steps) {}

  std::optional<std::string> merge(const AtomVersions& v, int depth) {
    if (depth > kDeepestBracket) return std::nullopt;
    if (v.ours.text() == v.base.text()) return std::string(v.theirs.text());
    if (v.theirs.text() == v.base.text() || say_the_same(v.ours, v.theirs)) return std::string(v.ours.text());
    // Where one side only changed the layout, the edit of the other is put into it; or else it is taken as it
    // is.
    const bool is_layout = say_the_same(v.ours, v.base) || say_the_same(v.theirs, v.base);
    if (!is_layout) steps_.insert(MergeStep::kAtoms);
    auto merged = merge_items(v, depth);
    if (!merged && is_layout) merged = (say_the_same(v.ours, v.base) ? v.theirs : v.ours).text();
    return merged;
  }

  std::optional<std::string> merge_import(const AtomVersions& v) {
    AtomVersions names;
    const std::array<std::pair<const AtomRange*, AtomRange*>, 3> sides = {
        std::pair(&v.base, &names.base), std::pair(&v.ours, &names.ours),
        std::pair(&v.theirs, &names.theirs)};
    for (const auto& [whole, inner] : sides) {
      if (whole->is_empty()) continue;  // nobody imported it before
      *inner = imported_names(*whole);
      if (inner->is_empty()) return std::nullopt;
    }
    const bool ours_bracketed = is_in_brackets(names.ours);
    const bool theirs_bracketed = is_in_brackets(names.theirs);
    // Whoever needed brackets had too much for one line.
    const bool takes_theirs = theirs_bracketed && !ours_bracketed;
    steps_.insert(MergeStep::kImports);
    const auto merged = merge_entries(names, '{', takes_theirs, 0);
    if (!merged || merged->text.empty()) return std::nullopt;
    const AtomRange& frame = takes_theirs ? v.theirs : v.ours;
    const AtomRange& inner = takes_theirs ? names.theirs : names.ours;
    const Outline& outline = *frame.outline;
    // `from module import`
    std::string text;
    if (v.base.is_empty()) {
      text = before_names(frame).text();
    } else {
      auto prefix = merge(
          {.base = before_names(v.base), .ours = before_names(v.ours), .theirs = before_names(v.theirs)}, 0);
      if (!prefix) return std::nullopt;
      text = *std::move(prefix);
    }
    const std::size_t before = inner.begin - 1;
    if (is_in_brackets(inner)) text += outline.part(frame.at(before).lead, frame.at(before).end);
    text += merged->text;
    // From behind the last name: its comma is of the list.
    if (inner.end < frame.end) text += outline.part(frame.at(inner.end).lead, frame.at(frame.end - 1).end);
    return text;
  }

 private:
  /// An atom, or what stands between brackets, with them.
  struct Item {
    std::size_t begin = 0;
    std::size_t end = 0;
    [[nodiscard]] bool is_group() const { return end - begin > 1; }
  };

  static bool is_in_brackets(const AtomRange& names) { return names.at(names.begin - 1).sign == '('; }

  static AtomRange before_names(const AtomRange& whole) {
    std::size_t end = whole.begin;
    while (end < whole.end && whole.outline->text_of(whole.at(end)) != "import") ++end;
    return {.outline = whole.outline, .begin = whole.begin, .end = std::min(end + 1, whole.end)};
  }

  static AtomRange imported_names(const AtomRange& whole) {
    std::size_t i = whole.begin;
    while (i < whole.end && whole.outline->text_of(whole.at(i)) != "import") ++i;
    if (++i >= whole.end) return {};
    std::size_t end = whole.end;
    if (whole.at(i).sign == '(') {
      end = whole.at(i).partner;
      if (end <= i) return {};
      ++i;
    }
    while (end > i && whole.at(end - 1).is_comment && whole.at(i - 1).sign != '(') --end;
    return {.outline = whole.outline, .begin = i, .end = end};
  }

  std::vector<Item> items_of(const AtomRange& range, Symbols& symbols) {
    std::vector<Item> items;
    std::uint32_t before = 0;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const Atom& atom = range.at(i);
      const bool is_group = atom.opens() && atom.partner > i && atom.partner < range.end;
      items.push_back({.begin = i, .end = is_group ? atom.partner + 1 : i + 1});
      if (is_group) {
        // Brackets are those of what stands before them.
        const auto key = std::pair(atom.sign, before);
        symbols.push_back(
            groups_.emplace(key, 0x8000'0000U + static_cast<std::uint32_t>(groups_.size())).first->second);
        i = atom.partner;
      } else {
        symbols.push_back(atom.symbol);
      }
      before = atom.symbol;
    }
    return items;
  }

  std::optional<std::string> merge_items(const AtomVersions& v, int depth) {
    Symbols base_symbols;
    Symbols ours_symbols;
    Symbols theirs_symbols;
    const std::vector<Item> base = items_of(v.base, base_symbols);
    const std::vector<Item> ours = items_of(v.ours, ours_symbols);
    const std::vector<Item> theirs = items_of(v.theirs, theirs_symbols);
    std::string text;
    bool is_first = true;
    bool was_comment = false;
    const auto add = [&](std::string_view lead, std::string_view part, bool is_comment) {
      if (was_comment && !has_newline(lead)) return false;
      if (!is_first) text += lead;
      text += part;
      is_first = false;
      was_comment = is_comment;
      return true;
    };
    const auto add_side = [&](const AtomRange& range, const std::vector<Item>& items, ElementRange part) {
      for (std::size_t i = part.begin; i < part.end; ++i) {
        const AtomRange item{.outline = range.outline, .begin = items[i].begin, .end = items[i].end};
        if (!add(lead_of(item), item.text(), item.at(item.end - 1).is_comment)) return false;
      }
      return true;
    };
    for (const MergeChunk& chunk : align_three(base_symbols, ours_symbols, theirs_symbols)) {
      // Brackets were taken for the same whatever stands in them.
      const AtomRange in_base = range_of(v.base, base, chunk.base);
      const AtomRange in_ours = range_of(v.ours, ours, chunk.ours);
      const AtomRange in_theirs = range_of(v.theirs, theirs, chunk.theirs);
      const bool is_hidden = (chunk.kind == ChunkKind::kOurs && !say_the_same(in_theirs, in_base)) ||
                             (chunk.kind == ChunkKind::kTheirs && !say_the_same(in_ours, in_base)) ||
                             (chunk.kind == ChunkKind::kBoth && !say_the_same(in_ours, in_theirs));
      if (is_hidden && !have_same_shape(base, ours, theirs, chunk)) return std::nullopt;
      if (!is_hidden && (chunk.kind == ChunkKind::kOurs || chunk.kind == ChunkKind::kBoth)) {
        if (!add_side(v.ours, ours, chunk.ours)) return std::nullopt;
        continue;
      }
      if (!is_hidden && chunk.kind == ChunkKind::kTheirs) {
        if (!add_side(v.theirs, theirs, chunk.theirs)) return std::nullopt;
        continue;
      }
      const bool is_one = chunk.base.size() == 1 && chunk.ours.size() == 1 && chunk.theirs.size() == 1;
      const bool is_apart =
          chunk.kind == ChunkKind::kConflict && meets_at_comment(v, base, ours, theirs, chunk);
      if (chunk.kind == ChunkKind::kConflict && !is_one && !is_apart) return std::nullopt;
      for (std::size_t k = 0; k < chunk.base.size(); ++k) {
        const AtomVersions part{.base = part_of(v.base, base[chunk.base.begin + k]),
                                .ours = part_of(v.ours, ours[chunk.ours.begin + k]),
                                .theirs = part_of(v.theirs, theirs[chunk.theirs.begin + k])};
        const auto merged =
            chunk.kind == ChunkKind::kConflict && !is_apart ? merge_text(part) : merge_item(part, depth);
        if (!merged) return std::nullopt;
        const std::string_view lead =
            changed_side(lead_of(part.base), lead_of(part.ours), lead_of(part.theirs));
        if (!add(lead, *merged, part.ours.at(part.ours.end - 1).is_comment)) return std::nullopt;
      }
    }
    return text;
  }

  /// Is it code that one side changed, and the comment behind it that the other changed?
  static bool meets_at_comment(const AtomVersions& v, const std::vector<Item>& base,
                               const std::vector<Item>& ours, const std::vector<Item>& theirs,
                               const MergeChunk& chunk) {
    if (chunk.base.size() < 2 || !have_same_shape(base, ours, theirs, chunk)) return false;
    const auto code_of = [](const AtomRange& range, const std::vector<Item>& items, ElementRange part) {
      return range_of(range, items, {part.begin, part.end - 1});
    };
    const auto last_of = [](const AtomRange& range, const std::vector<Item>& items, ElementRange part) {
      return part_of(range, items[part.end - 1]);
    };
    const AtomVersions code{.base = code_of(v.base, base, chunk.base),
                            .ours = code_of(v.ours, ours, chunk.ours),
                            .theirs = code_of(v.theirs, theirs, chunk.theirs)};
    const AtomVersions comment{.base = last_of(v.base, base, chunk.base),
                               .ours = last_of(v.ours, ours, chunk.ours),
                               .theirs = last_of(v.theirs, theirs, chunk.theirs)};
    for (const AtomRange* last : {&comment.base, &comment.ours, &comment.theirs}) {
      if (!last->at(last->begin).is_comment) return false;
    }
    const auto is_one_sided = [](const AtomVersions& part) {
      return say_the_same(part.ours, part.base) || say_the_same(part.theirs, part.base);
    };
    return is_one_sided(code) && is_one_sided(comment);
  }

  /// As many items on all sides, with brackets at the same places?
  static bool have_same_shape(const std::vector<Item>& base, const std::vector<Item>& ours,
                              const std::vector<Item>& theirs, const MergeChunk& chunk) {
    if (chunk.base.size() != chunk.ours.size() || chunk.base.size() != chunk.theirs.size()) return false;
    for (std::size_t k = 0; k < chunk.base.size(); ++k) {
      const bool is_group = base[chunk.base.begin + k].is_group();
      if (ours[chunk.ours.begin + k].is_group() != is_group) return false;
      if (theirs[chunk.theirs.begin + k].is_group() != is_group) return false;
    }
    return true;
  }

  static AtomRange range_of(const AtomRange& range, const std::vector<Item>& items, ElementRange part) {
    if (part.is_empty()) return {.outline = range.outline, .begin = 0, .end = 0};
    return {.outline = range.outline, .begin = items[part.begin].begin, .end = items[part.end - 1].end};
  }

  static AtomRange part_of(const AtomRange& range, const Item& item) {
    return {.outline = range.outline, .begin = item.begin, .end = item.end};
  }

  static std::string_view lead_of(const AtomRange& part) {
    const Atom& first = part.at(part.begin);
    return part.outline->part(first.lead, first.begin);
  }

  /// The same atom, or brackets at the same place.
  std::optional<std::string> merge_item(const AtomVersions& v, int depth) {
    if (v.base.size() == 1) return std::string(changed_side(v.base.text(), v.ours.text(), v.theirs.text()));
    if (v.ours.text() == v.base.text()) return std::string(v.theirs.text());
    if (v.theirs.text() == v.base.text() || say_the_same(v.ours, v.theirs)) return std::string(v.ours.text());
    const AtomVersions inner{.base = inside(v.base), .ours = inside(v.ours), .theirs = inside(v.theirs)};
    const bool takes_theirs = is_laid_out_by_theirs(inner);
    const bool is_layout = say_the_same(v.ours, v.base) || say_the_same(v.theirs, v.base);
    if (!is_layout) steps_.insert(MergeStep::kEntries);
    // The parameters of a function have names, whether they have defaults or not.
    const bool is_definition =
        v.base.begin >= 2 && v.base.outline->text_of(v.base.at(v.base.begin - 2)) == "def";
    const char sign = is_definition ? '<' : v.base.at(v.base.begin).sign;
    const auto entries = merge_entries(inner, sign, takes_theirs, depth + 1);
    if (!entries) return std::nullopt;
    const AtomRange& side = takes_theirs ? v.theirs : v.ours;
    const Atom& close = side.at(side.end - 1);
    std::string text(side.outline->text_of(side.at(side.begin)));
    text += entries->text;
    const std::string_view lead = side.outline->part(close.lead, close.begin);
    if (entries->ends_with_comment && !has_newline(lead)) return std::nullopt;
    text += lead;
    text += side.outline->text_of(close);
    return text;
  }

  /// Both changed one string, or one comment.
  std::optional<std::string> merge_text(const AtomVersions& v) {
    if (v.base.size() != 1 || v.ours.size() != 1 || v.theirs.size() != 1) return std::nullopt;
    const auto is = [&](bool Atom::* kind) {
      return v.base.at(v.base.begin).*kind && v.ours.at(v.ours.begin).*kind &&
             v.theirs.at(v.theirs.begin).*kind;
    };
    if (!is(&Atom::is_text) && !is(&Atom::is_comment)) return std::nullopt;
    steps_.insert(MergeStep::kWords);
    return merge_words(v.base.text(), v.ours.text(), v.theirs.text());
  }

  static AtomRange inside(const AtomRange& group) {
    return {.outline = group.outline, .begin = group.begin + 1, .end = group.end - 1};
  }

  /// Our layout is kept, unless only theirs has another than the base.
  static bool is_laid_out_by_theirs(const AtomVersions& inner) {
    const bool base = entries_of(inner.base).is_multi_line();
    const bool ours = entries_of(inner.ours).is_multi_line();
    const bool theirs = entries_of(inner.theirs).is_multi_line();
    return ours == base && theirs != base;
  }

  /// `takes_theirs` says whose layout is the frame of the result.
  std::optional<MergedEntries> merge_entries(const AtomVersions& v, char bracket, bool takes_theirs,
                                             int depth) {
    const Entries base = entries_of(v.base);
    const Entries ours = entries_of(v.ours);
    const Entries theirs = entries_of(v.theirs);
    auto rows = merge_lists(
        list_items(base, bracket),
        {.items = list_items(ours, bracket),
         .similarity = [&](std::size_t i, std::size_t j) { return likeness(base, i, ours, j); }},
        {.items = list_items(theirs, bracket),
         .similarity = [&](std::size_t i, std::size_t j) { return likeness(base, i, theirs, j); }});
    if (bracket != '{' && shift_numbers(rows, base, ours, theirs)) return std::nullopt;
    if (bracket == '[' && add_beside_removed(rows)) return std::nullopt;
    if (!join_additions(rows, ours, theirs, bracket)) return std::nullopt;
    const Entries& skeleton = takes_theirs ? theirs : ours;
    std::vector<EntryPart> parts;
    for (const ListRow& row : rows) {
      const bool is_in_ours = row.ours != kAbsent;
      const bool is_in_theirs = row.theirs != kAbsent;
      if (row.base != kAbsent && is_in_ours != is_in_theirs) {
        const AtomRange kept = is_in_ours ? ours.atoms(row.ours) : theirs.atoms(row.theirs);
        if (!say_the_same(kept, base.atoms(row.base))) return std::nullopt;
        const std::string_view comment = is_in_ours ? ours.comment(row.ours) : theirs.comment(row.theirs);
        if (comment != base.comment(row.base)) return std::nullopt;
        continue;  // the other side removed it
      }
      EntryPart part;
      if (row.base != kAbsent) {
        auto merged = merge(
            {.base = base.atoms(row.base), .ours = ours.atoms(row.ours), .theirs = theirs.atoms(row.theirs)},
            depth + 1);
        if (!merged) return std::nullopt;
        part.text = *std::move(merged);
      } else if (is_in_ours && is_in_theirs) {
        if (!say_the_same(ours.atoms(row.ours), theirs.atoms(row.theirs))) return std::nullopt;
        part.text = ours.atoms(row.ours).text();
      } else {
        part.text = is_in_ours ? ours.atoms(row.ours).text() : theirs.atoms(row.theirs).text();
      }
      const std::size_t in_frame = takes_theirs ? row.theirs : row.ours;
      part.is_of_frame = in_frame != kAbsent;
      const Entries& from = part.is_of_frame ? skeleton : is_in_ours ? ours : theirs;
      const std::size_t index = part.is_of_frame ? in_frame : is_in_ours ? row.ours : row.theirs;
      part.lead = from.lead(index);
      part.was_first = index == 0;
      part.is_only_comment = from.list[index].is_only_comment;
      part.sort_key = name_of(from, index);
      part.comment = from.comment(index);
      if (row.base != kAbsent) {
        const auto comment =
            merged_comment(base.comment(row.base), ours.comment(row.ours), theirs.comment(row.theirs));
        if (!comment) return std::nullopt;
        part.comment = *comment;
      }
      parts.push_back(std::move(part));
    }
    if (are_sorted(ours) && are_sorted(theirs) && bracket != '(') {
      std::ranges::stable_sort(parts, {}, &EntryPart::sort_key);
    }
    const bool trails = changed_side(base.ends_with_comma, ours.ends_with_comma, theirs.ends_with_comma);
    return write_entries(parts, skeleton, trails, bracket);
  }

  MergeSteps& steps_;
  std::map<std::pair<char, std::uint32_t>, std::uint32_t> groups_;
};

}  // namespace

bool say_the_same(const AtomRange& a, const AtomRange& b) {
  const auto next = [](const AtomRange& range, std::size_t i) {
    // A comma before a closing bracket says nothing, but for that of `(a,)`, which only changes with its
    // member.
    const bool is_idle = i + 1 < range.end && range.at(i).sign == ',' && range.at(i + 1).closes();
    return is_idle ? i + 1 : i;
  };
  std::size_t i = a.begin;
  std::size_t j = b.begin;
  while (true) {
    i = next(a, i);
    j = next(b, j);
    if (i >= a.end || j >= b.end) return i >= a.end && j >= b.end;
    if (a.at(i++).symbol != b.at(j++).symbol) return false;
  }
}

std::optional<std::string> merge_statements(const AtomVersions& versions, MergeSteps& steps) {
  return StatementMerger(steps).merge(versions, 0);
}

std::optional<std::string> merge_imports(const AtomVersions& versions, MergeSteps& steps) {
  return StatementMerger(steps).merge_import(versions);
}

}  // namespace mlx
