#include "engine/index/snapshot.h"

namespace mlx {

Result<BlobId> Snapshot::blob_id(const RepoPath& path) const { return BlobId::of(MLX_TRY(read(path))); }

void Snapshot::prepare(std::span<const RepoPath> /*paths*/) const {}

Result<std::optional<Surroundings>> Snapshot::surroundings() const { return std::nullopt; }

Result<std::optional<std::string>> read_if_present(const Snapshot& snapshot, const RepoPath& path) {
  const EntryKind kind = MLX_TRY(snapshot.kind(path));
  if (!is_file(kind) && kind != EntryKind::kSymlink) return std::nullopt;
  return MLX_TRY(snapshot.read(path));
}

Result<std::optional<std::string>> read_if_regular(const Snapshot& snapshot, const RepoPath& path) {
  const EntryKind kind = MLX_TRY(snapshot.kind(path));
  if (!is_file(kind)) return std::nullopt;
  return MLX_TRY(snapshot.read(path));
}

Result<bool> has_file(const Snapshot& snapshot, std::string_view path) {
  const auto parsed = RepoPath::parse(path);
  if (!parsed) return false;
  return is_file(MLX_TRY(snapshot.kind(*parsed)));
}

}  // namespace mlx
