#include "engine/index/watched_snapshot.h"

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"

using namespace mlx;

namespace {

/// Has one file, and fails as it is told to.
class Failing final : public Snapshot {
 public:
  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override { return files.kind(path); }
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override {
    ++asked;
    if (code) return fail(*code, "no");
    return files.read(path);
  }
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override {
    return files.children(directory);
  }

  MemorySnapshot files{{{"a.py", "x"}}};
  std::optional<ErrorCode> code;
  mutable int asked = 0;
};

const RepoPath kFile = RepoPath::parse("a.py").value();

}  // namespace

TEST_CASE("a snapshot that answers is passed through") {
  const Failing files;
  const WatchedSnapshot watched(files);
  CHECK(watched.read(kFile) == "x");
  CHECK(watched.blob_id(kFile) == BlobId::of("x"));
  CHECK(watched.kind(kFile) == EntryKind::kFile);
  CHECK(watched.children("")->size() == 1);
  CHECK_FALSE(watched.failure());
}

TEST_CASE("what is said of a file is no failure") {
  Failing files;
  files.code = GENERATE(ErrorCode::kNotFound, ErrorCode::kRefused, ErrorCode::kInvalidInput);
  const WatchedSnapshot watched(files);
  CHECK(watched.read(kFile).error().code == *files.code);
  CHECK_FALSE(watched.failure());
}

TEST_CASE("a failure is remembered, and the one who failed is left alone") {
  Failing files;
  files.code = GENERATE(ErrorCode::kUnavailable, ErrorCode::kRateLimited, ErrorCode::kIo);
  const WatchedSnapshot watched(files);
  CHECK_FALSE(watched.read(kFile));
  REQUIRE(watched.failure());
  CHECK(watched.failure()->code == *files.code);
  CHECK_FALSE(watched.read(kFile));
  CHECK_FALSE(watched.kind(kFile));
  CHECK(files.asked == 1);
}
