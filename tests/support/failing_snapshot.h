#pragma once

#include <string>

#include "engine/index/snapshot.h"

namespace mlx::testing {

/// A snapshot that fails when one of its files is read, or one of its directories listed.
class FailingSnapshot final : public Snapshot {
 public:
  FailingSnapshot(const Snapshot& files, std::string broken, ErrorCode code)
      : files_(files), broken_(std::move(broken)), code_(code) {}

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override { return files_.kind(path); }
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override {
    if (path.str() == broken_) return fail(code_, "it cannot be read");
    return files_.read(path);
  }
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override {
    if (directory == broken_) return fail(code_, "it cannot be read");
    return files_.children(directory);
  }

 private:
  const Snapshot& files_;
  std::string broken_;
  ErrorCode code_;
};

}  // namespace mlx::testing
