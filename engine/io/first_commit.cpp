#include "engine/io/first_commit.h"

#include <cstdlib>

#include "engine/io/git_handles.h"

namespace mlx {
namespace {

namespace fs = std::filesystem;
using git::make;
using Index = git::Handle<git_index, git_index_free>;
using Config = git::Handle<git_config, git_config_free>;
using Signature = git::Handle<git_signature, git_signature_free>;

/// A repository that cannot be opened is one too: of another user, or broken.
bool is_in_repository(const fs::path& directory) {
  git_repository* opened = nullptr;
  const int code = git_repository_open_ext(&opened, directory.c_str(), 0U, nullptr);
  const git::Repository repository(opened);
  return code != GIT_ENOTFOUND;
}

/// The user's `init.defaultBranch`.
std::string first_branch() {
  const auto config = make<Config>(git_config_open_default);
  git_buf value{};
  std::string branch = "main";
  if (config && git_config_get_string_buf(&value, config.get(), "init.defaultBranch") == 0 && value.size > 0)
    branch = value.ptr;
  git_buf_dispose(&value);
  return branch;
}

/// Who commits, as git finds out: by the environment, then by the configuration. Empty if neither says.
Signature identity(git_repository* repository, const char* name_variable, const char* email_variable) {
  const char* name = std::getenv(name_variable);
  const char* email = std::getenv(email_variable);
  const bool is_given = name != nullptr && email != nullptr && *name != '\0' && *email != '\0';
  if (is_given) return make<Signature>(git_signature_now, name, email);
  return make<Signature>(git_signature_default, repository);
}

Result<git::Repository> init(const fs::path& directory) {
  git_repository_init_options options{};
  git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
  const std::string branch = first_branch();
  options.flags = GIT_REPOSITORY_INIT_NO_REINIT;
  options.initial_head = branch.c_str();
  auto repository = make<git::Repository>(git_repository_init_ext, directory.c_str(), &options);
  if (!repository) return git::failed("no repository can be made in " + directory.string());
  return repository;
}

}  // namespace

Result<FirstCommit> commit_new_project(const fs::path& directory, const std::string& message) {
  const git::Library library;
  if (is_in_repository(directory)) return FirstCommit::kInside;
  const git::Repository repository = MLX_TRY(init(directory));
  const auto index = make<Index>(git_repository_index, repository.get());
  const bool is_staged =
      index && git_index_add_all(index.get(), nullptr, GIT_INDEX_ADD_DEFAULT, nullptr, nullptr) == 0 &&
      git_index_write(index.get()) == 0;
  git_oid tree_id{};
  if (!is_staged || git_index_write_tree(&tree_id, index.get()) != 0)
    return git::failed("the new files cannot be staged");
  const Signature author = identity(repository.get(), "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL");
  const Signature committer = identity(repository.get(), "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL");
  if (!author || !committer) return FirstCommit::kNoIdentity;
  const auto tree = make<git::Tree>(git_tree_lookup, repository.get(), &tree_id);
  git_oid commit{};
  const bool is_committed =
      tree && git_commit_create(&commit, repository.get(), "HEAD", author.get(), committer.get(), nullptr,
                                message.c_str(), tree.get(), 0, nullptr) == 0;
  if (!is_committed) return git::failed("the first commit cannot be made");
  return FirstCommit::kCommitted;
}

}  // namespace mlx
