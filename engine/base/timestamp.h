#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace mlx {

/// RFC 3339 in UTC, to the second: `2026-11-30T06:00:00Z`.
[[nodiscard]] std::string to_timestamp(std::chrono::sys_seconds instant);
/// kInvalidInput for any other text; fractions of a second are left out.
[[nodiscard]] Result<std::chrono::sys_seconds> parse_timestamp(std::string_view text);

}  // namespace mlx
