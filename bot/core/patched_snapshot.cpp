#include "bot/core/patched_snapshot.h"

namespace mlx::bot {
namespace {

/// The file that a patch is applied to; null if it is new, or nobody said.
const RepoPath* source_of(const ChangedFile& file) {
  if (file.status == ChangedFile::Status::kAdded) return nullptr;
  if (file.status != ChangedFile::Status::kRenamed) return &file.path;
  return file.previous_path ? &*file.previous_path : nullptr;
}

/// Nothing if it cannot be made.
std::optional<std::string> content_after(const ChangedFile& file, const Snapshot& before) {
  if (!file.patch) return std::nullopt;
  if (file.status == ChangedFile::Status::kAdded) return apply_patch("", *file.patch);
  const RepoPath* const source = source_of(file);
  if (source == nullptr) return std::nullopt;
  const auto content = before.read(*source);
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

void PatchedSnapshot::prepare(std::span<const RepoPath> paths) const {
  std::vector<RepoPath> patched;
  std::vector<RepoPath> unpatched;
  for (const RepoPath& path : paths) {
    const auto changed = changed_.find(path);
    if (changed == changed_.end()) {
      unpatched.push_back(path);
    } else if (const RepoPath* source = source_of(changed->second)) {
      patched.push_back(*source);
    }
  }
  before_.prepare(patched);
  after_.prepare(unpatched);
}

}  // namespace mlx::bot
