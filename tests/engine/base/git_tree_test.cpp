// Ids of directories, against those that git itself makes.
#include "engine/base/git_tree.h"

#include <filesystem>
#include <map>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/support/git_repository.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;
using mlx::test::GitRepository;

namespace {

struct Repository {
  TemporaryDirectory directory;
  GitRepository git{directory.path() / "project"};
  std::vector<std::string> listed;  ///< the directories that were asked for

  ListDirectory list() {
    return [this](const std::string& path) -> Result<std::vector<GitTreeEntry>> {
      listed.push_back(path);
      std::vector<GitTreeEntry> entries;
      std::istringstream lines(git.git("ls-tree 'HEAD:" + path + "'"));
      std::string type;
      for (GitTreeEntry one; lines >> one.mode >> type >> one.id && std::getline(lines >> std::ws, one.name);)
        entries.push_back(one);
      return entries;
    };
  }
  std::string head_tree() const { return git.git("rev-parse 'HEAD^{tree}'"); }

  /// Does the same to the work tree, and lets git say what that is.
  std::string tree_by_git(const std::vector<GitTreeChange>& changes) {
    for (const GitTreeChange& change : changes) {
      if (!change.content) std::filesystem::remove(git.path() / change.path.str());
    }
    for (const GitTreeChange& change : changes) {
      if (!change.content) continue;
      const auto path = git.path() / change.path.str();
      if (std::filesystem::is_directory(path)) std::filesystem::remove_all(path);
      git.write(change.path.str(), *change.content);
      const auto mode = std::filesystem::perms::owner_exec;
      std::filesystem::permissions(
          path, mode,
          change.is_executable ? std::filesystem::perm_options::add : std::filesystem::perm_options::remove);
    }
    git.git("add --all");
    return git.git("write-tree");
  }
};

GitTreeChange put(const char* path, std::string content, bool is_executable = false) {
  return {
      .path = RepoPath::parse(path).value(), .content = std::move(content), .is_executable = is_executable};
}

GitTreeChange removed(const char* path) {
  return {.path = RepoPath::parse(path).value(), .content = std::nullopt};
}

}  // namespace

TEST_CASE_METHOD(Repository, "a directory's id is the one that git gives it") {
  git.write("README.md", "# Shop\n");
  git.write("src.txt", "before the directory, for git\n");
  git.write("src/app.py", "x = 1\n");
  git.write("src-old/app.py", "x = 0\n");
  git.write("caf\xC3\xA9.txt", "");
  git.write("run", "#!/bin/sh\n");
  std::filesystem::permissions(git.path() / "run", std::filesystem::perms::owner_exec,
                               std::filesystem::perm_options::add);
  std::filesystem::create_symlink("README.md", git.path() / "link");
  git.git("config core.quotePath false");
  git.commit();
  CHECK(git_tree_id(list()("").value()) == head_tree());
  CHECK(git_tree_id_with(list(), {}) == head_tree());
}

TEST_CASE("the empty directory has git's own id; what is no id is refused") {
  CHECK(git_tree_id({}) == "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  for (const char* id : {"", "4b825dc", "4B825DC642CB6EB9A060E54BF8D69288FBEE4904"})
    CHECK(git_tree_id({{"100644", "a", id}}).error().code == ErrorCode::kInvalidInput);
}

TEST_CASE_METHOD(Repository, "changes give the tree that git would make of them") {
  git.write("README.md", "# Shop\n");
  git.write("src/app.py", "x = 1\n");
  git.write("src/api/main.py", "y = 1\n");
  git.write("src/api/only.py", "z = 1\n");
  git.write("docs/index.md", "hello\n");
  git.write("run", "#!/bin/sh\n");
  git.commit();

  const std::vector<GitTreeChange> changes = GENERATE(values<std::vector<GitTreeChange>>({
      {put("README.md", "# Other\n")},
      {put("new.txt", "new\n"), put("src/zz.py", "")},
      {put("a/b/c/d.txt", "deep\n")},
      {put("run", "#!/bin/sh\n", true)},
      {removed("docs/index.md")},
      {removed("src/api/main.py"), removed("src/api/only.py")},
      {removed("src/app.py"), removed("src/api/main.py"), removed("src/api/only.py")},
      {removed("README.md"), put("README.md/part.txt", "a directory now\n")},
      {put("docs", "a file now\n")},
      {put("src.txt", "sorts between\n"), put("src0", "and after\n")},
      {put("bytes.bin", std::string("\0\xff\n", 3))},
  }));
  const auto expected = tree_by_git(changes);
  CHECK(git_tree_id_with(list(), changes) == expected);
}

TEST_CASE_METHOD(Repository, "only the directories on the way are asked for") {
  git.write("src/api/main.py", "y = 1\n");
  git.write("docs/index.md", "hello\n");
  git.commit();
  REQUIRE(git_tree_id_with(list(), {put("src/api/new.py", ""), put("brand/new.py", "")}));
  CHECK(listed == std::vector<std::string>{"", "src", "src/api"});
}

TEST_CASE("what cannot be listed is an error, not another tree") {
  const ListDirectory fails = [](const std::string&) -> Result<std::vector<GitTreeEntry>> {
    return fail(ErrorCode::kUnavailable, "nobody answered");
  };
  CHECK(git_tree_id_with(fails, {put("a", "")}).error().code == ErrorCode::kUnavailable);
}
