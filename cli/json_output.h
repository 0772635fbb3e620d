#pragma once

#include <nlohmann/json_fwd.hpp>

namespace mlx::cli {

/// An answer for programs, on standard output. What is no UTF-8 in it (bytes of a project's file, a tool's
/// words) is shown as U+FFFD: an answer never fails for what it quotes.
void print_json(const nlohmann::json& answer);

}  // namespace mlx::cli
