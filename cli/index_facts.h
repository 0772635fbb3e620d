#pragma once

#include <memory>

#include "engine/io/index_store.h"

namespace mlx::cli {

/// Facts of files that are read once for all runs, in the user's cache directory. Null without such a place,
/// and if the store cannot be opened: then every run reads all.
[[nodiscard]] std::unique_ptr<IndexStore> open_index_facts();

}  // namespace mlx::cli
