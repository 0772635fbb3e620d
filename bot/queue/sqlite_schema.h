#pragma once

#include "engine/io/sqlite_database.h"

namespace mlx::bot {

/// Makes the queue's tables in an empty database, and sets what a connection needs to be
/// durable. Fails with kRefused if the database is somebody else's or a newer MLX's.
[[nodiscard]] Result<void> prepare_schema(sqlite::Database& database, const std::string& path);

}  // namespace mlx::bot
