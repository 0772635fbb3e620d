#pragma once

#include <optional>
#include <string>

#include "bot/settings.h"
#include "bot/setup/registration.h"

namespace mlx::bot {

/// The file in which the bot keeps the credentials of an App that it registered: lines as in a
/// settings file, mode 600. Written once, never over one that is there.

/// What it says; nothing if there is none. Fails if it cannot be read, or if everybody on the
/// machine can read it.
[[nodiscard]] Result<std::optional<SettingValues>> read_app_file(const std::string& path);

/// Whether the group can read it, as volumes of containers sometimes have it.
[[nodiscard]] bool is_group_readable(const std::string& path);

/// Whether it could be written now.
[[nodiscard]] Result<void> check_app_file(const std::string& path);

/// On disk when it returns, wholly or not at all.
[[nodiscard]] Result<void> write_app_file(const std::string& path, const setup::RegisteredApp& app);

}  // namespace mlx::bot
