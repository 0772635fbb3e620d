#pragma once

#include <span>
#include <string_view>

namespace mlx {

/// A number of the model behind the score of compatibility.
struct ScoreWeight {
  std::string_view name;  ///< `intercept`, a severity, or the code of a rule
  double weight = 0;
};

/// All of them, sorted by name (`data/score_weights.tsv`, which tools/train-compat writes).
[[nodiscard]] std::span<const ScoreWeight> score_weights();

}  // namespace mlx
