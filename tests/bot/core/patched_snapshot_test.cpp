#include "bot/core/patched_snapshot.h"

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"

using namespace mlx;
using namespace mlx::bot;

namespace {

using Files = std::map<std::string, std::string>;
using Status = ChangedFile::Status;

RepoPath path(const char* text) { return RepoPath::parse(text).value(); }

/// A snapshot of a forge: it knows the ids of what it was not asked to read.
class ForgeSnapshot final : public Snapshot {
 public:
  explicit ForgeSnapshot(Files files) : files_(std::move(files)) {}

  Result<EntryKind> kind(const RepoPath& file) const override { return files_.kind(file); }
  Result<BlobId> blob_id(const RepoPath& file) const override { return files_.blob_id(file); }
  Result<std::vector<Entry>> children(std::string_view directory) const override {
    return files_.children(directory);
  }
  Result<std::string> read(const RepoPath& file) const override {
    reads.push_back(file.str());
    return files_.read(file);
  }

  void prepare(std::span<const RepoPath> paths) const override {
    for (const RepoPath& file : paths) prepared.push_back(file.str());
  }

  mutable std::vector<std::string> reads;
  mutable std::vector<std::string> prepared;

 private:
  MemorySnapshot files_;
};

struct World {
  ForgeSnapshot before{{{"a.py", "one\ntwo\n"}, {"old.py", "1\n2\n"}, {"same.py", "same\n"}}};
  ForgeSnapshot after{
      {{"a.py", "one\n2\n"}, {"new.py", "new\n"}, {"moved.py", "1\n2\n3\n"}, {"same.py", "same\n"}}};
  ChangedFiles changed{
      .files = {{.path = path("a.py"), .patch = "@@ -1,2 +1,2 @@\n one\n-two\n+2"},
                {.path = path("new.py"), .status = Status::kAdded, .patch = "@@ -0,0 +1 @@\n+new"},
                {.path = path("moved.py"),
                 .previous_path = path("old.py"),
                 .status = Status::kRenamed,
                 .patch = "@@ -1,2 +1,3 @@\n 1\n 2\n+3"},
                {.path = path("gone.py"), .status = Status::kRemoved, .patch = "@@ -1 +0,0 @@\n-x"}}};

  std::string read(const char* file) {
    const auto content = PatchedSnapshot(before, after, changed).read(path(file));
    if (!content) FAIL(to_string(content.error()));
    return *content;
  }
};

using Reads = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(World, "a changed file is made of what was there before and its patch") {
  CHECK(read("a.py") == "one\n2\n");
  CHECK(read("new.py") == "new\n");
  CHECK(read("moved.py") == "1\n2\n3\n");
  CHECK(after.reads.empty());
  CHECK(before.reads == Reads{"a.py", "old.py"});
  CHECK(read("same.py") == "same\n");
  CHECK(after.reads == Reads{"same.py"});
}

TEST_CASE_METHOD(World, "what cannot be proven is read") {
  ChangedFile& file = changed.files.front();
  SECTION("the patch makes another content") { file.patch = "@@ -1,2 +1,2 @@\n one\n-two\n+3"; }
  SECTION("the patch fits not") { file.patch = "@@ -1,2 +1,2 @@\n none\n-two\n+2"; }
  SECTION("there is no patch") { file.patch.reset(); }
  SECTION("it is said to be new, and is not") { file.status = Status::kAdded; }
  SECTION("it is said to be moved, from nowhere") { file.status = Status::kRenamed; }
  SECTION("it is said to be moved, from what is not there") {
    file.status = Status::kRenamed;
    file.previous_path = path("none.py");
  }
  CHECK(read("a.py") == "one\n2\n");
  CHECK(after.reads == Reads{"a.py"});
}

TEST_CASE_METHOD(World, "what is there is for the commit to say") {
  const PatchedSnapshot files(before, after, changed);
  CHECK(files.kind(path("new.py")) == EntryKind::kFile);
  CHECK(files.kind(path("gone.py")) == EntryKind::kAbsent);
  CHECK(files.children("")->size() == 4);
  CHECK(files.blob_id(path("a.py")) == BlobId::of("one\n2\n"));
  CHECK(files.read(path("gone.py")).error().code == ErrorCode::kNotFound);
}

TEST_CASE_METHOD(World,
                 "of many files, those are prepared that no patch makes, and what patches are applied to") {
  const std::vector<RepoPath> paths = {path("a.py"), path("moved.py"), path("new.py"), path("same.py")};
  SECTION("with patches") {
    PatchedSnapshot(before, after, changed).prepare(paths);
    CHECK(before.prepared == Reads{"a.py", "old.py"});
    CHECK(after.prepared == Reads{"same.py"});
  }
  SECTION("without") {
    for (ChangedFile& file : changed.files) file.patch.reset();
    PatchedSnapshot(before, after, changed).prepare(paths);
    CHECK(before.prepared.empty());
    CHECK(after.prepared == Reads{"a.py", "moved.py", "new.py", "same.py"});
  }
}
