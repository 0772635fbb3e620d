#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace mlx {

/// Writes a file so that others see the old content, the new one, or none, but never a part; also
/// when several processes write it at once. Makes directories that are missing, for the user alone.
[[nodiscard]] Result<void> write_atomically(const std::filesystem::path& file, std::string_view bytes);

/// The bytes of a file; nothing if it cannot be read.
[[nodiscard]] std::optional<std::string> read_if_possible(const std::filesystem::path& file);

/// Keeps other processes out of what a file stands for, as long as it lives. Waits for them.
class FileLock {
 public:
  [[nodiscard]] static Result<FileLock> take(const std::filesystem::path& file);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace mlx
