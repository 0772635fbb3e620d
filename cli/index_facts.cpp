#include "cli/index_facts.h"

#include "cli/environment.h"

namespace mlx::cli {

std::unique_ptr<IndexStore> open_index_facts() {
  const std::filesystem::path directory = cache_directory();
  if (directory.empty()) return nullptr;
  auto store = IndexStore::open(directory / "index.db");
  return store ? std::move(*store) : nullptr;
}

}  // namespace mlx::cli
