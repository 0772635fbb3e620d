#pragma once

#include "bot/settings.h"

namespace mlx::bot {

/// Reads lines `NAME=value`. Fails at a line that is none, and at a name that begins with MLX_
/// and is not in setting_names().
[[nodiscard]] Result<SettingValues> parse_settings_file(std::string_view text);

}  // namespace mlx::bot
