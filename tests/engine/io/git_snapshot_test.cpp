#include "engine/io/git_snapshot.h"

#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/git_repository.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;
using mlx::test::GitRepository;
namespace fs = std::filesystem;

namespace {

EntryKind kind(const Snapshot& files, std::string_view path) {
  return files.kind(RepoPath::parse(path).value()).value();
}
Result<std::string> read(const Snapshot& files, std::string_view path) {
  return files.read(RepoPath::parse(path).value());
}

/// A commit with one entry of every kind.
std::string fill(const GitRepository& repository, const GitRepository& other) {
  repository.write("a/b/deep.txt", "deep\n");
  repository.write("a.txt", "top\n");
  repository.write("run.sh", "#!/bin/sh\n");
  fs::permissions(repository.path() / "run.sh", fs::perms::owner_exec, fs::perm_options::add);
  fs::create_symlink("a.txt", repository.path() / "link");
  fs::create_directory_symlink("a", repository.path() / "linked");
  repository.git("submodule --quiet add '" + other.path().string() + "' module");
  return repository.commit();
}

}  // namespace

TEST_CASE("a commit is a snapshot, with modes, links and submodules") {
  const TemporaryDirectory directory;
  const GitRepository other(directory.path() / "other");
  other.commit();
  const GitRepository repository(directory.path() / "repository");
  const std::string commit = fill(repository, other);
  repository.write("a.txt", "changed, not committed\n");

  const auto files = open_git_snapshot(repository.path(), commit).value();
  CHECK(kind(*files, "a.txt") == EntryKind::kFile);
  CHECK(kind(*files, "run.sh") == EntryKind::kExecutable);
  CHECK(kind(*files, "a/b") == EntryKind::kDirectory);
  CHECK(kind(*files, "link") == EntryKind::kSymlink);
  CHECK(kind(*files, "linked") == EntryKind::kSymlink);
  CHECK(kind(*files, "linked/b/deep.txt") == EntryKind::kSymlink);
  CHECK(kind(*files, "module") == EntryKind::kOther);
  CHECK(kind(*files, "module/x") == EntryKind::kAbsent);
  CHECK(kind(*files, "a.txt/x") == EntryKind::kAbsent);
  CHECK(kind(*files, "absent") == EntryKind::kAbsent);
  CHECK(read(*files, "a.txt") == "top\n");
  CHECK(read(*files, "a/b/deep.txt") == "deep\n");
  CHECK(read(*files, "link").error().code == ErrorCode::kRefused);
  CHECK(read(*files, "linked/b/deep.txt").error().code == ErrorCode::kRefused);
  CHECK(read(*files, "absent").error().code == ErrorCode::kNotFound);
  CHECK(read(*files, "a").error().code == ErrorCode::kNotFound);
  const auto top = files->children("").value();
  REQUIRE(top.size() == 7);  // with .gitmodules
  CHECK(top[1] == Entry{.name = "a", .kind = EntryKind::kDirectory});
  CHECK(top[2] == Entry{.name = "a.txt", .kind = EntryKind::kFile});
  CHECK(files->children("a/b").value() == std::vector{Entry{.name = "deep.txt", .kind = EntryKind::kFile}});
  CHECK(files->children("a.txt")->empty());
  CHECK(files->children("linked")->empty());
}

TEST_CASE("a directory of a commit may be the top") {
  const TemporaryDirectory directory;
  const GitRepository repository(directory.path());
  repository.write("a/b/deep.txt", "deep\n");
  const std::string commit = repository.commit();
  const auto files = open_git_snapshot(repository.path(), commit, {.subdirectory = "a/b"}).value();
  CHECK(read(*files, "deep.txt") == "deep\n");
  for (const std::string name : {"absent", "a/b/deep.txt"}) {
    const auto absent = open_git_snapshot(repository.path(), commit, {.subdirectory = name});
    REQUIRE_FALSE(absent);
    CHECK(absent.error().code == ErrorCode::kNotFound);
    CHECK(absent.error().message.find(name) != std::string::npos);
  }
}

TEST_CASE("a file that is too large is refused before it is read") {
  const TemporaryDirectory directory;
  const GitRepository repository(directory.path());
  repository.write("large", std::string(1000, 'x'));
  const std::string commit = repository.commit();
  CHECK(read(*open_git_snapshot(repository.path(), commit, {.largest_file = 1000}).value(), "large"));
  const auto refused =
      read(*open_git_snapshot(repository.path(), commit, {.largest_file = 999}).value(), "large");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kRefused);
}

TEST_CASE("tags, branches and whole ids name commits; tags come first") {
  const TemporaryDirectory directory;
  const GitRepository repository(directory.path());
  const std::string first = repository.commit();
  repository.git("tag light");
  repository.git("tag -a -m x annotated");
  repository.git("tag both");
  const std::string second = repository.commit();
  repository.git("branch both");
  repository.git("branch release/2");
  const auto resolved = [&](const std::string& name) {
    return resolve_revision(repository.path(), name).value();
  };
  CHECK(resolved("light") == first);
  CHECK(resolved("annotated") == first);
  CHECK(resolved("both") == first);
  CHECK(resolved("main") == second);
  CHECK(resolved("release/2") == second);
  CHECK(resolved(first) == first);
  CHECK(resolved("") == second);
  const std::string absent = GENERATE("v9", "HEAD~1", "main^", "0123456789012345678901234567890123456789");
  const auto missing = resolve_revision(repository.path(), absent);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::kNotFound);
  CHECK(missing.error().message.find(absent) != std::string::npos);
}

TEST_CASE("what is no repository, no commit, or damaged is an error") {
  const TemporaryDirectory directory;
  CHECK(resolve_revision(directory.path(), "main").error().code == ErrorCode::kNotFound);
  const GitRepository repository(directory.path() / "r");
  CHECK(resolve_revision(repository.path(), "").error().code == ErrorCode::kNotFound);
  repository.write("a.txt", "text\n");
  const std::string commit = repository.commit();
  CHECK(open_git_snapshot(repository.path(), "nonsense").error().code == ErrorCode::kNotFound);
  const std::string blob = repository.git("rev-parse HEAD:a.txt");
  const fs::path object = repository.path() / ".git/objects" / blob.substr(0, 2) / blob.substr(2);
  fs::permissions(object, fs::perms::owner_write, fs::perm_options::add);
  std::ofstream(object) << "damage";
  const auto files = open_git_snapshot(repository.path(), commit).value();
  CHECK(read(*files, "a.txt").error().code == ErrorCode::kIo);
}
