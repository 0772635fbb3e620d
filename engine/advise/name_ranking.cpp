#include "engine/advise/name_ranking.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/advise/words.h"

namespace mlx {
namespace {

// The usual values: how fast repetition stops to count, and how much length does.
constexpr double kRepetition = 1.2;
constexpr double kLength = 0.75;

}  // namespace

void count_words(std::string_view text, WordCounts& counts) {
  for (std::string& word : words_of(text)) ++counts[std::move(word)];
}

NameRanking::NameRanking(std::vector<WordCounts> texts) : texts_(std::move(texts)) {
  std::map<std::string, std::size_t> holders;
  double total = 0;
  for (const WordCounts& text : texts_) {
    double length = 0;
    for (const auto& [word, count] : text) {
      ++holders[word];
      length += static_cast<double>(count);
    }
    lengths_.push_back(length);
    total += length;
  }
  if (total > 0) mean_length_ = total / static_cast<double>(texts_.size());
  const auto all = static_cast<double>(texts_.size());
  for (const auto& [word, count] : holders) {
    const auto with = static_cast<double>(count);
    rarity_[word] = std::log(1 + (all - with + 0.5) / (with + 0.5));
  }
}

double NameRanking::weight(std::size_t text, const std::string& word) const {
  const auto found = texts_[text].find(word);
  if (found == texts_[text].end()) return 0;
  const auto count = static_cast<double>(found->second);
  const double length = 1 - kLength + kLength * lengths_[text] / mean_length_;
  return rarity_.at(word) * count * (kRepetition + 1) / (count + kRepetition * length);
}

std::vector<double> NameRanking::scores(const WordCounts& question) const {
  std::vector<double> scores;
  scores.reserve(texts_.size());
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    double shared = 0;
    double own = 0;
    for (const auto& [word, count] : texts_[i]) {
      const double most = weight(i, word);
      own += most;
      if (question.contains(word)) shared += most;
    }
    scores.push_back(own > 0 ? shared / own : 0);
  }
  return scores;
}

std::vector<std::string> NameRanking::shared(std::size_t text, const WordCounts& question,
                                             std::size_t limit) const {
  std::vector<std::pair<double, std::string>> words;
  for (const auto& [word, count] : texts_[text]) {
    if (question.contains(word)) words.emplace_back(-weight(text, word), word);
  }
  std::ranges::sort(words);
  std::vector<std::string> found;
  for (std::size_t i = 0; i < std::min(limit, words.size()); ++i) found.push_back(words[i].second);
  return found;
}

}  // namespace mlx
