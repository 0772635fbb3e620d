#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "action/job_report.h"

namespace mlx::action::github {

/// What a step gives to later ones: names and values, in order. `report` is a path in the workspace, empty if
/// none was written.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> outputs_of(const JobReport& report,
                                                                          std::string_view report_path);

/// The lines of GITHUB_OUTPUT: `NAME<<DELIMITER`, the value, and a delimiter that is no line of it.
[[nodiscard]] std::string output_lines(const std::vector<std::pair<std::string, std::string>>& outputs);

/// What GitHub shows of one step: more is shown not at all.
inline constexpr std::size_t kMostSummaryBytes = 1U << 20U;

/// The job's summary, in Markdown, with what could not be said elsewhere at its head.
[[nodiscard]] std::string summary_of(const JobReport& report);

}  // namespace mlx::action::github
