#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/event.h"
#include "bot/forge/forge_values.h"
#include "engine/base/error.h"
#include "engine/base/finding.h"

namespace mlx::action {

/// What a job does.
enum class Mode {
  kReview,    ///< says what a pull request brings
  kCommands,  ///< does what an event asks the bot for: commands in comments, ticked boxes, buttons
  kAdd,       ///< opens a pull request that adds components
  kUpdate,    ///< opens pull requests that bring later versions
  kExtract,   ///< brings the catalogue of a platform up to date, or checks that it is
  kCheck,     ///< looks for what clashes in the checkout
};

[[nodiscard]] std::string_view to_string(Mode mode);

/// From which severity on a job fails.
struct FailOn {
  std::optional<Severity> severity;  ///< nothing: never

  bool operator==(const FailOn&) const = default;
};

/// What a workflow asks for.
struct JobInputs {
  std::optional<Mode> mode;             ///< nothing: by the event
  std::vector<std::string> components;  ///< `NAME` or `@REGISTRY/NAME`, each once
  std::string registry;                 ///< an address; empty: not given
  std::string token;                    ///< empty: none; never show it
  std::optional<FailOn> fail_on;        ///< nothing: what the project's configuration says, else errors
  bool is_dry_run = false;
  bool runs_tools = false;        ///< that write locks and generated files, for what is proposed
  std::string working_directory;  ///< of the project in the repository: a RepoPath, or empty for the top
  std::string configuration;      ///< of the project, instead of mlx.toml: a RepoPath, or empty

  bool operator==(const JobInputs&) const = default;
};

/// Reads the inputs given what each is set to (empty: not set): `mode`, `components`, `registry`, `token`,
/// `fail-on`, `dry-run`, `sync`, `working-directory`, `config`. kInvalidInput names the input.
[[nodiscard]] Result<JobInputs> read_inputs(
    const std::function<std::string(std::string_view name)>& value_of);

/// A job, whatever CI it runs in.
struct Job {
  Mode mode = Mode::kCheck;
  JobInputs inputs;
  bot::RepositoryName repository;
  std::int64_t installation = 0;    ///< as in events; 0: the CI did not say
  std::filesystem::path workspace;  ///< the top of the checkout
  bot::Event event = bot::IgnoredEvent{};
  std::int64_t pull_request = 0;  ///< that the event is about; 0: none
  /// The pull request as the event has it; the forge may know better by now.
  std::optional<bot::PullRequestBranches> branches = {};
  std::string now;                    ///< RFC 3339, in UTC
  bool has_base_checked_out = false;  ///< the checkout has nothing of the pull request
};

}  // namespace mlx::action
