#include "action/job_variables.h"

#include <algorithm>
#include <array>

namespace mlx::action {

bool is_variable_of_job(std::string_view name) {
  constexpr std::array<std::string_view, 9> kOfJob = {"INPUT_",  "GITHUB_",  "GH_",  "ACTIONS_", "RUNNER_",
                                                      "GITLAB_", "TRIGGER_", "MLX_", "CI_"};
  return std::ranges::any_of(kOfJob, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

bool is_sendable_token(std::string_view token) {
  return token.find_first_of(std::string_view(" \t\r\n\0", 5)) == std::string_view::npos;
}

}  // namespace mlx::action
