#include "bot/run/open_registry.h"

#include "engine/io/directory.h"

namespace mlx::bot {

Result<OpenRegistry> OpenRegistry::open(const RunOptions& options) {
  OpenRegistry opened;
  if (options.registry) {
    opened.lent_ = MLX_TRY(options.registry->open());
    return opened;
  }
  opened.catalogue_ = MLX_TRY(open_directory_snapshot(options.registry_directory));
  opened.own_ =
      std::make_unique<Registry>(MLX_TRY(Registry::open(*opened.catalogue_, options.registry_name)));
  return opened;
}

}  // namespace mlx::bot
