#include "engine/plan/find_files.h"

#include <utility>

#include "engine/base/repo_path.h"

namespace mlx {

Result<FoundFiles> find_files(const Snapshot& snapshot, const FileSearch& search) {
  FoundFiles found;
  std::vector<std::string> todo = {search.below};
  while (!todo.empty()) {
    const std::string directory = std::move(todo.back());
    todo.pop_back();
    for (const Entry& entry : MLX_TRY(snapshot.children(directory))) {
      std::string place = joined_path(directory, entry.name);
      if (!is_file(entry.kind)) {
        if (entry.kind == EntryKind::kDirectory && search.enters(entry.name))
          todo.push_back(std::move(place));
        continue;
      }
      auto path = RepoPath::parse(place);
      if (!path || !search.takes(*path)) continue;
      if (found.paths.size() == search.most) {
        found.is_complete = false;
        return found;
      }
      found.paths.push_back(*std::move(path));
    }
  }
  return found;
}

FileSearch python_below(const std::string& source_root, std::size_t most) {
  return {.below = source_root,
          .enters = [](std::string_view name) { return !name.starts_with('.'); },
          .takes = [](const RepoPath& path) { return path.str().ends_with(".py"); },
          .most = most};
}

}  // namespace mlx
