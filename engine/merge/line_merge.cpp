#include "engine/merge/line_merge.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/merge/line_diff.h"
#include "engine/merge/three_way_diff.h"

namespace mlx {
namespace {

using Lines = std::vector<std::string_view>;

std::string joined(const Lines& lines, ElementRange range) {
  std::string text;
  for (std::size_t i = range.begin; i < range.end; ++i) text += lines[i];
  return text;
}

}  // namespace

MergedText merge_lines(const MergeInput& input) {
  const Lines base = split_lines(input.base);
  const Lines ours = split_lines(input.ours);
  const Lines theirs = split_lines(input.theirs);
  std::unordered_map<std::string_view, std::uint32_t> numbers;
  const auto numbered = [&numbers](const Lines& lines) {
    Symbols symbols;
    symbols.reserve(lines.size());
    for (const auto line : lines)
      symbols.push_back(numbers.emplace(line, static_cast<std::uint32_t>(numbers.size())).first->second);
    return symbols;
  };
  const Symbols base_symbols = numbered(base);
  const Symbols ours_symbols = numbered(ours);
  const Symbols theirs_symbols = numbered(theirs);
  MergedText merged;
  for (const MergeChunk& chunk : align_three(base_symbols, ours_symbols, theirs_symbols)) {
    if (chunk.kind == ChunkKind::kConflict) {
      merged.append(MergeConflict{.base = joined(base, chunk.base),
                                  .ours = joined(ours, chunk.ours),
                                  .theirs = joined(theirs, chunk.theirs)});
    } else if (chunk.kind == ChunkKind::kTheirs) {
      merged.append(joined(theirs, chunk.theirs));
    } else {
      merged.append(joined(ours, chunk.ours));
    }
  }
  return merged;
}

MergedText changed_region(const MergeInput& input) {
  const auto base = split_lines(input.base);
  const auto ours = split_lines(input.ours);
  const auto theirs = split_lines(input.theirs);
  const std::size_t shortest = std::min({base.size(), ours.size(), theirs.size()});
  std::size_t head = 0;
  while (head < shortest && base[head] == ours[head] && base[head] == theirs[head]) ++head;
  std::size_t tail = 0;
  const auto from_end = [&](const auto& lines) { return lines[lines.size() - 1 - tail]; };
  while (tail < shortest - head && from_end(base) == from_end(ours) && from_end(base) == from_end(theirs))
    ++tail;
  const auto middle = [&](const auto& lines) { return joined(lines, {head, lines.size() - tail}); };
  MergedText merged;
  merged.append(joined(base, {0, head}));
  merged.append(MergeConflict{.base = middle(base), .ours = middle(ours), .theirs = middle(theirs)});
  merged.append(joined(base, {base.size() - tail, base.size()}));
  return merged;
}

}  // namespace mlx
