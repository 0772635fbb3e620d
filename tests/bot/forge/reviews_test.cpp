// What a review asks of GitHub: the files of a pull request, and remarks on their lines.
#include <catch2/catch.hpp>

#include "tests/bot/forge/scripted_repository.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using nlohmann::json;

namespace {

using Status = ChangedFile::Status;

json file_json(const std::string& path, const std::string& status = "modified") {
  return {{"filename", path}, {"status", status}, {"sha", "b-" + path}, {"patch", "@@ -1 +1 @@\n-a\n+b"}};
}

json commit_json(const std::string& sha) {
  return {{"sha", sha},
          {"commit", {{"message", "m"}, {"tree", {{"sha", "t" + sha}}}}},
          {"author", nullptr},
          {"parents", json::array()}};
}

json comparison(json files) {
  return {{"merge_base_commit", commit_json("m1")}, {"total_commits", 1}, {"files", std::move(files)}};
}

json comment_json(std::int64_t id, const std::string& login, json line = 3) {
  return {{"id", id},
          {"path", "src/a.py"},
          {"line", std::move(line)},
          {"body", "text " + std::to_string(id)},
          {"user", {{"login", login}}}};
}

}  // namespace

TEST_CASE_METHOD(ScriptedRepository, "a comparison is where two commits parted, and what one changed since") {
  json renamed = file_json("new.py", "renamed");
  renamed["previous_filename"] = "old.py";
  renamed.erase("patch");
  json removed = file_json("gone.py", "removed");
  removed["sha"] = nullptr;
  then(200, comparison({file_json("a.py", "added"), file_json("b.py"), renamed, removed,
                        file_json("c.py", "copied"), file_json("d.py", "changed"),
                        file_json("e.py", "unchanged")}));
  const auto found = repository->compare("b1", "h1");
  REQUIRE(found);
  CHECK(http.lines() == Lines{"GET /repos/o/r/compare/b1...h1?per_page=1"});
  CHECK(found->merge_base.sha == "m1");
  CHECK(found->merge_base.tree == "tm1");
  const auto& [files, skipped, is_truncated] = found->changed;
  CHECK(skipped == 0);
  CHECK_FALSE(is_truncated);
  REQUIRE(files.size() == 6);
  CHECK(files[0].path.str() == "a.py");
  CHECK(files[0].status == Status::kAdded);
  CHECK(files[0].blob == "b-a.py");
  CHECK(files[0].patch == "@@ -1 +1 @@\n-a\n+b");
  CHECK(files[1].status == Status::kModified);
  CHECK(files[2].status == Status::kRenamed);
  REQUIRE(files[2].previous_path);
  CHECK(files[2].previous_path->str() == "old.py");
  CHECK_FALSE(files[2].patch);
  CHECK(files[3].status == Status::kRemoved);
  CHECK(files[3].blob.empty());
  CHECK(files[4].status == Status::kAdded);
  CHECK(files[5].status == Status::kModified);
}

TEST_CASE_METHOD(ScriptedRepository, "a comparison with as many files as GitHub shows may have more") {
  json files = json::array();
  for (int i = 0; i < 299; ++i) files.push_back(file_json(std::to_string(i)));
  then(200, comparison(files));
  CHECK_FALSE(repository->compare("b", "h")->changed.is_truncated);
  files.push_back(file_json("more"));
  then(200, comparison(files));
  CHECK(repository->compare("b", "h")->changed.is_truncated);
}

TEST_CASE_METHOD(ScriptedRepository,
                 "a file whose name is no path is counted, in whatever script others are") {
  json moved = file_json("数据.py", "renamed");
  moved["previous_filename"] = "a\nb.py";
  then(200, comparison({file_json("a\nb.py"), file_json("a\\b.py"), file_json(".git/x"), moved,
                        file_json("`*_[x](y)_*`.md"), file_json("ä b.py")}));
  const auto changed = repository->compare("b", "h")->changed;
  CHECK(changed.skipped == 3);
  REQUIRE(changed.files.size() == 3);
  CHECK(changed.files[0].path.str() == "数据.py");
  CHECK(changed.files[0].status == Status::kRenamed);
  CHECK_FALSE(changed.files[0].previous_path);
  CHECK(changed.files[1].path.str() == "`*_[x](y)_*`.md");
}

TEST_CASE_METHOD(ScriptedRepository, "commits that GitHub does not find yet are there later") {
  for (const int status : {404, 409, 422, 500}) {
    then(status, {{"message", "Not Found"}});
    CHECK(repository->compare("b", "h").error().code == ErrorCode::kUnavailable);
  }
  then(200, {{"files", json::array()}});
  CHECK_FALSE(repository->compare("b", "h"));
}

TEST_CASE_METHOD(ScriptedRepository, "the files of a large pull request come page by page, up to a limit") {
  json page = json::array();
  for (int i = 0; i < 100; ++i) page.push_back(file_json(std::to_string(i)));
  SECTION("fewer") {
    then(200, page);
    then(200, json::array({file_json("last"), file_json("no\npath")}));
    const auto files = repository->pull_request_files(9);
    REQUIRE(files);
    CHECK(files->files.size() == 101);
    CHECK(files->skipped == 1);
    CHECK_FALSE(files->is_truncated);
    CHECK(http.lines() == Lines{"GET /repos/o/r/pulls/9/files?per_page=100&page=1",
                                "GET /repos/o/r/pulls/9/files?per_page=100&page=2"});
  }
  SECTION("as many as GitHub lists") {
    for (int i = 0; i < 30; ++i) then(200, page);
    const auto files = repository->pull_request_files(9);
    REQUIRE(files);
    CHECK(files->files.size() == 3'000);
    CHECK(files->is_truncated);
    CHECK(http.requests.size() == 30);
  }
  SECTION("none") {
    then(404, {{"message", "Not Found"}});
    CHECK(repository->pull_request_files(9).error().code == ErrorCode::kNotFound);
    then(200, {{"message", "no list"}});
    CHECK(repository->pull_request_files(9).error().code == ErrorCode::kUnavailable);
  }
}

TEST_CASE_METHOD(ScriptedRepository, "the bot's remarks are its own, and know whether they were answered") {
  http.always("GET /user", 200, json{{"login", "mlx[bot]"}}.dump());
  json answer = comment_json(4, "octocat");
  answer["in_reply_to_id"] = 3;
  json own_answer = comment_json(5, "mlx[bot]");
  own_answer["in_reply_to_id"] = 2;
  json gone = comment_json(6, "mlx[bot]");
  gone.erase("line");
  then(200, {comment_json(1, "octocat"), comment_json(2, "mlx[bot]", nullptr), comment_json(3, "mlx[bot]"),
             answer, own_answer, gone});
  const auto comments = repository->own_review_comments(9);
  REQUIRE(comments);
  CHECK(http.lines() == Lines{"GET /user", "GET /repos/o/r/pulls/9/comments?per_page=100&page=1"});
  REQUIRE(comments->size() == 3);
  const ReviewComment& outdated = comments->at(0);
  CHECK(outdated.id == 2);
  CHECK(outdated.path == "src/a.py");
  CHECK(outdated.body == "text 2");
  CHECK_FALSE(outdated.line);
  CHECK(outdated.has_replies);
  CHECK(comments->at(1).line == 3);
  CHECK(comments->at(1).has_replies);
  CHECK_FALSE(comments->at(2).line);
  CHECK_FALSE(comments->at(2).has_replies);
  http.then(403, R"({"message": "Resource not accessible by integration"})");
  CHECK(repository->own_review_comments(9).error().code == ErrorCode::kRefused);
}

TEST_CASE_METHOD(ScriptedRepository, "a remark is written anew, and taken away") {
  then(200, json::object());
  http.then(204, "");
  CHECK(repository->update_review_comment(7, 70, "~~gone~~"));
  CHECK(repository->delete_review_comment(7, 71));
  CHECK(http.lines() == Lines{"PATCH /repos/o/r/pulls/comments/70", "DELETE /repos/o/r/pulls/comments/71"});
  CHECK(sent(0) == json{{"body", "~~gone~~"}});
  then(404, {{"message", "Not Found"}});
  CHECK(repository->update_review_comment(7, 70, "x").error().code == ErrorCode::kNotFound);
  then(404, {{"message", "Not Found"}});
  CHECK(repository->delete_review_comment(7, 70));
  then(403, {{"message", "Resource not accessible by integration"}});
  CHECK(repository->delete_review_comment(7, 70).error().code == ErrorCode::kRefused);
}
