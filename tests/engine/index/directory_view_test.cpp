#include "engine/index/directory_view.h"

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"

using namespace mlx;

namespace {

using Files = std::map<std::string, std::string>;

RepoPath path(std::string_view text) { return RepoPath::parse(text).value(); }

}  // namespace

TEST_CASE("a directory of a snapshot is a snapshot of its own") {
  MemorySnapshot whole(Files{{"a/b/c.py", "text"}, {"a/d", "other"}, {"outside", "secret"}});
  whole.put("a/link", {.bytes = "../outside", .kind = EntryKind::kSymlink});
  const DirectoryView view(whole, "a");
  CHECK(view.kind(path("b")) == EntryKind::kDirectory);
  CHECK(view.kind(path("b/c.py")) == EntryKind::kFile);
  CHECK(view.kind(path("outside")) == EntryKind::kAbsent);
  CHECK(view.kind(path("link")) == EntryKind::kSymlink);
  CHECK(view.read(path("b/c.py")) == "text");
  CHECK(view.blob_id(path("d")) == BlobId::of("other"));
  CHECK(view.children("").value().size() == 3);
  CHECK(view.children("b").value().front().name == "c.py");
  CHECK(view.children("nowhere").value().empty());
  CHECK_FALSE(view.read(path("outside")).has_value());
  CHECK_FALSE(view.children("../").has_value());
}

TEST_CASE("the view of the whole is the whole") {
  const MemorySnapshot whole(Files{{"a/b", "text"}});
  const DirectoryView view(whole, "");
  CHECK(view.read(path("a/b")) == "text");
  CHECK(view.children("").value().front().name == "a");
}
