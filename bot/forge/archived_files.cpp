#include "bot/forge/archived_files.h"

#include <set>

#include "engine/base/blob_id.h"

namespace mlx::bot {

ArchivedFiles::ArchivedFiles(std::map<std::string, WantedFile, std::less<>> wanted, ArchiveLimits limits)
    : wanted_(std::move(wanted)),
      packed_bytes_left_(limits.packed_bytes),
      gzip_(limits.bytes),
      tar_({.wants =
                [this](std::string_view path, std::uint64_t size) {
                  const WantedFile* const file = this->wanted(path);
                  return file != nullptr && file->size == size && !found_.contains(file->id);
                },
            .take = [this](std::string_view path, std::string bytes) { take(path, std::move(bytes)); }},
           limits.entries) {
  std::set<std::string_view> ids;
  for (const auto& [path, file] : wanted_) ids.insert(file.id);
  missing_ = ids.size();
}

bool ArchivedFiles::feed(std::string_view packed) {
  if (has_all() || packed.size() > packed_bytes_left_) return false;
  packed_bytes_left_ -= packed.size();
  const auto state = gzip_.feed(packed, [this](std::string_view bytes) {
    return tar_.feed(bytes) == TarReader::State::kMore && !has_all();
  });
  return state == GzipReader::State::kMore;
}

const WantedFile* ArchivedFiles::wanted(std::string_view archived_path) const {
  const auto slash = archived_path.find('/');
  if (slash == std::string_view::npos) return nullptr;
  const auto file = wanted_.find(archived_path.substr(slash + 1));
  return file == wanted_.end() ? nullptr : &file->second;
}

void ArchivedFiles::take(std::string_view archived_path, std::string bytes) {
  const WantedFile* const file = wanted(archived_path);
  if (file == nullptr || BlobId::of(bytes).hex() != file->id) return;
  if (found_.emplace(file->id, std::move(bytes)).second) --missing_;
}

}  // namespace mlx::bot
