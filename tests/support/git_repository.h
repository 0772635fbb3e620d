#pragma once

#include <filesystem>
#include <string>

namespace mlx::test {

/// A repository made with git itself, without the user's configuration.
class GitRepository {
 public:
  /// Makes an empty one, with a branch `main`.
  explicit GitRepository(std::filesystem::path directory);

  [[nodiscard]] const std::filesystem::path& path() const { return directory_; }
  /// Writes a file in the work tree.
  void write(const std::string& path, const std::string& text) const;
  /// Commits everything that is in the work tree; gives the commit's id.
  std::string commit(const std::string& message = "change") const;
  /// Runs git with these words, as a shell would read them; gives what it printed, without the last line end.
  std::string git(const std::string& words) const;

 private:
  std::filesystem::path directory_;
};

}  // namespace mlx::test
