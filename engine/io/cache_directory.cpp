#include "engine/io/cache_directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <utility>

#include <sys/file.h>
#include <sys/stat.h>

#include "engine/io/directory.h"

namespace mlx {
namespace fs = std::filesystem;
namespace {

/// What a private registry serves is nobody else's business.
Result<void> make_private_directory(const fs::path& directory) {
  std::error_code error;
  if (directory.empty() || fs::is_directory(directory, error)) return {};
  MLX_CHECK(make_private_directory(directory.parent_path()));
  if (::mkdir(directory.c_str(), S_IRWXU) == 0 || errno == EEXIST) return {};
  return std::unexpected(system_error("cannot make the directory", directory.string()));
}

}  // namespace

Result<void> write_atomically(const fs::path& file, std::string_view bytes) {
  static std::atomic<unsigned> count{0};
  MLX_CHECK(make_private_directory(file.parent_path()));
  const std::string temporary =
      file.string() + "." + std::to_string(::getpid()) + "-" + std::to_string(count++) + ".tmp";
  {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) {
      ::unlink(temporary.c_str());
      return std::unexpected(system_error("cannot write", file.string()));
    }
  }
  if (::rename(temporary.c_str(), file.c_str()) == 0) return {};
  auto error = system_error("cannot write", file.string());
  ::unlink(temporary.c_str());
  return std::unexpected(std::move(error));
}

std::optional<std::string> read_if_possible(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  if (in.bad()) return std::nullopt;
  return bytes;
}

Result<FileLock> FileLock::take(const fs::path& file) {
  MLX_CHECK(make_private_directory(file.parent_path()));
  FileDescriptor descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!descriptor.is_open()) return std::unexpected(system_error("cannot open", file.string()));
  while (::flock(descriptor.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return std::unexpected(system_error("cannot lock", file.string()));
  }
  return FileLock(descriptor.release());
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace mlx
