#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/advise/advisor.h"

namespace mlx::bot {

/// What a model said about one finding: a quotation of its own, marked with the model's name, that ends with
/// a line end. Text and names in back-quotes are all that comes of it: no links, mentions, references,
/// pictures, HTML, headings, commands or marks of ours, whatever it says. Empty if it said nothing about that
/// finding.
[[nodiscard]] std::string render_advice(const Advice& advice, std::size_t finding);

/// A piece of a list, and what a model said of it.
struct AdvisedPiece {
  std::string text;
  std::string advice;  ///< empty: nothing
};

struct AdvisedText {
  std::string text;
  std::size_t left_out = 0;  ///< pieces that found no room
};

/// The pieces one after the other, each with its advice below it, as far as there is room. Advice gets only
/// what the pieces leave.
[[nodiscard]] AdvisedText capped(const std::vector<AdvisedPiece>& pieces, std::size_t most_bytes);

/// One line that says why there is no advice; empty if there is some.
[[nodiscard]] std::string render_missing_advice(const Advice& advice);

}  // namespace mlx::bot
