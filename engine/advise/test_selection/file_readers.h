#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/advise/test_selection/configuration_files.h"
#include "engine/index/repo_index.h"

namespace mlx {

struct FileReading {
  std::vector<FileId> readers;  ///< sorted, each once
  /// One of them, or of the configuration that they read, spells the file's name. Else all are there by what
  /// others could spell as well, such as its ending, and who really reads it may not be among them.
  bool is_named = false;
};

/// Which modules may read a file that is no module, by what they spell of its name: the name or the end of
/// its path, a directory that it is in, its ending, or a pattern that it matches. And those that look for
/// files themselves and lie above it, and those that read configuration in which it is named. Rather too many
/// than one too few.
class FileReaders {
 public:
  explicit FileReaders(const RepoIndex& index);

  /// `named` has the configuration that names the path, that which names this configuration, and so on.
  [[nodiscard]] FileReading of(const std::string& path, const ConfigurationReaders& named) const;

 private:
  struct Pattern {
    std::string text;
    FileId file = 0;
  };
  struct Seeker {
    std::string directory;
    FileId file = 0;
  };
  /// Did any module spell it?
  bool add_word(const std::string& word, std::vector<FileId>& readers) const;
  bool add_names(std::string_view path, std::vector<FileId>& readers) const;
  bool add_directories(std::string_view path, std::vector<FileId>& readers) const;
  bool add_patterns(std::string_view path, std::vector<FileId>& readers) const;
  bool add_namesakes(std::string_view path, std::vector<FileId>& readers) const;
  [[nodiscard]] FileReading directly(std::string_view path) const;

  const RepoIndex& index_;
  bool has_hydra_ = false;
  std::unordered_map<std::string, std::vector<FileId>> by_word_;
  std::vector<Pattern> patterns_;
  std::vector<Seeker> seekers_;
};

}  // namespace mlx
