#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/base/http.h"
#include "sandbox/sandbox.h"
#include "tests/support/temporary_directory.h"

namespace mlx::testing {

/// Where the sandbox of a test records its requests: `$MLX_SANDBOX_RECORD_DIR/<test>-<pid>-<n>.jsonl`,
/// or nowhere if that variable is not set.
[[nodiscard]] std::optional<std::filesystem::path> record_file();

/// A file as git has it.
struct GitFile {
  std::string mode;  ///< "100644"
  std::string text;
  bool operator==(const GitFile&) const = default;
};
using GitTree = std::map<std::string, GitFile>;

/// A sandbox whose repository `octo-team/shop` begins with these files, and what a test asks of it
/// as its people, through the API, and of its git repository by git itself.
class TestSandbox {
 public:
  explicit TestSandbox(const std::map<std::string, std::string>& project);

  [[nodiscard]] Sandbox& operator*() { return *sandbox_; }
  [[nodiscard]] Sandbox* operator->() { return sandbox_.get(); }

  /// `path` is below the repository: `/issues`. Throws unless the answer is below 300.
  nlohmann::json ask(const std::string& user, const std::string& method, const std::string& path,
                     const nlohmann::json& body = nullptr);
  nlohmann::json get(const std::string& path) { return ask("octocat", "GET", path); }

  [[nodiscard]] std::string bot_login() const { return description_["bot_login"]; }
  [[nodiscard]] const nlohmann::json& description() const { return description_; }

  std::int64_t new_issue();
  /// The comment as the API shows it.
  nlohmann::json comment(const std::string& user, std::int64_t issue, const std::string& body);
  nlohmann::json edit_comment(const std::string& user, std::int64_t comment, const std::string& body);

  /// A commit on top of a branch, which is made if it is not there (from main). Files by path;
  /// null removes one. Returns the commit's id.
  std::string commit(const std::string& user, const std::string& branch,
                     const std::map<std::string, nlohmann::json>& files);
  void put_symlink(const std::string& branch, const std::string& path, const std::string& target);
  void move_branch(const std::string& branch, const std::string& commit);

  /// What the bot wrote on an issue.
  std::vector<std::string> replies(std::int64_t issue);
  /// The bot's reactions to a comment, sorted.
  std::vector<std::string> reactions(std::int64_t comment);
  /// Pull requests in any state, oldest first.
  std::vector<nlohmann::json> pulls();

  // From git itself.
  [[nodiscard]] std::map<std::string, std::string> branches() const;  ///< commits by name
  [[nodiscard]] GitTree tree(const std::string& revision) const;
  std::string git(const std::string& arguments) const;

 private:
  std::string write_commit(const std::string& user, const std::string& parent, const nlohmann::json& entries);

  TemporaryDirectory directory_;
  std::unique_ptr<Sandbox> sandbox_;
  nlohmann::json description_;
  std::unique_ptr<HttpClient> http_;
};

}  // namespace mlx::testing
