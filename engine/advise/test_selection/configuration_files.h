#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/index/repo_index.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// The repository's files that a program could read its configuration from.
class ConfigurationFiles {
 public:
  /// If there are more than `most`, none is read. Keeps references to both.
  ConfigurationFiles(const RepoIndex& index, const Snapshot& files, std::size_t most)
      : index_(index), files_(files), most_(most) {}

  using Visit = std::function<void(const std::string& path, std::string_view text)>;
  /// Calls `visit` for each. Returns why there are more than these, as part of a sentence; empty if these are
  /// all. Fails if the snapshot does.
  [[nodiscard]] Result<std::string> each(const Visit& visit) const;

 private:
  const RepoIndex& index_;
  const Snapshot& files_;
  std::size_t most_;
};

/// Who among the configuration names which file: the configuration files, by the path that they spell.
using ConfigurationReaders = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Of `paths` and of the configuration files themselves. `unread` is what ConfigurationFiles::each()
/// returned.
struct NamedFiles {
  ConfigurationReaders readers;
  std::string unread;
};
[[nodiscard]] Result<NamedFiles> files_named_in(const ConfigurationFiles& configuration,
                                                const RepoIndex& index,
                                                const std::vector<std::string>& paths);

}  // namespace mlx
