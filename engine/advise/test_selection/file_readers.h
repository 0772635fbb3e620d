#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/index/repo_index.h"

namespace mlx {

/// Which modules may read a file that is no module, by what they spell of its name: the name or the end of
/// its path, a directory that it is in, its ending, or a pattern that it matches. And those that look for
/// files themselves and lie above it. Rather too many than one too few.
class FileReaders {
 public:
  explicit FileReaders(const RepoIndex& index);

  /// Sorted, each once.
  [[nodiscard]] std::vector<FileId> of(std::string_view path) const;

 private:
  struct Pattern {
    std::string text;
    FileId file = 0;
  };
  struct Seeker {
    std::string directory;
    FileId file = 0;
  };
  void add_word(const std::string& word, std::vector<FileId>& readers) const;

  const RepoIndex& index_;
  std::unordered_map<std::string, std::vector<FileId>> by_word_;
  std::vector<Pattern> patterns_;
  std::vector<Seeker> seekers_;
};

}  // namespace mlx
