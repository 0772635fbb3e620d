#include "engine/merge/lead_merge.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "engine/merge/line_diff.h"
#include "engine/merge/word_merge.h"

namespace mlx {
namespace {

std::string without_white_space(std::string_view text) {
  std::string said;
  std::ranges::copy_if(text, std::back_inserter(said), [](char c) { return !is_blank_text({&c, 1}); });
  return said;
}

/// The blank lines at its beginning.
std::string_view blank_part(std::string_view lead) {
  const auto comment = lead.find_first_not_of(" \t\r\n");
  if (comment == std::string_view::npos) return lead;
  const auto line = lead.rfind('\n', comment);
  return lead.substr(0, line == std::string_view::npos ? 0 : line + 1);
}

bool follows(const ListRow& row, const ListRow* before, std::size_t ListRow::* side) {
  if (before == nullptr) return row.*side == 0;
  return before->*side != kAbsent && row.*side == before->*side + 1;
}

}  // namespace

MergedText merge_comment_lines(std::string_view base, std::string_view ours, std::string_view theirs) {
  if (ours == base || ours == theirs) return text_only(theirs);
  if (theirs == base) return text_only(ours);
  if (is_blank_text(ours) && is_blank_text(theirs))
    return text_only(ours.size() >= theirs.size() ? ours : theirs);
  MergedText lines = merge_lines({.base = base, .ours = ours, .theirs = theirs});
  if (!lines.has_conflicts() || is_blank_text(base) || is_blank_text(ours) || is_blank_text(theirs))
    return lines;
  const auto words = merge_words(base, ours, theirs);
  if (!words) return lines;
  MergedText merged = text_only(*words);
  merged.note(MergeStep::kWords);
  return merged;
}

Neighbourhood neighbourhood_of(const ListRow& row, const ListRow* before) {
  return {.is_of_ours = follows(row, before, &ListRow::ours),
          .is_of_theirs = follows(row, before, &ListRow::theirs)};
}

MergedText merge_leads(const MergeInput& leads, Neighbourhood neighbours, std::string_view line_end) {
  const std::string_view base = blank_part(leads.base);
  std::string_view ours = blank_part(leads.ours);
  std::string_view theirs = blank_part(leads.theirs);
  const std::string_view base_rest = leads.base.substr(base.size());
  const std::string_view ours_rest = leads.ours.substr(ours.size());
  const std::string_view theirs_rest = leads.theirs.substr(theirs.size());
  if (neighbours.is_of_ours && !neighbours.is_of_theirs) theirs = base;
  if (neighbours.is_of_theirs && !neighbours.is_of_ours) ours = base;
  MergedText merged = merge_comment_lines(base, ours, theirs);
  append_lines(merged, merge_comment_lines(base_rest, ours_rest, theirs_rest), line_end);
  return merged;
}

MergedText merge_added_leads(std::string_view ours, std::string_view theirs) {
  if (is_blank_text(theirs) || without_white_space(ours) == without_white_space(theirs))
    return text_only(ours);
  return is_blank_text(ours) ? text_only(theirs) : merge_comment_lines("", ours, theirs);
}

}  // namespace mlx
