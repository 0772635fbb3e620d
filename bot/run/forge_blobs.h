#pragma once

#include <optional>
#include <string>

#include "bot/forge/forge.h"
#include "engine/plan/update/locked_release.h"

namespace mlx::bot {

/// Contents by their blob id, as the forge keeps them. The repository must outlive it.
class ForgeBlobs final : public BlobSource {
 public:
  explicit ForgeBlobs(ForgeRepository& repository) : repository_(repository) {}
  [[nodiscard]] Result<std::optional<std::string>> blob(const BlobId& id) const override {
    return repository_.blob(id);
  }

 private:
  ForgeRepository& repository_;
};

}  // namespace mlx::bot
