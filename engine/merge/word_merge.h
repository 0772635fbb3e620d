#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mlx {

/// Merges prose, a string or a comment: by lines if it has several, else by words. Nothing if both sides
/// changed the same words, or such that touch.
[[nodiscard]] std::optional<std::string> merge_words(std::string_view base, std::string_view ours,
                                                     std::string_view theirs);

}  // namespace mlx
