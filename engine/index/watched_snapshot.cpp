#include "engine/index/watched_snapshot.h"

namespace mlx {
namespace {

bool is_about_the_file(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidInput:
    case ErrorCode::kNotFound:
    case ErrorCode::kConflict:
    case ErrorCode::kRefused: return true;
    case ErrorCode::kUnauthorized:
    case ErrorCode::kRateLimited:
    case ErrorCode::kUnavailable:
    case ErrorCode::kIo: return false;
  }
  return false;
}

}  // namespace

template <typename Ask>
auto WatchedSnapshot::ask(const Ask& question) const -> decltype(question()) {
  if (failure_) return std::unexpected(*failure_);
  auto answer = question();
  if (!answer && !is_about_the_file(answer.error())) failure_ = answer.error();
  return answer;
}

Result<EntryKind> WatchedSnapshot::kind(const RepoPath& path) const {
  return ask([&] { return watched_.kind(path); });
}

Result<std::string> WatchedSnapshot::read(const RepoPath& path) const {
  return ask([&] { return watched_.read(path); });
}

Result<BlobId> WatchedSnapshot::blob_id(const RepoPath& path) const {
  return ask([&] { return watched_.blob_id(path); });
}

Result<std::vector<Entry>> WatchedSnapshot::children(std::string_view directory) const {
  return ask([&] { return watched_.children(directory); });
}

void WatchedSnapshot::prepare(std::span<const RepoPath> paths) const {
  if (!failure_) watched_.prepare(paths);
}

}  // namespace mlx
