#include "bot/run/changed_snapshot.h"

#include <algorithm>

#include "bot/core/review/patched_text.h"

namespace mlx::bot {

ChangedSnapshot::ChangedSnapshot(const Snapshot& base, const ChangedFiles& changed,
                                 ForgeRepository& repository)
    : base_(base), repository_(repository) {
  for (const ChangedFile& file : changed.files) {
    if (file.status == ChangedFile::Status::kRemoved) {
      removed_.insert(file.path.str());
    } else {
      files_.emplace(file.path.str(), file);
    }
    if (file.previous_path) removed_.insert(file.previous_path->str());
  }
  // One file may take the place that another one left.
  for (const auto& [path, file] : files_) removed_.erase(path);
}

const ChangedFile* ChangedSnapshot::changed(const RepoPath& path) const {
  const auto found = files_.find(path.str());
  return found == files_.end() ? nullptr : &found->second;
}

bool ChangedSnapshot::is_removed(const std::string& path) const { return removed_.contains(path); }

Result<EntryKind> ChangedSnapshot::kind(const RepoPath& path) const {
  if (const ChangedFile* file = changed(path)) {
    // How it may be run is not said; of one that was there it is as it was.
    const EntryKind before = MLX_TRY(base_.kind(path));
    return file->status == ChangedFile::Status::kModified ? before : EntryKind::kFile;
  }
  const auto below = files_.lower_bound(path.str() + "/");
  if (below != files_.end() && below->first.starts_with(path.str() + "/")) return EntryKind::kDirectory;
  if (is_removed(path.str())) return EntryKind::kAbsent;
  return base_.kind(path);
}

Result<std::string> ChangedSnapshot::content(const ChangedFile& file) const {
  const RepoPath& from = file.previous_path.value_or(file.path);
  std::string before;
  if (file.status != ChangedFile::Status::kAdded) {
    const auto there = MLX_TRY(read_if_present(base_, from));
    if (there) before = *there;
  }
  const auto after = file.patch ? patched_text(before, *file.patch) : std::optional(before);
  if (after && BlobId::of(*after).hex() == file.blob) return *after;
  const BlobId id = MLX_TRY(BlobId::parse(file.blob));
  auto fetched = MLX_TRY(repository_.blob(id));
  if (!fetched) return fail(ErrorCode::kNotFound, "there is no such file", {.file = file.path.str()});
  return *std::move(fetched);
}

Result<std::string> ChangedSnapshot::read(const RepoPath& path) const {
  const ChangedFile* file = changed(path);
  if (file == nullptr) {
    if (is_removed(path.str())) {
      return fail(ErrorCode::kNotFound, "there is no such file", {.file = path.str()});
    }
    return base_.read(path);
  }
  const auto known = contents_.find(path.str());
  if (known != contents_.end()) return known->second;
  if (MLX_TRY(kind(path)) == EntryKind::kSymlink) {
    return fail(ErrorCode::kRefused, "this is reached through a symbolic link", {.file = path.str()});
  }
  return contents_.emplace(path.str(), MLX_TRY(content(*file))).first->second;
}

Result<BlobId> ChangedSnapshot::blob_id(const RepoPath& path) const {
  if (const ChangedFile* file = changed(path)) return BlobId::parse(file->blob);
  if (is_removed(path.str())) {
    return fail(ErrorCode::kNotFound, "there is no such file", {.file = path.str()});
  }
  return base_.blob_id(path);
}

Result<std::vector<Entry>> ChangedSnapshot::children(std::string_view directory) const {
  std::vector<Entry> entries = MLX_TRY(base_.children(directory));
  const std::string prefix = directory.empty() ? std::string() : std::string(directory) + "/";
  std::erase_if(entries, [&](const Entry& entry) { return is_removed(prefix + entry.name); });
  for (auto file = files_.lower_bound(prefix); file != files_.end() && file->first.starts_with(prefix);
       ++file) {
    const std::string rest = file->first.substr(prefix.size());
    const auto slash = rest.find('/');
    const std::string name = rest.substr(0, slash);
    const auto known = std::ranges::find(entries, name, &Entry::name);
    if (known != entries.end()) continue;
    entries.push_back(
        {.name = name, .kind = slash == std::string::npos ? EntryKind::kFile : EntryKind::kDirectory});
  }
  std::ranges::sort(entries);
  return entries;
}

}  // namespace mlx::bot
