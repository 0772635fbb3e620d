#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "action/job_report.h"

// What a job of GitLab CI leaves: files that GitLab reads, and its log.

namespace mlx::action::gitlab {

/// A Code Quality report, whose fingerprints stay the same while lines move. GitLab compares the report of a
/// merge request with that of its target: both have all that was found.
[[nodiscard]] std::string code_quality(const RuleFindings& findings);

/// A dotenv report, `MLX_PULL_REQUEST_NUMBER=12`: one line for each output, whose value ends at its first
/// line end.
[[nodiscard]] std::string dotenv(const std::vector<std::pair<std::string, std::string>>& outputs);

/// The report for the job's log: a line for each finding, or else its text.
[[nodiscard]] std::string job_log(const JobReport& report);

/// Text from outside for the log: without characters by which GitLab folds and colours it.
[[nodiscard]] std::string logged(std::string_view text);

}  // namespace mlx::action::gitlab
