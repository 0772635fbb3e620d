#include "engine/index/memory_snapshot.h"

#include <algorithm>

namespace mlx {

MemorySnapshot::MemorySnapshot(std::map<std::string, std::string> files) {
  for (auto& [path, bytes] : files) files_.emplace(path, File{.bytes = std::move(bytes)});
}

void MemorySnapshot::put(std::string path, File file) {
  files_.insert_or_assign(std::move(path), std::move(file));
}

Result<EntryKind> MemorySnapshot::kind(const RepoPath& path) const {
  const std::string& text = path.str();
  for (auto slash = text.find('/'); slash != std::string::npos; slash = text.find('/', slash + 1)) {
    const auto above = files_.find(text.substr(0, slash));
    if (above != files_.end() && above->second.kind == EntryKind::kSymlink) return EntryKind::kSymlink;
  }
  if (const auto found = files_.find(text); found != files_.end()) return found->second.kind;
  const auto below = files_.lower_bound(text + "/");
  const bool is_directory = below != files_.end() && below->first.starts_with(text + "/");
  return is_directory ? EntryKind::kDirectory : EntryKind::kAbsent;
}

Result<std::string> MemorySnapshot::read(const RepoPath& path) const {
  const EntryKind what = MLX_TRY(kind(path));
  if (what == EntryKind::kSymlink) {
    return fail(ErrorCode::kRefused, "this is reached through a symbolic link", {.file = path.str()});
  }
  if (!is_file(what)) return fail(ErrorCode::kNotFound, "there is no such file", {.file = path.str()});
  return files_.at(path.str()).bytes;
}

Result<std::vector<Entry>> MemorySnapshot::children(std::string_view directory) const {
  std::vector<Entry> entries;
  const std::string prefix = directory.empty() ? std::string() : std::string(directory) + "/";
  for (auto it = files_.lower_bound(prefix); it != files_.end() && it->first.starts_with(prefix); ++it) {
    const std::string rest = it->first.substr(prefix.size());
    const auto slash = rest.find('/');
    const std::string name = rest.substr(0, slash);
    if (!entries.empty() && entries.back().name == name) continue;
    entries.push_back(
        {.name = name, .kind = slash == std::string::npos ? it->second.kind : EntryKind::kDirectory});
  }
  std::ranges::sort(entries);  // `a.py` comes before `a/x` among paths, yet after `a` among names
  return entries;
}

}  // namespace mlx
