#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "action/job_report.h"

namespace mlx::action {

/// What a job gives to later ones: names and values, in order. `report` is a path in the workspace, empty if
/// none was written.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> outputs_of(const JobReport& report,
                                                                          std::string_view report_path);

/// The job's report, in Markdown, with what could not be said elsewhere at its head.
[[nodiscard]] std::string summary_of(const JobReport& report);

}  // namespace mlx::action
