#include "bot/core/update/conflict_suggestions.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "bot/core/markdown.h"
#include "engine/merge/line_diff.h"

namespace mlx::bot {
namespace {

constexpr std::size_t kShownContext = 3;  // lines around a change, in which a forge takes remarks

std::size_t line_count(std::string_view text) { return split_lines(text).size(); }

/// Lines of the file after the change that a forge shows: those around its changes.
std::vector<std::pair<std::size_t, std::size_t>> shown_ranges(const FileChange& change) {
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  const std::string before = change.before.value_or("");
  const std::string after = change.after.value_or("");
  const auto lines = split_lines(after);
  for (const LineChange& one : diff_lines(split_lines(before), lines)) {
    const std::size_t begin = one.b_begin < kShownContext ? 0 : one.b_begin - kShownContext;
    ranges.emplace_back(begin + 1, std::min(one.b_end + kShownContext, lines.size()));
  }
  return ranges;
}

}  // namespace

std::string render_suggestions_heading() {
  return "Where you and the new version changed the same, the files hold your side. Take what you want of "
         "these.\n";
}

std::vector<Suggestion> conflict_suggestions(const ChangePlan& plan, const ForgeForm& form) {
  std::vector<Suggestion> suggestions;
  for (const FileConflict& conflict : plan.update.conflicts) {
    const auto change = std::ranges::find(plan.files, conflict.path, &FileChange::path);
    if (conflict.is_binary || change == plan.files.end()) continue;
    const auto ranges = shown_ranges(*change);
    std::size_t line = 1;
    for (const auto& piece : conflict.merged.pieces()) {
      const auto* part = std::get_if<MergeConflict>(&piece);
      const std::size_t size = line_count(part == nullptr ? std::get<std::string>(piece) : part->ours);
      const std::size_t last = line + size - 1;
      const bool is_shown =
          part != nullptr && size > 0 && std::ranges::any_of(ranges, [&](const auto& range) {
            return range.first <= line && last <= range.second;
          });
      if (is_shown) {
        suggestions.push_back(
            {.path = conflict.path,
             .first_line = line,
             .last_line = last,
             .body = "You and the new version both changed this. The new version has:\n\n" +
                     code_block(part->theirs, form.suggestion_of(static_cast<std::int64_t>(size)))});
      }
      line += size;
    }
  }
  return suggestions;
}

}  // namespace mlx::bot
