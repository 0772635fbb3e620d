#pragma once

#include <memory>

#include "bot/run/run_event.h"
#include "engine/component/registry.h"
#include "engine/index/snapshot.h"

namespace mlx::bot {

/// The registry that a run takes components from, open as long as this lives.
class OpenRegistry {
 public:
  /// What `options` name: a source of whatever kind, else a directory, which is read anew each time.
  [[nodiscard]] static Result<OpenRegistry> open(const RunOptions& options);

  [[nodiscard]] const Registry& operator*() const { return own_ ? *own_ : *lent_; }

 private:
  std::unique_ptr<Snapshot> catalogue_;
  std::unique_ptr<Registry> own_;
  const Registry* lent_ = nullptr;
};

}  // namespace mlx::bot
