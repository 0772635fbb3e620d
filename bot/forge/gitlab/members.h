#pragma once

#include <string>
#include <string_view>

#include "bot/forge/forge_values.h"
#include "bot/forge/gitlab/api.h"

/// What people may do in a project, whose path in the API is `base`.
namespace mlx::bot::gitlab {

/// ForgeRepository::role_of().
[[nodiscard]] Result<Role> role_of(Api& api, const std::string& base, std::string_view user);
/// ForgeRepository::may_read_files().
[[nodiscard]] Result<bool> may_read_files(Api& api, const std::string& base, std::string_view user);

}  // namespace mlx::bot::gitlab
