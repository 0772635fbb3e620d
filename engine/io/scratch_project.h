#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/index/snapshot.h"
#include "engine/plan/change_plan.h"

namespace mlx {

/// What has become of a file that was changed where it lies.
struct RewrittenFile {
  RepoPath path;
  std::optional<std::string> content;  ///< nothing: it is gone
  bool is_executable = false;
};

/// The files of a project in a directory of their own, for tools that need files to work on. The directory
/// goes with the object. Symbolic links and submodules are left out. Of what is around a project only what
/// git ignores is known.
class ScratchProject {
 public:
  /// The project with the plan carried out. kRefused if it has more than 50,000 files or 256 MiB, if the
  /// directory cannot be written, and if the plan is not for these files; else fails as reading the project
  /// does, and what git ignores above it.
  [[nodiscard]] static Result<std::unique_ptr<ScratchProject>> make(const Snapshot& project,
                                                                    const ChangePlan& plan);
  ScratchProject(const ScratchProject&) = delete;
  ScratchProject& operator=(const ScratchProject&) = delete;
  ~ScratchProject();

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  /// The files that are not as make() wrote them, new ones that git does not ignore, and those that are gone;
  /// sorted by path. kRefused if a new one is no regular file or has a name that no RepoPath can have, if
  /// they are larger than 32 MiB or more than 1,000, and if they cannot be read.
  [[nodiscard]] Result<std::vector<RewrittenFile>> changes() const;

 private:
  ScratchProject() = default;
  [[nodiscard]] Result<std::vector<RewrittenFile>> look_for_changes() const;
  [[nodiscard]] Result<std::optional<RewrittenFile>> read_if_changed(const std::string& name,
                                                                     EntryKind kind) const;
  [[nodiscard]] Result<void> write_project(const Snapshot& project);
  [[nodiscard]] Result<void> write_surroundings(const Surroundings& around);

  std::filesystem::path root_;
  std::string place_;  ///< of the project in the tree below root_; with a slash at its end if it is not empty
  std::filesystem::path directory_;
  std::map<RepoPath, BlobId> written_;
  std::unique_ptr<Snapshot> files_;
};

}  // namespace mlx
