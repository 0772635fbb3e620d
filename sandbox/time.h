#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace mlx::sandbox {

using Time = std::chrono::sys_seconds;

[[nodiscard]] Time now();
/// "2026-01-31T12:00:00Z".
[[nodiscard]] std::string timestamp(Time time);
[[nodiscard]] std::optional<Time> parse_timestamp(const std::string& text);

}  // namespace mlx::sandbox
