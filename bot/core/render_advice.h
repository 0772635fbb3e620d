#pragma once

#include <cstddef>
#include <string>

#include "engine/advise/advisor.h"

namespace mlx::bot {

/// What a model said about one finding: a quotation of its own, marked with the model's name, that ends with
/// a line end. Text and names in back-quotes are all that comes of it: no links, mentions, references,
/// pictures, HTML, headings, commands or marks of ours, whatever it says. Empty if it said nothing about that
/// finding.
[[nodiscard]] std::string render_advice(const Advice& advice, std::size_t finding);

/// One line that says why there is no advice; empty if there is some.
[[nodiscard]] std::string render_missing_advice(const Advice& advice);

}  // namespace mlx::bot
