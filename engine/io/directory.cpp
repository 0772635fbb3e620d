#include "engine/io/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace mlx {
namespace {

Error through_symlink(const std::string& path) {
  return {ErrorCode::kRefused, "this is reached through a symbolic link", {.file = path}};
}

Result<std::string> read_all(int descriptor, std::size_t size_hint, const std::string& file) {
  std::string bytes;
  bytes.resize(size_hint + 1);
  std::size_t used = 0;
  while (true) {
    if (used == bytes.size()) bytes.resize(bytes.size() * 2);
    const ssize_t count = ::read(descriptor, bytes.data() + used, bytes.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(system_error("cannot read", file));
    if (count == 0) break;
    used += static_cast<std::size_t>(count);
  }
  bytes.resize(used);
  return bytes;
}

namespace fs = std::filesystem;

/// The top of the git repository that has a directory; of the file system, if none has it.
fs::path repository_around(fs::path directory) {
  std::error_code ignored;
  while (directory.has_relative_path() && !fs::exists(directory / ".git", ignored))
    directory = directory.parent_path();
  return directory;
}

class DirectorySnapshot final : public Snapshot {
 public:
  DirectorySnapshot(Directory directory, std::filesystem::path path)
      : directory_(std::move(directory)), path_(std::move(path)) {}

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override { return directory_.kind(path); }
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override {
    return directory_.read(path);
  }
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override {
    return directory_.children(directory);
  }
  [[nodiscard]] Result<std::optional<Surroundings>> surroundings() const override {
    std::error_code error;
    const fs::path here = fs::canonical(path_, error);
    if (error) return std::nullopt;
    const fs::path top = repository_around(here);
    const auto place = RepoPath::parse(here.lexically_relative(top).generic_string());
    if (top == here || !place) return std::nullopt;
    if (whole_ == nullptr) {
      auto directory = Directory::open(top);
      if (!directory) return std::nullopt;
      whole_ = std::make_unique<DirectorySnapshot>(*std::move(directory), top);
    }
    return Surroundings{.whole = *whole_, .directory = place->str()};
  }

 private:
  Directory directory_;
  fs::path path_;
  mutable std::unique_ptr<DirectorySnapshot> whole_;
};

}  // namespace

EntryKind kind_of(const struct stat& status) {
  if (S_ISLNK(status.st_mode)) return EntryKind::kSymlink;
  if (S_ISDIR(status.st_mode)) return EntryKind::kDirectory;
  if (!S_ISREG(status.st_mode)) return EntryKind::kOther;
  return (status.st_mode & S_IXUSR) != 0 ? EntryKind::kExecutable : EntryKind::kFile;
}

Error system_error(std::string_view what, std::string_view file) {
  const std::string reason = std::error_code(errno, std::generic_category()).message();
  return {ErrorCode::kIo, std::string(what) + ": " + reason, {.file = std::string(file)}};
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int FileDescriptor::release() { return std::exchange(descriptor_, -1); }

Result<Directory> Directory::open(const std::filesystem::path& path) {
  FileDescriptor descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.is_open()) return std::unexpected(system_error("cannot open the directory", path.string()));
  return Directory(std::move(descriptor));
}

Result<FileDescriptor> Directory::open_parent(const RepoPath& path) const {
  FileDescriptor current(::fcntl(descriptor_.get(), F_DUPFD_CLOEXEC, 0));
  if (!current.is_open()) return std::unexpected(system_error("cannot open the directory", path.str()));
  std::string_view rest = path.parent();
  while (!rest.empty()) {
    const auto slash = std::min(rest.find('/'), rest.size());
    const std::string name(rest.substr(0, slash));
    rest.remove_prefix(std::min(slash + 1, rest.size()));
    FileDescriptor next(
        ::openat(current.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next.is_open()) {
      struct stat status{};
      if (errno == ENOENT) return FileDescriptor();
      const int reason = errno;
      const bool is_there = ::fstatat(current.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
      if (is_there && S_ISLNK(status.st_mode)) return std::unexpected(through_symlink(path.str()));
      if (reason == ENOTDIR) return FileDescriptor();
      errno = reason;
      return std::unexpected(system_error("cannot open its directory", path.str()));
    }
    current = std::move(next);
  }
  return current;
}

Result<EntryKind> Directory::kind(const RepoPath& path) const {
  const auto parent = open_parent(path);
  if (!parent) {
    if (parent.error().code == ErrorCode::kRefused) return EntryKind::kSymlink;
    return std::unexpected(parent.error());
  }
  if (!parent->is_open()) return EntryKind::kAbsent;
  struct stat status{};
  const std::string name(path.filename());
  if (::fstatat(parent->get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return EntryKind::kAbsent;
    return std::unexpected(system_error("cannot look at", path.str()));
  }
  return kind_of(status);
}

Result<std::string> Directory::read(const RepoPath& path) const {
  const FileDescriptor parent = MLX_TRY(open_parent(path));
  const auto absent = [&path] {
    return fail(ErrorCode::kNotFound, "there is no such file", {.file = path.str()});
  };
  if (!parent.is_open()) return absent();
  const std::string name(path.filename());
  const FileDescriptor file(
      ::openat(parent.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) {
    if (errno == ELOOP) return std::unexpected(through_symlink(path.str()));
    if (errno == ENOENT || errno == ENXIO) return absent();  // ENXIO: a socket
    return std::unexpected(system_error("cannot open", path.str()));
  }
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return std::unexpected(system_error("cannot look at", path.str()));
  if (!S_ISREG(status.st_mode)) return absent();
  return read_all(file.get(), static_cast<std::size_t>(status.st_size), path.str());
}

Result<std::vector<Entry>> Directory::children(std::string_view directory) const {
  std::vector<Entry> entries;
  MLX_CHECK(each_child(directory, [&](const std::string& name, const struct stat& status) {
    entries.push_back({.name = name, .kind = kind_of(status)});
  }));
  std::ranges::sort(entries);
  return entries;
}

Result<void> Directory::each_child(std::string_view directory, const Visit& visit) const {
  FileDescriptor descriptor;
  if (directory.empty()) {
    descriptor = FileDescriptor(::openat(descriptor_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  } else {
    const RepoPath path = MLX_TRY(RepoPath::parse(directory));
    const auto parent = open_parent(path);
    const bool is_elsewhere = !parent && parent.error().code == ErrorCode::kRefused;
    if (is_elsewhere) return {};
    if (!parent) return std::unexpected(parent.error());
    if (!parent->is_open()) return {};
    const std::string name(path.filename());
    descriptor = FileDescriptor(
        ::openat(parent->get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    const bool is_none = !descriptor.is_open() && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP);
    if (is_none) return {};
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(
      descriptor.is_open() ? ::fdopendir(descriptor.get()) : nullptr, &::closedir);
  if (listing == nullptr) return std::unexpected(system_error("cannot list the directory", directory));
  descriptor.release();  // now the listing's
  // No other thread has this listing, which is all that readdir asks for.
  while (const dirent* item = ::readdir(listing.get())) {  // NOLINT(concurrency-mt-unsafe)
    const std::string name = item->d_name;
    struct stat status{};
    if (name == "." || name == ".." || name == ".git") continue;
    // Of a directory its kind is all that is asked.
    if (item->d_type == DT_DIR) {
      status.st_mode = S_IFDIR;
    } else if (::fstatat(::dirfd(listing.get()), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      continue;
    }
    visit(name, status);
  }
  return {};
}

Result<std::unique_ptr<Snapshot>> open_directory_snapshot(const std::filesystem::path& path) {
  return std::make_unique<DirectorySnapshot>(MLX_TRY(Directory::open(path)), path);
}

}  // namespace mlx
