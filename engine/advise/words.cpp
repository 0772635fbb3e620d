#include "engine/advise/words.h"

#include <array>

namespace mlx {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/// Of a word in lower case what its forms share. Not always a word itself, and need not be.
std::string stem(std::string word) {
  constexpr std::size_t kShortest = 3;
  const auto cut = [&word](std::string_view ending, std::string_view instead) {
    if (!word.ends_with(ending) || word.size() < ending.size() + kShortest) return false;
    word.replace(word.size() - ending.size(), ending.size(), instead);
    return true;
  };
  if (word.ends_with("ies")) {
    cut("ies", "y");
  } else if (!word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is")) {
    cut("s", "");
  }
  constexpr std::array<std::string_view, 4> kEndings = {"ing", "ed", "er", "or"};
  for (const std::string_view ending : kEndings) {
    if (cut(ending, "")) break;
  }
  cut("e", "");
  // `stopped` and `stop`, but not `full`.
  const std::size_t size = word.size();
  if (size > 4 && word[size - 1] == word[size - 2] &&
      std::string_view("lsz").find(word.back()) == std::string_view::npos) {
    word.pop_back();
  }
  return word;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (word.size() > 1) words.push_back(stem(std::move(word)));
    word.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!is_lower(c) && !is_upper(c)) {
      end_word();
      continue;
    }
    // `HTTPServer` is `http` and `server`.
    const bool is_hump = is_upper(c) && i > 0 && is_lower(text[i - 1]);
    const bool is_last_capital =
        is_upper(c) && i > 0 && is_upper(text[i - 1]) && i + 1 < text.size() && is_lower(text[i + 1]);
    if (is_hump || is_last_capital) end_word();
    word += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  end_word();
  return words;
}

std::set<std::string> word_set(std::string_view text) {
  const auto words = words_of(text);
  return {words.begin(), words.end()};
}

}  // namespace mlx
