#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "action/job.h"

namespace mlx::action::github {

/// What a job of GitHub Actions, on github.com or an Enterprise server, tells its steps.
struct Environment {
  JobInputs inputs;
  std::string event;                 ///< `pull_request`; empty outside of a job
  std::filesystem::path event_file;  ///< empty outside of a job
  bot::RepositoryName repository;    ///< empty outside of a job
  std::string api_url;               ///< without a final slash
  std::filesystem::path workspace;
  std::filesystem::path output_file;   ///< empty: there is none
  std::filesystem::path summary_file;  ///< empty: there is none
  bool is_runner = false;              ///< somebody reads workflow commands
  bool is_debug = false;
};

/// Reads it given what a variable is set to, if it is. An input is the variable `INPUT_` and its name in
/// capitals. kInvalidInput names what is wrong.
[[nodiscard]] Result<Environment> read_environment(
    const std::function<std::optional<std::string>(std::string_view name)>& variable);

/// Is this a secret's variable, or one that tells of the job? A project's configuration may name variables,
/// and is anybody's: not these.
[[nodiscard]] bool is_variable_of_job(std::string_view name);

/// What the job is to do, from the text of its event file: nothing if it has none. A mode that was asked for
/// does not need it, unless it is about a pull request. `now` is RFC 3339.
[[nodiscard]] Result<Job> read_job(const Environment& environment, const std::optional<std::string>& event,
                                   const std::string& now);

}  // namespace mlx::action::github
