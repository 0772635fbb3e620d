#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "action/job.h"
#include "action/job_variables.h"

namespace mlx::action::gitlab {

/// The merge request that a pipeline is for.
struct MergeRequest {
  std::int64_t number = 0;
  bot::PullRequestBranches branches;
  bool is_in_train = false;  ///< what is checked out is what the train comes to
};

/// What GitLab CI, on gitlab.com or elsewhere, tells its jobs.
struct Environment {
  JobInputs inputs;
  std::string source;                  ///< of the pipeline: `merge_request_event`; empty outside of a job
  std::filesystem::path payload_file;  ///< what a webhook has sent a pipeline trigger; empty: nothing
  bot::RepositoryName repository;      ///< that of the merge request, where there is one
  std::int64_t project = 0;            ///< its id; 0: not known
  std::string url;                     ///< of GitLab, without a final slash
  std::filesystem::path workspace;
  std::string ca_file;  ///< of the authority that GitLab's certificate is from; empty: one of the system's
  std::optional<MergeRequest> merge_request;
  bool is_debug = false;
};

/// Is this a job of GitLab CI, or of a program that runs its jobs elsewhere?
[[nodiscard]] bool is_job(const VariableLookup& variable);

/// Reads it. An input is the variable `MLX_` and its name in capitals, with `_` for `-`; MLX_INPUT_TOKEN
/// counts more than MLX_TOKEN. kInvalidInput names what is wrong.
[[nodiscard]] Result<Environment> read_environment(const VariableLookup& variable);

/// What the job is to do; `payload` is the text of the payload's file, nothing if there is none. `now` is
/// RFC 3339.
[[nodiscard]] Result<Job> read_job(const Environment& environment, const std::optional<std::string>& payload,
                                   const std::string& now);

}  // namespace mlx::action::gitlab
