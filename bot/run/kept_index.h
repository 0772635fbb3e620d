#pragma once

#include <filesystem>
#include <memory>

#include "engine/base/error.h"
#include "engine/index/index_cache.h"

namespace mlx::bot {

/// What was read out of source files, for all jobs and repositories: in memory (IndexMemory), and behind that
/// in a file (IndexStore), so that a bot that starts again need not read it again. The file is 1 GiB at most.
///
/// Safe to call from several threads; several processes may use the same file. If nothing can be kept, or a
/// file is damaged, more is read than necessary.
[[nodiscard]] Result<std::shared_ptr<IndexCache>> open_kept_index(const std::filesystem::path& file);

}  // namespace mlx::bot
