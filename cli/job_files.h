#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/error.h"

namespace mlx::cli {

/// Where reports are written, in the workspace.
inline constexpr std::string_view kReportDirectory = "mlx-report";

/// The text of an event's file, which `variable` names.
[[nodiscard]] Result<std::string> read_event_file(const std::filesystem::path& path,
                                                  std::string_view variable);

/// Writes files into the report directory, which git ignores, so that no later step commits them. All or
/// none.
[[nodiscard]] Result<void> write_reports(const std::filesystem::path& workspace,
                                         const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace mlx::cli
