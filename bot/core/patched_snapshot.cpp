#include "bot/core/patched_snapshot.h"

namespace mlx::bot {
namespace {

/// Nothing if it cannot be made.
std::optional<std::string> content_after(const ChangedFile& file, const Snapshot& before) {
  if (!file.patch) return std::nullopt;
  if (file.status == ChangedFile::Status::kAdded) return apply_patch("", *file.patch);
  const bool is_renamed = file.status == ChangedFile::Status::kRenamed;
  if (is_renamed && !file.previous_path) return std::nullopt;
  const auto content = before.read(is_renamed ? *file.previous_path : file.path);
  return content ? apply_patch(*content, *file.patch) : std::nullopt;
}

}  // namespace

PatchedSnapshot::PatchedSnapshot(const Snapshot& before, const Snapshot& after, const ChangedFiles& changed)
    : before_(before), after_(after) {
  for (const ChangedFile& file : changed.files) {
    if (file.patch) changed_.emplace(file.path, file);
  }
}

Result<EntryKind> PatchedSnapshot::kind(const RepoPath& path) const { return after_.kind(path); }

Result<std::string> PatchedSnapshot::read(const RepoPath& path) const {
  const auto changed = changed_.find(path);
  if (changed == changed_.end()) return after_.read(path);
  const BlobId id = MLX_TRY(after_.blob_id(path));
  auto content = content_after(changed->second, before_);
  if (content && BlobId::of(*content) == id) return *std::move(content);
  return after_.read(path);
}

Result<BlobId> PatchedSnapshot::blob_id(const RepoPath& path) const { return after_.blob_id(path); }

Result<std::vector<Entry>> PatchedSnapshot::children(std::string_view directory) const {
  return after_.children(directory);
}

}  // namespace mlx::bot
