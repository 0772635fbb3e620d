#pragma once

#include <string>

#include "sandbox/github/api.h"

namespace mlx::sandbox::github {

/// Somebody presses a button of a check run on its page; GitHub has no request for that. Who may write may.
[[nodiscard]] Answer<Response> request_check_action(Context& context, Id run, const std::string& identifier);
/// Somebody presses "Re-run".
[[nodiscard]] Answer<Response> request_check_again(Context& context, Id run);

}  // namespace mlx::sandbox::github
