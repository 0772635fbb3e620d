#pragma once

#include <string>

#include "sandbox/git/git_store.h"
#include "sandbox/state.h"

/// What is shown on each page, as HTML for its body. The state's mutex is held.
namespace mlx::sandbox::web {

/// What a view may look at.
struct View {
  const State& state;
  GitStore& git;
  std::string user;  ///< whom the forms act as, unless somebody else is chosen
};

[[nodiscard]] std::string overview(const View& view);
[[nodiscard]] std::string issue_list(const View& view, bool pulls);
[[nodiscard]] std::string issue_page(const View& view, const Issue& issue);
/// Commits and changed files of a pull request, for the end of its page.
[[nodiscard]] std::string pull_changes(const View& view, const PullRequest& pull);
[[nodiscard]] std::string deliveries_page(const View& view);

/// Empty when there is no such commit.
[[nodiscard]] std::string commit_page(const View& view, const std::string& sha);
/// A file or directory; `rest` is "BRANCH/PATH", the branch may have slashes. Empty when there is none.
[[nodiscard]] std::string code_page(const View& view, const std::string& rest);
/// The bytes of a file, or nothing.
[[nodiscard]] std::optional<std::string> raw_file(const View& view, const std::string& rest);

/// One line of the list of files in a directory.
[[nodiscard]] std::string file_rows(const View& view, const std::string& ref, const std::string& directory,
                                    const std::vector<TreeEntry>& entries);
/// A badge for each label.
[[nodiscard]] std::string label_badges(const Issue& issue);
[[nodiscard]] std::string issue_rows(const View& view, bool pulls, bool only_open);

}  // namespace mlx::sandbox::web
