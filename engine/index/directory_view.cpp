#include "engine/index/directory_view.h"

#include "engine/base/repo_path.h"

namespace mlx {

Result<RepoPath> DirectoryView::inside(std::string_view path) const {
  return RepoPath::parse(joined_path(directory_, path));
}

Result<EntryKind> DirectoryView::kind(const RepoPath& path) const {
  return whole_.kind(MLX_TRY(inside(path.str())));
}

Result<std::string> DirectoryView::read(const RepoPath& path) const {
  return whole_.read(MLX_TRY(inside(path.str())));
}

Result<BlobId> DirectoryView::blob_id(const RepoPath& path) const {
  return whole_.blob_id(MLX_TRY(inside(path.str())));
}

Result<std::vector<Entry>> DirectoryView::children(std::string_view directory) const {
  if (directory.empty()) return whole_.children(directory_);
  return whole_.children(MLX_TRY(inside(directory)).str());
}

void DirectoryView::prepare(std::span<const RepoPath> paths) const {
  std::vector<RepoPath> in_whole;
  for (const RepoPath& path : paths) {
    if (auto found = inside(path.str())) in_whole.push_back(*std::move(found));
  }
  whole_.prepare(in_whole);
}

Result<std::optional<Surroundings>> DirectoryView::surroundings() const {
  if (directory_.empty()) return whole_.surroundings();
  return Surroundings{.whole = whole_, .directory = directory_};
}

}  // namespace mlx
