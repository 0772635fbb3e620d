// How commits are made on GitLab, and what is read of them.
#include <catch2/catch.hpp>

#include "engine/base/git_tree.h"
#include "tests/bot/forge/gitlab/scripted_gitlab.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using nlohmann::json;

namespace {

using World = ScriptedGitlab;

}  // namespace

TEST_CASE_METHOD(World, "the tree of a change is known before anything is written") {
  then_tree();
  const auto tree =
      repository->tree_with({.sha = "c1", .tree = {}}, {file("new.txt", "new\n"), file("old.txt", {})});
  const auto expected =
      git_tree_id({{"100644", "new.txt", BlobId::of("new\n").hex()}, {"100755", "run", kBlob}});
  CHECK(tree == expected);
  CHECK(asked() == Lines{"GET /repository/tree?ref=c1&path=&pagination=keyset&per_page=100"});
}

TEST_CASE_METHOD(World, "a file may be the first of its directory") {
  const json absent = {{"message", "404 invalid revision or path Not Found"}};
  then(404, absent);
  then(201, {{"id", "c2"}});
  NewCommit commit{.parent = {.sha = "c1", .tree = {}},
                   .files = {file("tests/new.txt", "new\n")},
                   .tree = "t2",
                   .message = "Add web"};
  CHECK(repository->commit_to_branch("mlx/add/web", commit, std::nullopt) == "c2");
  CHECK(asked().front() == "GET /repository/tree?ref=c1&path=tests&pagination=keyset&per_page=100");
  CHECK(sent(1)["actions"][0]["action"] == "create");
  // The top is there if the commit is.
  then(404, absent);
  commit.files = {file("new.txt", "new\n")};
  CHECK(repository->commit_to_branch("mlx/add/web", commit, std::nullopt).error().code ==
        ErrorCode::kNotFound);
}

TEST_CASE_METHOD(World, "text is sent, and counted, with the line ends that GitLab stores") {
  const std::vector<FileChange> files = {file("new.txt", "a\r\nb\r\n")};
  then_tree();
  CHECK(repository->tree_with({.sha = "c1", .tree = {}}, files) ==
        git_tree_id({{"100644", "new.txt", BlobId::of("a\nb\n").hex()},
                     {"100644", "old.txt", kBlob},
                     {"100755", "run", kBlob}}));
  then(201, {{"id", "c2"}});
  const NewCommit commit{.parent = {.sha = "c1", .tree = {}}, .files = files, .tree = "t2", .message = "m"};
  CHECK(repository->commit_to_branch("b", commit, std::nullopt) == "c2");
  CHECK(sent(1)["actions"][0]["content"] == "a\nb\n");
}

TEST_CASE_METHOD(World, "a commit for a new branch says where it starts, and what becomes of each file") {
  then_tree();
  then(201, {{"id", "c2"}});
  const NewCommit commit{.parent = {.sha = "c1", .tree = {}},
                         .files = {file("bytes.bin", "\xff\xfe"), file("new.sh", "#!/bin/sh\n", true),
                                   file("old.txt", "new\n"), file("run", std::nullopt)},
                         .tree = "t2",
                         .message = "Add web"};
  CHECK(repository->commit_to_branch("mlx/add/web", commit, std::nullopt) == "c2");
  CHECK(
      sent(1) ==
      json{
          {"branch", "mlx/add/web"},
          {"start_sha", "c1"},
          {"commit_message", "Add web"},
          {"actions",
           {{{"action", "create"}, {"file_path", "bytes.bin"}, {"content", "//4="}, {"encoding", "base64"}},
            {{"action", "create"}, {"file_path", "new.sh"}, {"content", "#!/bin/sh\n"}, {"encoding", "text"}},
            {{"action", "chmod"}, {"file_path", "new.sh"}, {"execute_filemode", true}},
            {{"action", "update"},
             {"file_path", "old.txt"},
             {"content", "new\n"},
             {"encoding", "text"},
             {"last_commit_id", "c1"}},
            {{"action", "delete"}, {"file_path", "run"}, {"last_commit_id", "c1"}}}}});
}

TEST_CASE_METHOD(World, "a branch that is there goes on, is overwritten, or has moved") {
  const NewCommit commit{
      .parent = {.sha = "c1", .tree = {}}, .files = {file("new.txt", "x")}, .tree = {}, .message = "m"};
  const auto then_head = [&](const char* sha) { then(200, {{"name", "b"}, {"commit", {{"id", sha}}}}); };
  then_tree();
  SECTION("goes on from its head: only the branch is named") {
    then_head("c1");
    then(201, {{"id", "c2"}});
    CHECK(repository->commit_to_branch("b", commit, "c1") == "c2");
    CHECK_FALSE(sent(2).contains("start_sha"));
    CHECK_FALSE(sent(2).contains("force"));
  }
  SECTION("is made anew on another commit") {
    then_head("c9");
    then(201, {{"id", "c2"}});
    CHECK(repository->commit_to_branch("b", commit, "c9") == "c2");
    CHECK(sent(2)["start_sha"] == "c1");
    CHECK(sent(2)["force"] == true);
  }
  SECTION("has another head by now: nothing is written") {
    then_head("c8");
    CHECK(repository->commit_to_branch("b", commit, "c9").error().code == ErrorCode::kConflict);
    CHECK(http.requests.size() == 2);
  }
  SECTION("is there although it was not, or a file changed in between") {
    for (const char* words :
         {"A branch called 'b' already exists. Switch to that branch in order to make changes",
          "The file has changed since you started editing it: new.txt"}) {
      then(400, {{"message", words}});
      CHECK(repository->commit_to_branch("b", commit, std::nullopt).error().code == ErrorCode::kConflict);
    }
  }
}

TEST_CASE_METHOD(World, "own commits are known by their address, and have their tree; others have none") {
  const auto commit = [](const char* id, const char* email) {
    return json{{"id", id}, {"message", "m"}, {"parent_ids", {"p"}}, {"author_email", email}};
  };
  then(200, {{"commits", {commit("c1", "bot@noreply.test"), commit("c2", "will@example.com")}}});
  then_account();
  then_tree();
  const auto commits = repository->commits_between("base", "head").value();
  REQUIRE(commits.size() == 2);
  CHECK(commits[0].author == "mlx-bot");
  CHECK(commits[0].commit.tree ==
        git_tree_id({{"100644", "old.txt", kBlob}, {"100755", "run", kBlob}}).value());
  CHECK(commits[1].author.empty());
  CHECK(commits[1].commit.tree.empty());
  CHECK(asked() == Lines{"GET /repository/compare?from=base&to=head", "GET /user",
                         "GET /repository/tree?ref=c1&path=&pagination=keyset&per_page=100"});
}

TEST_CASE_METHOD(World, "what two commits differ in, with patches as the port has them") {
  then(200, {{"id", "m1"}, {"message", "m"}, {"parent_ids", json::array()}});
  then(200, {{"commits", json::array()},
             {"diffs",
              {{{"old_path", "a"}, {"new_path", "a"}, {"diff", "@@ -1 +1 @@\n-x\n+y\n"}},
               {{"old_path", "b"},
                {"new_path", "b"},
                {"new_file", true},
                {"diff", "--- /dev/null\n+++ b/b\n@@ -0,0 +1 @@\n+z\n"}},
               {{"old_path", "c"}, {"new_path", "d"}, {"renamed_file", true}, {"diff", ""}},
               {{"old_path", "e"},
                {"new_path", "e"},
                {"deleted_file", true},
                {
                    "diff",
                    "",
                },
                {"too_large", true}},
               {{"old_path", "../f"}, {"new_path", "../f"}, {"diff", ""}}}}});
  const auto compared = repository->compare("b1", "h1").value();
  CHECK(compared.merge_base.sha == "m1");
  const auto& files = compared.changed.files;
  REQUIRE(files.size() == 4);
  CHECK(compared.changed.skipped == 1);
  CHECK(files[0].patch == "@@ -1 +1 @@\n-x\n+y");
  CHECK(files[1].status == ChangedFile::Status::kAdded);
  CHECK(files[1].patch == "@@ -0,0 +1 @@\n+z");
  CHECK(files[2].status == ChangedFile::Status::kRenamed);
  CHECK(files[2].previous_path->str() == "c");
  CHECK_FALSE(files[2].patch);
  CHECK(files[3].status == ChangedFile::Status::kRemoved);
}
