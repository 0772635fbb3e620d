#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include <sys/stat.h>

#include "engine/base/error.h"
#include "engine/base/repo_path.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// A file descriptor that is closed with its owner.
class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor = -1) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  int release();

 private:
  int descriptor_;
};

/// A directory on disk, below which no symbolic link is followed: every step of a path is
/// opened by itself, relative to the one before, so that nothing that is swapped in
/// meanwhile can lead outside.
class Directory {
 public:
  [[nodiscard]] static Result<Directory> open(const std::filesystem::path& path);

  /// The directory that holds `path`. Not open if there is none; kRefused through a symlink.
  [[nodiscard]] Result<FileDescriptor> open_parent(const RepoPath& path) const;
  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const;
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const;
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const;

  using Visit = std::function<void(const std::string& name, const struct stat& status)>;
  /// Calls `visit` for everything that children() lists, in no order.
  [[nodiscard]] Result<void> each_child(std::string_view directory, const Visit& visit) const;

  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

 private:
  explicit Directory(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}
  FileDescriptor descriptor_;
};

/// A directory as a snapshot. It is read when asked, so it is a snapshot only as long as
/// nobody writes below it. `.git` is not part of it. What is around it is the git repository that it lies in,
/// or the whole file system if it lies in none.
[[nodiscard]] Result<std::unique_ptr<Snapshot>> open_directory_snapshot(const std::filesystem::path& path);

/// What a file of this status is.
[[nodiscard]] EntryKind kind_of(const struct stat& status);

/// What the operating system says about `errno`, as an Error about a file.
[[nodiscard]] Error system_error(std::string_view what, std::string_view file);

}  // namespace mlx
