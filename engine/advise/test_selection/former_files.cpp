#include "engine/advise/test_selection/former_files.h"

#include <algorithm>

namespace mlx {

FormerFiles::FormerFiles(const Snapshot& present, const std::vector<std::string>& removed)
    : present_(present) {
  for (const std::string& text : removed) {
    const auto path = RepoPath::parse(text);
    if (!path) continue;
    const auto there = present.kind(*path);
    if (there && *there == EntryKind::kAbsent) former_.put(path->str(), {});
  }
}

Result<bool> FormerFiles::is_former(const RepoPath& path) const {
  return MLX_TRY(former_.kind(path)) == EntryKind::kFile;
}

Result<EntryKind> FormerFiles::kind(const RepoPath& path) const {
  const EntryKind there = MLX_TRY(present_.kind(path));
  return there == EntryKind::kAbsent ? former_.kind(path) : there;
}

Result<std::string> FormerFiles::read(const RepoPath& path) const {
  return MLX_TRY(is_former(path)) ? former_.read(path) : present_.read(path);
}

Result<BlobId> FormerFiles::blob_id(const RepoPath& path) const {
  return MLX_TRY(is_former(path)) ? former_.blob_id(path) : present_.blob_id(path);
}

Result<std::vector<Entry>> FormerFiles::children(std::string_view directory) const {
  std::vector<Entry> entries = MLX_TRY(present_.children(directory));
  for (Entry& former : MLX_TRY(former_.children(directory))) {
    const bool is_there = std::ranges::find(entries, former.name, &Entry::name) != entries.end();
    if (!is_there) entries.push_back(std::move(former));
  }
  std::ranges::sort(entries);
  return entries;
}

void FormerFiles::prepare(std::span<const RepoPath> paths) const {
  std::vector<RepoPath> there;
  for (const RepoPath& path : paths) {
    const auto former = is_former(path);
    if (former && !*former) there.push_back(path);
  }
  present_.prepare(there);
}

}  // namespace mlx
