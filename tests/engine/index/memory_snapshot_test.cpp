#include "engine/index/memory_snapshot.h"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

using Files = std::map<std::string, std::string>;

RepoPath path(std::string_view text) { return RepoPath::parse(text).value(); }

std::vector<std::string> names(const Snapshot& snapshot, std::string_view directory) {
  std::vector<std::string> found;
  const std::vector<Entry> entries = snapshot.children(directory).value();
  found.reserve(entries.size());
  for (const Entry& entry : entries) found.push_back(entry.name);
  return found;
}

}  // namespace

TEST_CASE("files and the directories that they imply are there") {
  const MemorySnapshot snapshot(Files{{"a/b/c.py", "text"}, {"top", ""}});
  CHECK(snapshot.kind(path("a")) == EntryKind::kDirectory);
  CHECK(snapshot.kind(path("a/b")) == EntryKind::kDirectory);
  CHECK(snapshot.kind(path("a/b/c.py")) == EntryKind::kFile);
  CHECK(snapshot.kind(path("a/b/c")) == EntryKind::kAbsent);
  CHECK(snapshot.kind(path("top/below")) == EntryKind::kAbsent);
  CHECK(snapshot.read(path("a/b/c.py")) == "text");
  CHECK(snapshot.read(path("top")) == "");
  CHECK(snapshot.read(path("a")).error().code == ErrorCode::kNotFound);
  CHECK(snapshot.read(path("absent")).error().code == ErrorCode::kNotFound);
}

TEST_CASE("children are sorted by name, each once") {
  const MemorySnapshot snapshot(Files{{"a/x", ""}, {"a/y", ""}, {"a-b", ""}, {"a.py", ""}, {"b", ""}});
  CHECK(names(snapshot, "") == std::vector<std::string>{"a", "a-b", "a.py", "b"});
  CHECK(names(snapshot, "a") == std::vector<std::string>{"x", "y"});
  CHECK(names(snapshot, "absent").empty());
  CHECK(names(snapshot, "b").empty());
  CHECK(std::ranges::is_sorted(snapshot.children("").value()));
  CHECK(snapshot.children("").value().front() == Entry{.name = "a", .kind = EntryKind::kDirectory});
}

TEST_CASE("nothing is read through a symbolic link") {
  MemorySnapshot snapshot(Files{{"real/x", "1"}});
  snapshot.put("link", {.bytes = "real", .kind = EntryKind::kSymlink});
  CHECK(snapshot.kind(path("link")) == EntryKind::kSymlink);
  CHECK(snapshot.kind(path("link/x")) == EntryKind::kSymlink);
  CHECK(snapshot.read(path("link/x")).error().code == ErrorCode::kRefused);
  CHECK(snapshot.read(path("link")).error().code == ErrorCode::kRefused);
  CHECK(read_if_present(snapshot, path("link/x")).error().code == ErrorCode::kRefused);
}

TEST_CASE("a file that is not there is nothing, and so is what is no file") {
  MemorySnapshot snapshot(Files{{"a/x", "1"}});
  snapshot.put("module", {.bytes = "", .kind = EntryKind::kOther});
  snapshot.put("run", {.bytes = "#!", .kind = EntryKind::kExecutable});
  CHECK(read_if_present(snapshot, path("a/x")).value() == "1");
  CHECK(read_if_present(snapshot, path("run")).value() == "#!");
  CHECK(read_if_present(snapshot, path("b")).value() == std::nullopt);
  CHECK(read_if_present(snapshot, path("a")).value() == std::nullopt);
  CHECK(read_if_present(snapshot, path("module")).value() == std::nullopt);
  CHECK(has_file(snapshot, "a/x") == true);
  CHECK(has_file(snapshot, "run") == true);
  CHECK(has_file(snapshot, "a") == false);
  CHECK(has_file(snapshot, "module") == false);
  CHECK(has_file(snapshot, "../x") == false);
}
