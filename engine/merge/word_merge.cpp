#include "engine/merge/word_merge.h"

#include <algorithm>
#include <map>
#include <vector>

#include "engine/merge/line_merge.h"
#include "engine/merge/three_way_diff.h"

namespace mlx {

std::optional<std::string> merge_words(std::string_view base, std::string_view ours,
                                       std::string_view theirs) {
  if (base.find('\n') != std::string_view::npos) {
    const MergedText lines = merge_lines({.base = base, .ours = ours, .theirs = theirs});
    if (!lines.has_conflicts()) return lines.text();
  }
  using Words = std::vector<std::string_view>;
  std::map<std::string_view, std::uint32_t> numbers;
  const auto split = [&](std::string_view text, Symbols& symbols) {
    Words words;
    while (!text.empty()) {
      const bool is_space = text.front() == ' ' || text.front() == '\n';
      auto end = is_space ? text.find_first_not_of(" \n") : text.find_first_of(" \n");
      end = std::min(end, text.size());
      words.push_back(text.substr(0, end));
      symbols.push_back(
          numbers.emplace(words.back(), static_cast<std::uint32_t>(numbers.size())).first->second);
      text.remove_prefix(end);
    }
    return words;
  };
  Symbols a;
  Symbols b;
  Symbols c;
  split(base, a);
  const Words left = split(ours, b);
  const Words right = split(theirs, c);
  std::string text;
  for (const MergeChunk& chunk : align_three(a, b, c)) {
    if (chunk.kind == ChunkKind::kConflict) return std::nullopt;
    const bool is_theirs = chunk.kind == ChunkKind::kTheirs;
    const ElementRange range = is_theirs ? chunk.theirs : chunk.ours;
    for (std::size_t i = range.begin; i < range.end; ++i) text += is_theirs ? right[i] : left[i];
  }
  return text;
}

}  // namespace mlx
