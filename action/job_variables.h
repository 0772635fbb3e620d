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

/// Is this a variable that a program of a project may have: where programs, homes, proxies and certificates
/// are, and where and how uv gets packages, with the credentials of those indexes? All else of a job's
/// environment may be a secret.
[[nodiscard]] bool is_variable_for_tools(std::string_view name);

/// Could it be sent in a header? A complaint about one that cannot does not show it.
[[nodiscard]] bool is_sendable_token(std::string_view token);

}  // namespace mlx::action
