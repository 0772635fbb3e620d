#include "bot/app_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <sys/stat.h>

#include "bot/settings_file.h"

namespace mlx::bot {
namespace {

constexpr std::size_t kLargest = 64UL * 1024;
constexpr std::array<std::string_view, 4> kNames = {"MLX_GITHUB_API_URL", "MLX_GITHUB_APP_ID",
                                                    "MLX_GITHUB_PRIVATE_KEY", "MLX_WEBHOOK_SECRET"};

std::unexpected<Error> failed(const std::string& what, const std::string& path) {
  const int number = errno;
  return fail(ErrorCode::kIo, what + " (" + std::error_code(number, std::generic_category()).message() + ")",
              {.file = path});
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

int open_new(const std::string& path) {
  // Left behind by a process that was killed while it wrote it.
  ::unlink(path.c_str());
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

/// Gone when this goes, unless it was renamed.
class NewFile {
 public:
  explicit NewFile(const std::string& path) : path_(path + ".new"), descriptor_(open_new(path_)) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (descriptor_ >= 0 && !is_renamed_) ::unlink(path_.c_str());
  }

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] bool write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t count = ::write(descriptor_, text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(descriptor_) == 0;
  }
  /// Fails with EEXIST if there is one of that name.
  [[nodiscard]] bool rename_to(const std::string& path) {
    is_renamed_ = ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0;
    // Some file systems cannot do it in one step.
    const bool is_unknown = !is_renamed_ && (errno == EINVAL || errno == ENOSYS);
    return is_renamed_ || (is_unknown && ::link(path_.c_str(), path.c_str()) == 0);
  }

 private:
  std::string path_;
  int descriptor_;
  bool is_renamed_ = false;
};

std::string directory_of(const std::string& path) {
  const auto directory = std::filesystem::path(path).parent_path();
  return directory.empty() ? "." : directory.string();
}

std::string in_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\r') continue;
    line += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return line;
}

Result<void> check_absent(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return {};
  return fail(ErrorCode::kConflict, "there is a file of this name already; move it away", {.file = path});
}

}  // namespace

Result<std::optional<SettingValues>> read_app_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open() && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (!file.is_open()) return failed("cannot read the App's credentials", path);
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) return failed("cannot read the App's credentials", path);
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::kInvalidInput, "must be a file, with the credentials of the App", {.file = path});
  }
  if ((status.st_mode & S_IRWXO) != 0) {
    return fail(
        ErrorCode::kRefused,
        "holds the App's private key and is open to everybody on this machine: `chmod 600` it, and make a "
        "new key on the App's page if others may have read it",
        {.file = path});
  }
  std::string text(kLargest + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(file.number(), text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("cannot read the App's credentials", path);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > kLargest)
    return fail(ErrorCode::kInvalidInput, "is too large for an App's credentials", {.file = path});
  text.resize(size);
  auto values = parse_settings_file(text);
  wipe(text);
  if (!values) return fail(ErrorCode::kInvalidInput, values.error().message, {.file = path});
  for (const auto& [name, value] : *values) {
    if (std::ranges::find(kNames, name) != kNames.end()) continue;
    return fail(ErrorCode::kInvalidInput, "has `" + name + "`, which belongs into the settings",
                {.file = path});
  }
  for (const std::string_view name : kNames) {
    if (const auto found = values->find(name); found != values->end() && !found->second.empty()) continue;
    return fail(ErrorCode::kInvalidInput, "has no " + std::string(name), {.file = path});
  }
  return *std::move(values);
}

bool is_group_readable(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IRWXG) != 0;
}

Result<void> check_app_file(const std::string& path) {
  MLX_CHECK(check_absent(path));
  const NewFile probe(path);
  if (!probe.is_open()) return failed("cannot be written", path);
  return {};
}

Result<void> write_app_file(const std::string& path, const setup::RegisteredApp& app) {
  MLX_CHECK(check_absent(path));
  NewFile file(path);
  if (!file.is_open()) return failed("cannot be written", path);
  std::string text = "# The GitHub App `" + app.slug + "` (" + app.page +
                     "), as the set-up page registered it. Keep it secret.\nMLX_GITHUB_API_URL=" + app.api +
                     "\nMLX_GITHUB_APP_ID=" + app.id +
                     "\nMLX_GITHUB_PRIVATE_KEY=" + in_one_line(app.private_key) +
                     "\nMLX_WEBHOOK_SECRET=" + app.webhook_secret + "\n";
  const bool is_written = file.write(text);
  const int number = errno;
  wipe(text);
  errno = number;
  if (!is_written || !file.rename_to(path)) return failed("cannot be written", path);
  // The name lasts only once the directory is on disk, too.
  const Descriptor directory(::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.is_open()) ::fsync(directory.number());
  return {};
}

}  // namespace mlx::bot
