#pragma once

#include <filesystem>
#include <utility>

#include "engine/base/error.h"

namespace mlx::sandbox {

/// A directory of its own, deleted with everything in it.
class TemporaryDirectory {
 public:
  [[nodiscard]] static Result<TemporaryDirectory> create();

  ~TemporaryDirectory() { remove(); }
  TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Deletes it before its time; harmless twice. The path stays known.
  void remove() noexcept;

 private:
  explicit TemporaryDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace mlx::sandbox
