#pragma once

#include <string_view>

/// The workflows of `action/workflows`, which a new project gets as they stand.
namespace mlx::workflows {

extern const std::string_view kReview;
extern const std::string_view kCommands;
extern const std::string_view kUpdates;

}  // namespace mlx::workflows
