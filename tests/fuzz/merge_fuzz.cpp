// Any three texts are merged without loss, in time that their length bounds. The language is that of the
// program:
//   tests/fuzz/merge_corpus.py json CORPUS
//   build/fuzz/merge_json_fuzz -max_len=8192 -timeout=5 -max_total_time=300 CORPUS
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/merge/three_way_merge.h"

namespace {

using mlx::MergedText;

constexpr mlx::MergeLanguage kLanguage = mlx::MergeLanguage::MLX_FUZZED_LANGUAGE;

/// Stands between the three texts; what is behind the last is part of it.
constexpr char kBetween = '\x1e';

std::array<std::string, 3> versions_of(std::string_view data) {
  std::array<std::string, 3> versions;
  for (std::size_t i = 0; i + 1 < versions.size(); ++i) {
    const std::size_t end = data.find(kBetween);
    versions.at(i) = data.substr(0, end);
    data.remove_prefix(end == std::string_view::npos ? data.size() : end + 1);
  }
  versions.back() = data;
  return versions;
}

MergedText merged(const std::string& base, const std::string& ours, const std::string& theirs) {
  return mlx::merge_three_ways({.base = base, .ours = ours, .theirs = theirs}, kLanguage);
}

void expect(bool is_true, const char* what) {
  if (is_true) return;
  std::fprintf(stderr, "merge: %s\n", what);
  std::abort();
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The end of the value that begins at `begin`, if that is the version of the code: of two, the later one
/// stands for both (version_change.h), so the words of the other may go. `begin` if it is none.
std::size_t version_end(const std::string& text, std::size_t begin) {
  constexpr std::array<std::string_view, 3> kNames = {"version", "version_info", "release"};
  if (kLanguage != mlx::MergeLanguage::kPython || begin >= text.size()) return begin;
  const std::string_view closing = text[begin] == '"'    ? "\"\n"
                                   : text[begin] == '\'' ? "'\n"
                                   : text[begin] == '('  ? ")#"
                                                         : "";
  if (closing.empty()) return begin;
  std::string before;
  for (std::size_t i = begin; i-- > 0 && before.size() < 16;) {
    if (is_word(text[i]))
      before.insert(before.begin(), text[i] == '_' ? '_' : static_cast<char>(text[i] | 0x20));
    else if (!before.empty() || std::string_view(" \t\\\r\n\f=").find(text[i]) == std::string_view::npos)
      break;
  }
  const std::size_t first = before.find_first_not_of('_');
  if (first == std::string::npos) return begin;
  before = before.substr(first, before.find_last_not_of('_') + 1 - first);
  if (std::ranges::find(kNames, before) == kNames.end()) return begin;
  const std::size_t end = text.find_first_of(closing, begin + 1);
  return end == std::string::npos || text[end] != closing.front() ? begin : end;
}

/// Is each word that a side has and the base has not in the result, or in a conflict?
bool has_new_words(const std::string& base, const std::string& side, const std::string& result) {
  for (std::size_t i = 0; i < side.size();) {
    if (!is_word(side[i])) {
      i = version_end(side, i) + 1;
      continue;
    }
    std::size_t end = i;
    while (end < side.size() && is_word(side[end])) ++end;
    const std::string word = side.substr(i, end - i);
    if (base.find(word) == std::string::npos && result.find(word) == std::string::npos) return false;
    i = end;
  }
  return true;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [base, ours, theirs] = versions_of({reinterpret_cast<const char*>(data), size});
  for (const std::string* side : {&ours, &theirs}) {
    expect(merged(base, *side, base).text() == *side, "what ours changed is not as it is");
    expect(merged(base, base, *side).text() == *side, "what theirs changed is not as it is");
    expect(merged(base, *side, *side).text() == *side, "what both changed is not as it is");
  }
  const MergedText one = merged(base, ours, theirs);
  expect(one == merged(base, ours, theirs), "twice is not the same");
  const std::string all = one.with_both_sides();
  expect(has_new_words(base, ours, all), "a word of ours is lost");
  expect(has_new_words(base, theirs, all), "a word of theirs is lost");
  const std::string swapped = merged(base, theirs, ours).with_both_sides();
  expect(has_new_words(base, ours, swapped), "a word of ours is lost the other way round");
  expect(has_new_words(base, theirs, swapped), "a word of theirs is lost the other way round");
  return 0;
}
