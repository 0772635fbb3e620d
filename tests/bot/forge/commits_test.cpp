// How a change becomes a commit on a branch, by GitHub's Git Data API.
#include <catch2/catch.hpp>

#include "bot/forge/github/repository.h"
#include "tests/bot/forge/scripted_repository.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using nlohmann::json;

namespace {

using World = ScriptedRepository;
using Lines = ScriptedRepository::Lines;

FileChange file(const char* path, std::optional<std::string> after, bool is_executable = false) {
  return {.path = RepoPath::parse(path).value(),
          .before = {},
          .after = std::move(after),
          .is_executable = is_executable};
}

const NewCommit kCommit{.parent = {.sha = "c0", .tree = "t0"}, .files = {}, .tree = "t1", .message = "Add a"};

json head_of(const std::string& sha) {
  return {{"commit", {{"sha", sha}, {"commit", {{"tree", {{"sha", "t"}}}}}}}};
}

}  // namespace

TEST_CASE_METHOD(World, "a tree carries texts; bytes go ahead as blobs") {
  then(201, {{"sha", "blob1"}});
  then(201, {{"sha", "tree1"}});
  const auto tree = repository->tree_with(
      {.sha = "c0", .tree = "t0"},
      {file("a.py", "ä\n"), file("b.bin", std::string("\xFF\0", 2), true), file("gone", std::nullopt)});
  CHECK(tree == "tree1");
  CHECK(http.lines() == Lines{"POST /repos/o/r/git/blobs", "POST /repos/o/r/git/trees"});
  CHECK(sent(0) == json{{"content", "/wA="}, {"encoding", "base64"}});
  CHECK(sent(1) == json{{"base_tree", "t0"},
                        {"tree",
                         {{{"path", "a.py"}, {"mode", "100644"}, {"type", "blob"}, {"content", "ä\n"}},
                          {{"path", "b.bin"}, {"mode", "100755"}, {"type", "blob"}, {"sha", "blob1"}},
                          {{"path", "gone"}, {"mode", "100644"}, {"type", "blob"}, {"sha", nullptr}}}}});
}

TEST_CASE_METHOD(World, "a commit on a new branch names no author, so that GitHub signs it") {
  then(201, {{"sha", "c1"}});
  then(201, json::object());
  CHECK(repository->commit_to_branch("mlx/add/a", kCommit, {}) == "c1");
  CHECK(http.lines() == Lines{"POST /repos/o/r/git/commits", "POST /repos/o/r/git/refs"});
  CHECK(sent(0) == json{{"message", "Add a"}, {"tree", "t1"}, {"parents", {"c0"}}});
  CHECK(sent(1) == json{{"ref", "refs/heads/mlx/add/a"}, {"sha", "c1"}});
}

TEST_CASE_METHOD(World, "a branch that somebody else made meanwhile is a conflict") {
  then(201, {{"sha", "c1"}});
  then(422, {{"message", "Reference already exists"}});
  CHECK(repository->commit_to_branch("mlx/add/a", kCommit, {}).error().code == ErrorCode::kConflict);
  then(201, {{"sha", "c1"}});
  then(422, {{"message", "Object does not exist"}});
  CHECK(repository->commit_to_branch("mlx/add/a", kCommit, {}).error().code == ErrorCode::kInvalidInput);
}

TEST_CASE_METHOD(World, "a branch is overwritten if its head is what it was taken for") {
  then(201, {{"sha", "c1"}});
  then(200, head_of("old"));
  then(200, json::object());
  CHECK(repository->commit_to_branch("mlx/add/a", kCommit, "old") == "c1");
  CHECK(http.lines().back() == "PATCH /repos/o/r/git/refs/heads/mlx/add/a");
  CHECK(sent(2) == json{{"sha", "c1"}, {"force", true}});
  then(201, {{"sha", "c1"}});
  then(200, head_of("another"));
  CHECK(repository->commit_to_branch("mlx/add/a", kCommit, "old").error().code == ErrorCode::kConflict);
  then(201, {{"sha", "c1"}});
  then(404, {{"message", "Not Found"}});
  CHECK(repository->commit_to_branch("mlx/add/a", kCommit, "old").error().code == ErrorCode::kConflict);
}

TEST_CASE_METHOD(World, "a branch goes on from the commit's parent, never back") {
  const auto answer = [&](int status, const json& body) {
    then(201, {{"sha", "c1"}});
    then(200, head_of("c0"));
    then(status, body);
    return repository->commit_to_branch("feature", kCommit, "c0");
  };
  CHECK(answer(200, json::object()) == "c1");
  CHECK(sent(2) == json{{"sha", "c1"}, {"force", false}});
  CHECK(answer(422, {{"message", "Update is not a fast forward"}}).error().code == ErrorCode::kConflict);
  CHECK(answer(403, {{"message", "Resource not accessible by integration"}}).error().code ==
        ErrorCode::kRefused);
}
