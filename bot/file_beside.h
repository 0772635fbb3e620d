#pragma once

#include <filesystem>
#include <string_view>

namespace mlx::bot {

/// Where the bot keeps something that it can do without: `mlx-index.db` for "index", beside the queue's
/// `mlx.db`. Empty if the queue is no file but an address (`postgresql://…`), or none is named.
[[nodiscard]] std::filesystem::path file_beside(const std::filesystem::path& database, std::string_view what);

}  // namespace mlx::bot
