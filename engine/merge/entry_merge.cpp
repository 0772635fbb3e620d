#include "engine/merge/entry_merge.h"

#include <algorithm>

namespace mlx {
namespace {

bool has_default(const Entries& entries, std::size_t index) {
  const AtomRange atoms = entries.atoms(index);
  for (std::size_t i = atoms.begin; i < atoms.end; ++i) {
    if (atoms.at(i).sign == '=') return true;
  }
  return false;
}

}  // namespace

std::optional<std::string_view> merged_comment(std::string_view base, std::string_view ours,
                                               std::string_view theirs) {
  const auto said = [](std::string_view comment) {
    return comment.substr(std::min(comment.find('#'), comment.size()));
  };
  if (said(ours) == said(theirs) || said(theirs) == said(base)) return ours;
  return said(ours) == said(base) ? std::optional(theirs) : std::nullopt;
}

bool shift_numbers(const std::vector<ListRow>& rows, const Entries& base, const Entries& ours,
                   const Entries& theirs) {
  const auto is_number = [](const Entries& entries, std::size_t index) {
    const std::string_view text = entries.atoms(index).text();
    const auto first = text.find_first_not_of("- ");
    return first != std::string_view::npos && text[first] >= '0' && text[first] <= '9';
  };
  const auto shifts = [&](std::size_t ListRow::* side, const Entries& entries) {
    return std::ranges::any_of(rows, [&](const ListRow& row) {
      if (row.base == kAbsent) return row.*side != kAbsent && is_number(entries, row.*side);
      return row.*side == kAbsent && is_number(base, row.base);
    });
  };
  return shifts(&ListRow::ours, ours) && shifts(&ListRow::theirs, theirs);
}

bool add_beside_removed(const std::vector<ListRow>& rows) {
  const auto adds = [](const ListRow& row, std::size_t ListRow::* side, std::size_t ListRow::* other) {
    return row.base == kAbsent && row.*side != kAbsent && row.*other == kAbsent;
  };
  const auto removes = [](const ListRow& row, std::size_t ListRow::* side, std::size_t ListRow::* other) {
    return row.base != kAbsent && row.*side == kAbsent && row.*other != kAbsent;
  };
  for (std::size_t i = 1; i < rows.size(); ++i) {
    for (const auto& [first, second] : {std::pair(rows[i - 1], rows[i]), std::pair(rows[i], rows[i - 1])}) {
      const bool meets = (adds(first, &ListRow::ours, &ListRow::theirs) &&
                          removes(second, &ListRow::theirs, &ListRow::ours)) ||
                         (adds(first, &ListRow::theirs, &ListRow::ours) &&
                          removes(second, &ListRow::ours, &ListRow::theirs));
      if (meets) return true;
    }
  }
  return false;
}

bool join_additions(std::vector<ListRow>& rows, const Entries& ours, const Entries& theirs, char bracket) {
  if (bracket != '(' && bracket != '<') return true;
  const auto is_new = [](const ListRow& row) {
    return row.base == kAbsent && (row.ours == kAbsent || row.theirs == kAbsent);
  };
  const auto has_keyword = [&](const ListRow& row) {
    const Entries& entries = row.ours != kAbsent ? ours : theirs;
    const std::size_t index = row.ours != kAbsent ? row.ours : row.theirs;
    return bracket == '(' ? is_keyed(entries, index) : has_default(entries, index);
  };
  const auto is_star = [&](const ListRow& row) {
    const AtomRange atoms = row.ours != kAbsent     ? ours.atoms(row.ours)
                            : row.theirs != kAbsent ? theirs.atoms(row.theirs)
                                                    : AtomRange{};
    return !atoms.is_empty() && atoms.text().starts_with("*");
  };
  for (auto begin = rows.begin(); begin != rows.end();) {
    if (bracket == '<' && is_star(*begin)) return true;
    const auto end = std::find_if_not(begin, rows.end(), is_new);
    const auto adds_position = [&](std::size_t ListRow::* side) {
      return std::any_of(begin, end,
                         [&](const ListRow& row) { return row.*side != kAbsent && !has_keyword(row); });
    };
    if (adds_position(&ListRow::ours) && adds_position(&ListRow::theirs)) return false;
    std::stable_partition(begin, end, [&](const ListRow& row) { return !has_keyword(row); });
    begin = end == rows.end() ? end : std::next(end);
  }
  return true;
}

std::optional<MergedEntries> write_entries(const std::vector<EntryPart>& parts, const Entries& skeleton,
                                           bool trails, char bracket) {
  // How the frame begins a member that is not its first.
  std::string_view style = " ";
  if (skeleton.list.size() >= 2) {
    style = skeleton.lead(1);
  } else if (!skeleton.list.empty() && has_newline(skeleton.lead(0))) {
    style = skeleton.lead(0);
  }
  std::string text;
  bool was_comment = false;
  const auto members = static_cast<std::size_t>(
      std::ranges::count_if(parts, [](const EntryPart& part) { return !part.is_only_comment; }));
  std::size_t written_members = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const EntryPart& part = parts[i];
    std::string_view lead = part.lead;
    if (i == 0) {
      if (!skeleton.list.empty()) lead = skeleton.lead(0);
      if (!part.was_first && skeleton.list.empty()) lead = "";
    } else if (part.was_first || !part.is_of_frame) {
      lead = style;
    }
    if (was_comment && !has_newline(lead)) return std::nullopt;
    text += lead;
    text += part.text;
    was_comment = part.is_only_comment;
    if (!part.is_only_comment) ++written_members;
    const bool is_last = written_members == members;
    const bool needs_comma =
        !is_last || trails ||
        (members == 1 && bracket == '(' && skeleton.list.size() == 1 && skeleton.ends_with_comma);
    if (!part.is_only_comment && needs_comma) text += ",";
    if (!part.comment.empty()) {
      text += part.comment;
      was_comment = true;
    }
  }
  return MergedEntries{.text = std::move(text), .ends_with_comment = was_comment};
}

}  // namespace mlx
