#include "engine/io/apply_plan.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <ranges>
#include <tuple>

#include <sys/stat.h>

#include "engine/io/directory.h"
#include "engine/plan/lock.h"

namespace mlx {
namespace {

constexpr mode_t kNewFile = 0666;        // less the user's umask
constexpr mode_t kNewExecutable = 0777;  // likewise

Result<void> write_all(int descriptor, std::string_view bytes, const std::string& file) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(system_error("cannot write", file));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

/// One run of apply_plan(): remembers what it did, so that it can be taken back.
class Application {
 public:
  explicit Application(const Directory& root) : root_(root) {}
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;
  ~Application() {
    for (const Staged& staged : staged_) ::unlinkat(staged.parent.get(), staged.temporary.c_str(), 0);
    if (!is_committed_) roll_back();
  }

  [[nodiscard]] Result<void> check_unchanged(const FileChange& change) const {
    const EntryKind kind = MLX_TRY(root_.kind(change.path));
    const bool is_as_planned = change.before
                                   ? is_file(kind) && MLX_TRY(root_.read(change.path)) == *change.before
                                   : kind == EntryKind::kAbsent;
    if (is_as_planned) return {};
    return fail(ErrorCode::kConflict, "the file changed while the plan was made: run the command again",
                {.file = change.path.str()});
  }

  Result<void> stage(const FileChange& change) {
    if (!change.after) return {};
    FileDescriptor parent = MLX_TRY(make_parent(change.path));
    struct stat status{};
    const std::string name(change.path.filename());
    const bool is_there =
        change.before && ::fstatat(parent.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    const auto mode = is_there ? std::optional(status.st_mode) : std::nullopt;
    std::string temporary = MLX_TRY(write_beside(parent.get(), *change.after, change, mode));
    staged_.push_back(
        {.change = &change, .parent = std::move(parent), .temporary = std::move(temporary), .mode = mode});
    return {};
  }

  /// Everything staged is renamed into place and everything removed out of it. The lock says what is
  /// there, so it comes last: what is cut short can be asked for again.
  Result<void> commit(const ChangePlan& plan) {
    const auto is_lock = [](const FileChange& change) { return change.path.str() == Lock::kPath; };
    std::ranges::stable_partition(staged_, [&](const Staged& staged) { return !is_lock(*staged.change); });
    while (!staged_.empty() && !is_lock(*staged_.front().change)) MLX_CHECK(place_first());
    for (const FileChange& change : plan.files) {
      if (!change.after && !is_lock(change)) MLX_CHECK(move_away(change));
    }
    while (!staged_.empty()) MLX_CHECK(place_first());
    for (const FileChange& change : plan.files) {
      if (!change.after && is_lock(change)) MLX_CHECK(move_away(change));
    }
    return {};
  }

  /// From here on nothing is taken back.
  void keep() {
    is_committed_ = true;
    for (const Staged& placed : placed_) {
      if (placed.change->after) continue;
      ::unlinkat(placed.parent.get(), placed.temporary.c_str(), 0);
      remove_emptied_directories(placed.change->path);
    }
  }

 private:
  struct Staged {
    const FileChange* change;
    FileDescriptor parent;
    std::string temporary;       ///< the new content before it is placed; the old one of a removed file
    std::optional<mode_t> mode;  ///< of what was there before
  };

  Result<void> place_first() {
    Staged& staged = staged_.front();
    const std::string name(staged.change->path.filename());
    if (::renameat(staged.parent.get(), staged.temporary.c_str(), staged.parent.get(), name.c_str()) != 0) {
      return std::unexpected(system_error("cannot put the new content in place", staged.change->path.str()));
    }
    placed_.push_back(std::move(staged));
    staged_.erase(staged_.begin());
    return {};
  }

  /// A removed file gets another name first, so that taking it back cannot fail for want of space.
  Result<void> move_away(const FileChange& change) {
    FileDescriptor parent = MLX_TRY(root_.open_parent(change.path));
    const std::string name(change.path.filename());
    std::string temporary;
    struct stat status{};
    do {
      temporary = temporary_name();
    } while (::fstatat(parent.get(), temporary.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0);
    if (::renameat(parent.get(), name.c_str(), parent.get(), temporary.c_str()) != 0) {
      return std::unexpected(system_error("cannot remove", change.path.str()));
    }
    placed_.push_back(
        {.change = &change, .parent = std::move(parent), .temporary = std::move(temporary), .mode = {}});
    return {};
  }

  /// Those on the way to a removed file that hold nothing any more; whatever keeps one, keeps it.
  void remove_emptied_directories(const RepoPath& file) const {
    for (std::string directory(file.parent()); !directory.empty();) {
      const auto path = RepoPath::parse(directory);
      const auto above = path ? root_.open_parent(*path) : std::unexpected(path.error());
      const bool is_removed =
          above && above->is_open() &&
          ::unlinkat(above->get(), std::string(path->filename()).c_str(), AT_REMOVEDIR) == 0;
      if (!is_removed) return;
      directory = path->parent();
    }
  }

  std::string temporary_name() {
    return ".mlx-" + std::to_string(::getpid()) + "-" + std::to_string(written_++) + ".tmp";
  }

  Result<FileDescriptor> make_parent(const RepoPath& path) {
    const std::string directory(path.parent());
    for (std::size_t end = 0; !directory.empty() && end != std::string::npos;) {
      end = directory.find('/', end + 1);
      const RepoPath part = MLX_TRY(RepoPath::parse(directory.substr(0, end)));
      const FileDescriptor above = MLX_TRY(root_.open_parent(part));
      if (!above.is_open()) return std::unexpected(file_above(path));
      const std::string name(part.filename());
      if (::mkdirat(above.get(), name.c_str(), 0777) == 0) {
        made_.push_back(part);
      } else if (errno != EEXIST) {
        return std::unexpected(system_error("cannot make the directory", part.str()));
      }
    }
    FileDescriptor parent = MLX_TRY(root_.open_parent(path));
    if (!parent.is_open()) return std::unexpected(file_above(path));
    return parent;
  }

  static Error file_above(const RepoPath& path) {
    return {ErrorCode::kConflict, "a file is where its directory should be", {.file = path.str()}};
  }

  /// Writes a new file into the directory, under a name that nobody has; gives the name.
  Result<std::string> write_beside(int parent, std::string_view bytes, const FileChange& change,
                                   std::optional<mode_t> mode) {
    FileDescriptor file;
    std::string name;
    do {  // past what a killed process with our id may have left
      name = temporary_name();
      file =
          FileDescriptor(::openat(parent, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                  change.is_executable ? kNewExecutable : kNewFile));
    } while (!file.is_open() && errno == EEXIST);
    if (!file.is_open()) return std::unexpected(system_error("cannot write", change.path.str()));
    auto result = fill(file.get(), bytes, change, mode);
    if (result) return name;
    ::unlinkat(parent, name.c_str(), 0);
    return std::unexpected(std::move(result).error());
  }

  static Result<void> fill(int file, std::string_view bytes, const FileChange& change,
                           std::optional<mode_t> mode) {
    if (mode && ::fchmod(file, *mode & 07777U) != 0) {
      return std::unexpected(system_error("cannot keep the mode of", change.path.str()));
    }
    return write_all(file, bytes, change.path.str());
  }

  void roll_back() {
    for (const Staged& placed : placed_) {
      const std::string name(placed.change->path.filename());
      if (!placed.change->after) {
        std::ignore =
            ::renameat(placed.parent.get(), placed.temporary.c_str(), placed.parent.get(), name.c_str());
        continue;
      }
      if (!placed.change->before) {
        ::unlinkat(placed.parent.get(), name.c_str(), 0);
        continue;
      }
      // Beside and renamed again, so that even now no half-written file is ever seen.
      const auto written =
          write_beside(placed.parent.get(), *placed.change->before, *placed.change, placed.mode);
      // Nobody is left to tell if this fails too.
      if (written) {
        std::ignore = ::renameat(placed.parent.get(), written->c_str(), placed.parent.get(), name.c_str());
      }
    }
    for (const RepoPath& directory : made_ | std::views::reverse) {
      const auto above = root_.open_parent(directory);
      if (above) ::unlinkat(above->get(), std::string(directory.filename()).c_str(), AT_REMOVEDIR);
    }
  }

  const Directory& root_;
  std::vector<Staged> staged_;
  std::vector<Staged> placed_;
  std::vector<RepoPath> made_;
  std::size_t written_ = 0;
  bool is_committed_ = false;
};

}  // namespace

Result<void> apply_plan(const ChangePlan& plan, const std::filesystem::path& directory) {
  if (plan.is_blocked()) return fail(ErrorCode::kRefused, "the plan has errors, so nothing is written");
  const Directory root = MLX_TRY(Directory::open(directory));
  Application application(root);
  for (const FileChange& change : plan.files) MLX_CHECK(application.check_unchanged(change));
  for (const FileChange& change : plan.files) MLX_CHECK(application.stage(change));
  MLX_CHECK(application.commit(plan));
  application.keep();
  return {};
}

}  // namespace mlx
