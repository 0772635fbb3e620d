#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "bot/forge/gzip_reader.h"
#include "bot/forge/tar_reader.h"

namespace mlx::bot {

struct WantedFile {
  std::string id;  ///< of its blob
  std::uint64_t size = 0;
};

/// How much of an archive is read; what lies beyond is not found.
struct ArchiveLimits {
  std::uint64_t packed_bytes = 200U << 20U;
  std::uint64_t bytes = 1U << 30U;
  std::size_t entries = 100'000;
};

/// Looks for files in the archive (.tar.gz) of a repository, which comes piece by piece and is anybody's.
/// Holds only what it looks for, and takes a content for it only if its blob id says so: an archive that
/// lacks files, or has others in their place (export-ignore, export-subst, LFS), is as good as one that lacks
/// them. Nothing is written anywhere.
class ArchivedFiles {
 public:
  /// By path in the repository, which the archive has below one directory.
  explicit ArchivedFiles(std::map<std::string, WantedFile, std::less<>> wanted, ArchiveLimits limits = {});
  ArchivedFiles(const ArchivedFiles&) = delete;
  ArchivedFiles& operator=(const ArchivedFiles&) = delete;
  ~ArchivedFiles() = default;

  /// The next bytes of the archive. False: no more are needed, since all was found, the archive is at its
  /// end, broken or too large.
  bool feed(std::string_view packed);

  /// What was found so far, by blob id.
  [[nodiscard]] std::map<std::string, std::string>& found() { return found_; }
  [[nodiscard]] bool has_all() const { return missing_ == 0; }

 private:
  [[nodiscard]] const WantedFile* wanted(std::string_view archived_path) const;
  void take(std::string_view archived_path, std::string bytes);

  std::map<std::string, WantedFile, std::less<>> wanted_;
  std::uint64_t packed_bytes_left_;
  GzipReader gzip_;
  TarReader tar_;
  std::map<std::string, std::string> found_;
  std::size_t missing_ = 0;  ///< blob ids
};

}  // namespace mlx::bot
