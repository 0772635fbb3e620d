#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace mlx {

/// How often each word stands in a text.
using WordCounts = std::map<std::string, std::size_t>;

void count_words(std::string_view text, WordCounts& counts);

/// Ranks texts by the words that they share with a question, after Robertson and Zaragoza, "The Probabilistic
/// Relevance Framework: BM25 and Beyond" (2009): rare words say more, and repeating one says less each time.
class NameRanking {
 public:
  explicit NameRanking(std::vector<WordCounts> texts);

  /// Of each text between 0 and 1, where 1 is what the text would have for a question that is itself.
  [[nodiscard]] std::vector<double> scores(const WordCounts& question) const;

  /// The words shared with one text that say most, at most `limit`.
  [[nodiscard]] std::vector<std::string> shared(std::size_t text, const WordCounts& question,
                                                std::size_t limit) const;

 private:
  [[nodiscard]] double weight(std::size_t text, const std::string& word) const;

  std::vector<WordCounts> texts_;
  std::vector<double> lengths_;
  std::map<std::string, double> rarity_;
  double mean_length_ = 1;
};

}  // namespace mlx
