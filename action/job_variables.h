#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mlx::action {

/// What a variable of the environment is set to, if it is.
using VariableLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Is this a secret's variable, or one that tells of the job? A project's configuration may name variables,
/// and is anybody's: not these.
[[nodiscard]] bool is_variable_of_job(std::string_view name);

/// Could it be sent in a header? A complaint about one that cannot does not show it.
[[nodiscard]] bool is_sendable_token(std::string_view token);

}  // namespace mlx::action
