// What a check run asks of GitHub, whatever is there already and wherever it was cut off.
#include "bot/forge/github/check_runs.h"

#include <catch2/catch.hpp>

#include "tests/bot/forge/scripted_repository.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using nlohmann::json;

namespace {

struct World : ScriptedRepository {
  World() {
    wanted.name = "MLX review";
    wanted.head_sha = "h1";
    wanted.pull_request = 12;
    wanted.conclusion = CheckRun::Conclusion::kFailure;
    wanted.title = "2 problems";
    wanted.summary = "summary";
    wanted.text = "text";
    wanted.actions = {{.label = "Add", .description = "Adds web", .identifier = "add web"}};
  }

  void annotate(int count) {
    for (int i = 1; i <= count; ++i) {
      wanted.annotations.push_back({.path = RepoPath::parse("src/a.py").value(),
                                    .first_line = i,
                                    .last_line = i + 1,
                                    .title = "Title",
                                    .message = "message " + std::to_string(i)});
    }
  }

  void then_found(const json& runs) { then(200, {{"total_count", runs.size()}, {"check_runs", runs}}); }
  void then_written(int status = 200) { then(status, {{"id", 9}, {"html_url", "https://h/runs/9"}}); }
  Result<std::optional<std::string>> put() { return repository->put_check_run(wanted); }

  /// What was written to the check run: its external_id.
  std::string written_id() {
    ScriptedRepository other;
    other.then(200, {{"check_runs", json::array()}});
    for (std::size_t i = 0; i <= wanted.annotations.size() / 50; ++i)
      other.then(201, {{"id", 9}, {"html_url", nullptr}});
    REQUIRE(other.repository->put_check_run(wanted));
    return other.sent(1)["external_id"];
  }

  CheckRun wanted;
};

json known(const std::string& external_id, int annotations, const std::string& status = "completed") {
  return {{"id", 7},
          {"external_id", external_id},
          {"status", status},
          {"output", {{"annotations_count", annotations}}},
          {"app", {{"slug", "mlx"}}}};
}

std::size_t annotations_in(const json& body) {
  return body["output"].contains("annotations") ? body["output"]["annotations"].size() : 0;
}

const std::string kFind =
    "GET /repos/o/r/commits/h1/check-runs?check_name=MLX%20review&filter=latest&per_page=100";
const std::string kCreate = "POST /repos/o/r/check-runs";

}  // namespace

TEST_CASE_METHOD(World, "a check run that is not there is made, in one request") {
  annotate(2);
  wanted.annotations[0].level = CheckAnnotation::Level::kFailure;
  wanted.annotations[0].title.clear();
  wanted.annotations[1].level = CheckAnnotation::Level::kNotice;
  then_found(json::array());
  then_written(201);
  CHECK(put() == "https://h/runs/9");
  CHECK(http.lines() == Lines{kFind, kCreate});
  json body = sent(1);
  CHECK(body["external_id"].get<std::string>().starts_with("mlx:12:"));
  CHECK(pull_request_in(body["external_id"].get<std::string>()) == 12);
  body.erase("external_id");
  CHECK(body ==
        json{{"name", "MLX review"},
             {"head_sha", "h1"},
             {"status", "completed"},
             {"conclusion", "failure"},
             {"output",
              {{"title", "2 problems"},
               {"summary", "summary"},
               {"text", "text"},
               {"annotations",
                {{{"path", "src/a.py"},
                  {"start_line", 1},
                  {"end_line", 2},
                  {"annotation_level", "failure"},
                  {"message", "message 1"}},
                 {{"path", "src/a.py"},
                  {"start_line", 2},
                  {"end_line", 3},
                  {"annotation_level", "notice"},
                  {"title", "Title"},
                  {"message", "message 2"}}}}}},
             {"actions", {{{"label", "Add"}, {"description", "Adds web"}, {"identifier", "add web"}}}}});
}

TEST_CASE_METHOD(World, "conclusions as GitHub names them, or none as yet") {
  using enum CheckRun::Conclusion;
  for (const auto& [conclusion, name] :
       std::vector<std::pair<CheckRun::Conclusion, std::string>>{{kSuccess, "success"},
                                                                 {kNeutral, "neutral"},
                                                                 {kActionRequired, "action_required"},
                                                                 {kFailure, "failure"}}) {
    wanted.conclusion = conclusion;
    then_found(json::array());
    then_written(201);
    REQUIRE(put());
    CHECK(json::parse(http.requests.back().body)["conclusion"] == name);
  }
  wanted.conclusion.reset();
  then_found(json::array());
  then_written(201);
  REQUIRE(put());
  const json body = json::parse(http.requests.back().body);
  CHECK(body["status"] == "in_progress");
  CHECK_FALSE(body.contains("conclusion"));
  CHECK_FALSE(body.contains("actions"));
}

TEST_CASE_METHOD(World, "fifty annotations are one request, and one more is another") {
  const auto [count, batches] = GENERATE(
      std::pair(0, std::vector<std::size_t>{0}), std::pair(50, std::vector<std::size_t>{50}),
      std::pair(51, std::vector<std::size_t>{50, 1}), std::pair(120, std::vector<std::size_t>{50, 50, 20}));
  CAPTURE(count);
  annotate(count);
  then_found(json::array());
  for (std::size_t i = 0; i < batches.size(); ++i) then_written(i == 0 ? 201 : 200);
  REQUIRE(put());
  REQUIRE(http.requests.size() == 1 + batches.size());
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const json body = sent(i + 1);
    CAPTURE(i);
    CHECK(http.lines()[i + 1] == (i == 0 ? kCreate : "PATCH /repos/o/r/check-runs/9"));
    CHECK(annotations_in(body) == batches[i]);
    // Nobody takes it for finished, and no button is there, before the last batch.
    const bool is_last = i + 1 == batches.size();
    CHECK(body.contains("conclusion") == is_last);
    CHECK(body.contains("actions") == is_last);
    if (i == 0 && !is_last) CHECK(body["status"] == "in_progress");
  }
  if (count == 120) CHECK(sent(3)["output"]["annotations"][0]["message"] == "message 101");
}

TEST_CASE_METHOD(World, "the same again adds no annotation") {
  annotate(60);
  then_found(json::array({known(written_id(), 60)}));
  then_written();
  CHECK(put() == "https://h/runs/9");
  CHECK(http.lines() == Lines{kFind, "PATCH /repos/o/r/check-runs/7"});
  CHECK(annotations_in(sent(1)) == 0);
  CHECK(sent(1)["conclusion"] == "failure");
  CHECK_FALSE(sent(1).contains("head_sha"));
}

TEST_CASE_METHOD(World, "one that was cut off between two batches goes on where it stopped") {
  annotate(120);
  const int there = GENERATE(0, 50, 100);
  CAPTURE(there);
  then_found(json::array({known(written_id(), there, "in_progress")}));
  std::vector<std::string> messages;
  for (int sent_so_far = there; sent_so_far < 120; sent_so_far += 50) then_written();
  REQUIRE(put());
  for (std::size_t i = 1; i < http.requests.size(); ++i) {
    CHECK(http.lines()[i].starts_with("PATCH"));
    const json body = sent(i);
    for (const json& annotation : body["output"]["annotations"]) messages.push_back(annotation["message"]);
  }
  REQUIRE(messages.size() == static_cast<std::size_t>(120 - there));
  CHECK(messages.front() == "message " + std::to_string(there + 1));
  CHECK(messages.back() == "message 120");
}

TEST_CASE_METHOD(World, "one with other annotations is replaced, for they cannot be taken off") {
  annotate(2);
  SECTION("completed") {
    then_found(json::array({known("mlx:12:0123456789abcdef", 3)}));
    then_written(201);
    REQUIRE(put());
    CHECK(http.lines() == Lines{kFind, kCreate});
  }
  SECTION("cut off: nobody shall wait for it") {
    then_found(json::array({known("mlx:12:0123456789abcdef", 50, "in_progress")}));
    then_written();
    then_written(201);
    REQUIRE(put());
    CHECK(http.lines() == Lines{kFind, "PATCH /repos/o/r/check-runs/7", kCreate});
    CHECK(sent(1) == json{{"status", "completed"}, {"conclusion", "cancelled"}});
  }
  SECTION("with more of the same than there can be") {
    then_found(json::array({known(written_id(), 4)}));
    then_written(201);
    REQUIRE(put());
    CHECK(http.lines() == Lines{kFind, kCreate});
  }
  SECTION("for no annotation at all") {
    wanted.annotations.clear();
    then_found(json::array({known("mlx:12:0123456789abcdef", 3)}));
    then_written(201);
    REQUIRE(put());
    CHECK(http.lines() == Lines{kFind, kCreate});
  }
  CHECK(annotations_in(json::parse(http.requests.back().body)) == wanted.annotations.size());
}

TEST_CASE_METHOD(World, "one without annotations becomes whatever is wanted") {
  annotate(2);
  const std::string status = GENERATE("in_progress", "completed");
  then_found(json::array({known("mlx:12:0123456789abcdef", 0, status)}));
  then_written();
  REQUIRE(put());
  CHECK(http.lines() == Lines{kFind, "PATCH /repos/o/r/check-runs/7"});
  CHECK(annotations_in(sent(1)) == 2);
  CHECK(sent(1)["external_id"] == written_id());
}

TEST_CASE_METHOD(World, "what is completed does not begin again: there is a new one") {
  wanted.conclusion.reset();
  then_found(json::array({known(written_id(), 0)}));
  then_written(201);
  REQUIRE(put());
  CHECK(http.lines() == Lines{kFind, kCreate});
}

TEST_CASE_METHOD(World, "check runs of others are left alone") {
  json anonymous = known(written_id(), 0);
  anonymous["external_id"] = nullptr;
  then_found(json::array({known("", 0), known("mlx", 0), known("12", 0), anonymous}));
  then_written(201);
  REQUIRE(put());
  CHECK(http.lines() == Lines{kFind, kCreate});
}

TEST_CASE_METHOD(World, "who is no App has no check runs, and does not ask a second time") {
  then_found(json::array());
  then(403, {{"message", "You must authenticate via a GitHub App."}});
  CHECK(put() == std::nullopt);
  CHECK(put() == std::nullopt);
  CHECK(http.lines() == Lines{kFind, kCreate});
}

TEST_CASE_METHOD(World, "a limit or a failure is no refusal") {
  then(500, json::object());
  CHECK(put().error().code == ErrorCode::kUnavailable);
  then_found(json::array());
  then(403, {{"message", "You have exceeded a secondary rate limit."}});
  CHECK(put().error().code == ErrorCode::kRateLimited);
  then_found(json::array());
  then(422, {{"message", "No commit found for SHA: h1"}});
  CHECK(put().error().code == ErrorCode::kInvalidInput);
  then(422, {{"message", "No commit found for SHA: h1"}});
  CHECK(put().error().code == ErrorCode::kUnavailable);
  then(200, {{"check_runs", {{{"id", "x"}}}}});
  CHECK_FALSE(put());
  then_found(json::array());
  then(201, json::object());
  CHECK_FALSE(put());
}

TEST_CASE_METHOD(World, "what GitHub would not take is not sent") {
  annotate(1);
  SECTION("a long summary") { wanted.summary = std::string(65'536, 'x'); }
  SECTION("a long text") { wanted.text = std::string(65'536, 'x'); }
  SECTION("an annotation before the first line") { wanted.annotations[0].first_line = 0; }
  SECTION("an annotation that ends before it begins") { wanted.annotations[0].last_line = 0; }
  SECTION("an annotation without a message") { wanted.annotations[0].message.clear(); }
  SECTION("an annotation with a long message") { wanted.annotations[0].message = std::string(65'537, 'x'); }
  SECTION("an annotation with a long title") { wanted.annotations[0].title = std::string(256, 'x'); }
  SECTION("too many buttons") { wanted.actions.assign(4, wanted.actions[0]); }
  SECTION("a long label") { wanted.actions[0].label = std::string(21, 'x'); }
  SECTION("a long description") { wanted.actions[0].description = std::string(41, 'x'); }
  SECTION("a long identifier") { wanted.actions[0].identifier = std::string(21, 'x'); }
  const auto refused = put();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kInvalidInput);
  CHECK(http.requests.empty());
}

TEST_CASE_METHOD(World, "limits count characters, not bytes") {
  annotate(1);
  const auto repeated = [](const char* text, int count) {
    std::string result;
    for (int i = 0; i < count; ++i) result += text;
    return result;
  };
  wanted.summary = repeated("数", 65'535);
  wanted.annotations[0].title = repeated("ä", 255);
  wanted.actions[0].label = repeated("🚀", 20);
  then_found(json::array());
  then_written(201);
  CHECK(put());
}
