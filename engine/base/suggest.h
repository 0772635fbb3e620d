#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mlx {

/// The candidate that was most likely meant by `word`: the nearest by
/// Damerau-Levenshtein distance, if no further than a third of the word's length.
/// Empty if none is near.
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// "; did you mean `X`?" or nothing: the tail of a message about an unknown name.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace mlx
