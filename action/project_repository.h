#pragma once

#include <memory>
#include <string>

#include "bot/forge/forwarding_repository.h"

namespace mlx::action {

/// Where a project is in its repository, and what configures it.
struct ProjectPlace {
  std::string directory;      ///< a RepoPath; empty: the top
  std::string configuration;  ///< a RepoPath from the repository's top, read as `mlx.toml`; empty: as it is

  [[nodiscard]] bool is_usual() const { return directory.empty() && configuration.empty(); }
};

/// The files of a project as MLX knows them: from the project's directory, with its configuration at
/// `mlx.toml`.
[[nodiscard]] std::unique_ptr<Snapshot> project_snapshot(std::unique_ptr<Snapshot> repository,
                                                         const ProjectPlace& place);

/// The project as if it were a repository of its own: what is read and written is below its directory, and
/// what changes elsewhere is not seen. The forge's repository must outlive it.
class ProjectRepository final : public bot::ForwardingRepository {
 public:
  ProjectRepository(bot::ForgeRepository& forge, ProjectPlace place)
      : ForwardingRepository(forge), place_(std::move(place)) {}

  using ForgeRepository::snapshot;
  Result<std::unique_ptr<Snapshot>> snapshot(const bot::CommitRef& commit, bot::Listing listing) override;
  Result<bot::Comparison> compare(std::string_view base, std::string_view head) override;
  Result<std::string> tree_with(const bot::CommitRef& base, const std::vector<FileChange>& files) override;
  Result<std::string> commit_to_branch(std::string_view branch, const bot::NewCommit& commit,
                                       const std::optional<std::string>& was) override;
  Result<std::optional<bot::PullRequestBranches>> pull_request(std::int64_t number) override;
  Result<bot::ChangedFiles> pull_request_files(std::int64_t number) override;
  Result<void> create_review(std::int64_t number, const bot::NewReview& review) override;
  Result<std::vector<bot::ReviewComment>> own_review_comments(std::int64_t number) override;
  Result<std::optional<std::string>> put_check_run(const bot::CheckRun& wanted) override;

 private:
  ProjectPlace place_;
};

/// Where a file of the project is in the repository.
[[nodiscard]] std::string path_in_repository(std::string_view path, const ProjectPlace& place);

}  // namespace mlx::action
