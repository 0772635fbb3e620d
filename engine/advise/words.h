#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mlx {

/// The words of a text or an identifier: `RateLimiter.try_acquire` gives `rat`, `limit`, `try`, `acquir`. In
/// lower case and without the common endings of English, so that caching, cached and cache are one word.
/// Words of one letter and numbers are left out.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// The same as a set.
[[nodiscard]] std::set<std::string> word_set(std::string_view text);

}  // namespace mlx
