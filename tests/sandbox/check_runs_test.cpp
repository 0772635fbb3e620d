#include <catch2/catch.hpp>

#include "tests/sandbox/sandbox_fixture.h"

namespace mlx::testing {
namespace {

Json annotation(int line, const std::string& path = "src/app.py") {
  return {{"path", path},
          {"start_line", line},
          {"end_line", line},
          {"annotation_level", "warning"},
          {"message", "message " + std::to_string(line)}};
}

Json annotations(int count) {
  Json list = Json::array();
  for (int line = 1; line <= count; ++line) list.push_back(annotation(line));
  return list;
}

struct World : Forge {
  Caller bot = as("bot");
  std::string runs = repository + "/check-runs";
  std::string head = main_sha();

  Json body(const Json& more = Json::object()) const {
    Json result{{"name", "MLX review"},
                {"head_sha", head},
                {"conclusion", "neutral"},
                {"output", {{"title", "T"}, {"summary", "S"}}}};
    result.merge_patch(more);
    return result;
  }
  Json create(const Json& more = Json::object()) {
    const Reply reply = bot.post(runs, body(more));
    INFO(reply.text);
    REQUIRE(reply.status == 201);
    return reply.body;
  }
  static std::string id_of(const Json& run) { return std::to_string(run["id"].get<std::int64_t>()); }
};

}  // namespace

TEST_CASE_METHOD(World, "A check run is made, looked at, and changed") {
  const Json made = create({{"external_id", "mlx:1:0"}, {"output", {{"annotations", annotations(2)}}}});
  CHECK(made["name"] == "MLX review");
  CHECK(made["head_sha"] == head);
  CHECK(made["status"] == "completed");
  CHECK(made["conclusion"] == "neutral");
  CHECK(made["external_id"] == "mlx:1:0");
  CHECK(made["output"]["annotations_count"] == 2);
  CHECK(made["app"]["slug"] == "mlx-bot");
  CHECK(made["pull_requests"].empty());
  const std::string path = runs + "/" + id_of(made);
  CHECK(as("nobody").get(path).body == made);

  const Json changed = bot.patch(path, {{"conclusion", "failure"},
                                        {"output", {{"summary", "S2"}, {"annotations", annotations(1)}}}})
                           .body;
  CHECK(changed["conclusion"] == "failure");
  CHECK(changed["output"]["title"] == "T");
  CHECK(changed["output"]["summary"] == "S2");
  const Json all = bot.get(path + "/annotations").body;
  REQUIRE(all.size() == 3);
  CHECK(all[2]["message"] == "message 1");
  CHECK(all[2]["annotation_level"] == "warning");
  CHECK(all[2]["title"].is_null());
  CHECK(bot.get(path + "/annotations?per_page=2&page=2").body.size() == 1);
  CHECK(bot.get(runs + "/99").status == 404);
  CHECK(bot.patch(runs + "/99", Json::object()).status == 404);
}

TEST_CASE_METHOD(World, "A check run comes to an end once") {
  const Json made = create({{"conclusion", nullptr}, {"status", "in_progress"}});
  CHECK(made["status"] == "in_progress");
  CHECK(made["conclusion"].is_null());
  CHECK(made["completed_at"].is_null());
  const std::string path = runs + "/" + id_of(made);
  CHECK(bot.patch(path, {{"conclusion", "success"}}).body["status"] == "completed");
  const Json again = bot.patch(path, {{"status", "in_progress"}}).body;
  CHECK(again["status"] == "completed");
  CHECK(again["conclusion"] == "success");
}

TEST_CASE_METHOD(World, "Of each name the newest is listed, unless all are asked for") {
  create();
  const Json second = create();
  create({{"name", "other"}});
  const int number = pull_request("mlx/x");
  create({{"head_sha", as("bot").get(repository + "/pulls/" + std::to_string(number)).body["head"]["sha"]}});
  const std::string list = repository + "/commits/" + head + "/check-runs";
  CHECK(bot.get(list).body["total_count"] == 2);
  const Json mine = bot.get(list + "?check_name=MLX%20review").body;
  CHECK(mine["total_count"] == 1);
  CHECK(mine["check_runs"][0]["id"] == second["id"]);
  CHECK(bot.get(list + "?filter=all").body["total_count"] == 3);
  CHECK(bot.get(list + "?status=in_progress").body["total_count"] == 0);
  CHECK(bot.get(list + "?app_id=1").body["total_count"] == 0);
  CHECK(bot.get(repository + "/commits/main/check-runs").body["total_count"] == 2);
  const Json of_branch = bot.get(repository + "/commits/mlx%2Fx/check-runs").body;
  REQUIRE(of_branch["total_count"] == 1);
  CHECK(of_branch["check_runs"][0]["pull_requests"][0]["number"] == number);
  CHECK(bot.get(repository + "/commits/none/check-runs").status == 422);
}

TEST_CASE_METHOD(World, "Check runs are for Apps") {
  for (const char* login : {"octocat", "writer-will"}) {
    const Reply refused = as(login).post(runs, body());
    CHECK(refused.status == 403);
    CHECK(refused.body["message"] == "You must authenticate via a GitHub App.");
  }
  CHECK(as("nobody").post(runs, body()).status == 401);
  const std::string path = runs + "/" + id_of(create());
  CHECK(as("octocat").patch(path, {{"conclusion", "success"}}).status == 403);
  CHECK(as("octocat").get(path).body["conclusion"] == "neutral");
}

TEST_CASE_METHOD(World, "What a check run may not have is refused, and nothing of it stays") {
  const auto message = [&](const Json& more) {
    const Reply refused = bot.post(runs, body(more));
    CHECK(refused.status == 422);
    return refused.body["message"].get<std::string>();
  };
  const auto action = [](const std::string& label, const std::string& about, const std::string& id) {
    return Json{{"label", label}, {"description", about}, {"identifier", id}};
  };
  const auto x = [](std::size_t count) { return std::string(count, 'x'); };
  CHECK(message({{"output", {{"annotations", annotations(51)}}}}) ==
        "Invalid request.\n\nNo more than 50 items are allowed; 51 were supplied.");
  CHECK(message({{"output", {{"summary", x(65'536)}}}}) ==
        "Invalid request.\n\nOnly 65535 characters are allowed; 65536 were supplied.");
  CHECK(message({{"output", {{"text", x(65'536)}}}}).find("65536 were") != std::string::npos);
  CHECK(message({{"actions", {action(x(21), "d", "i")}}}) ==
        "Invalid request.\n\nOnly 20 characters are allowed; 21 were supplied.");
  CHECK(message({{"actions", {action("l", x(41), "i")}}}).find("Only 40") != std::string::npos);
  CHECK(message({{"actions", {action("l", "d", x(21))}}}).find("Only 20") != std::string::npos);
  CHECK(message({{"actions", Json(4, action("l", "d", "i"))}}).find("No more than 3") != std::string::npos);
  CHECK(message({{"actions", {{{"label", "l"}}}}}).find("\"description\"") != std::string::npos);
  CHECK(message({{"output", {{"summary", nullptr}}}}).find("\"summary\"") != std::string::npos);
  CHECK(message({{"output", {{"title", nullptr}}}}).find("\"title\"") != std::string::npos);
  CHECK(message({{"name", nullptr}}) == "Invalid request.\n\n\"name\" wasn't supplied.");
  CHECK(message({{"head_sha", nullptr}}) == "Invalid request.\n\n\"head_sha\" wasn't supplied.");
  CHECK(message({{"head_sha", std::string(40, '1')}}) == "No commit found for SHA: " + std::string(40, '1'));
  CHECK(message({{"conclusion", "fine"}}).find("fine is not a member of") != std::string::npos);
  CHECK(message({{"conclusion", nullptr}, {"status", "completed"}}).find("\"conclusion\"") !=
        std::string::npos);
  for (const Json& wrong : {Json{{"annotation_level", "bad"}}, Json{{"start_line", 0}}, Json{{"end_line", 0}},
                            Json{{"start_line", "1"}}, Json{{"path", nullptr}}, Json{{"message", nullptr}}}) {
    Json one = annotation(3);
    one.merge_patch(wrong);
    CAPTURE(one.dump());
    (void)message({{"output", {{"annotations", Json::array({one})}}}});
  }
  CHECK(bot.get(repository + "/commits/main/check-runs").body["total_count"] == 0);
  const std::string path = runs + "/" + id_of(create({{"output", {{"annotations", annotations(50)}}}}));
  CHECK(bot.patch(path, {{"conclusion", "failure"},
                         {"output", {{"summary", "S"}, {"annotations", annotations(51)}}}})
            .status == 422);
  CHECK(bot.get(path).body["conclusion"] == "neutral");
  CHECK(bot.get(path).body["output"]["annotations_count"] == 50);
}

TEST_CASE_METHOD(World, "Who listens is told of check runs; who made them, of what is asked of them") {
  Receiver of_repository;
  of_repository.hook_to(*this, {"check_run"});
  Receiver of_app;
  // Made by the app itself, with a token of its own: the sandbox has no other way in.
  const Json actions =
      Json::array({{{"label", "Add"}, {"description", "Adds it"}, {"identifier", "add web"}}});
  const Json made = create({{"conclusion", nullptr}, {"status", "in_progress"}, {"actions", actions}});
  bot.patch(runs + "/" + id_of(made), {{"conclusion", "failure"}});
  REQUIRE(sandbox->wait_idle());
  CHECK(of_repository.names() ==
        std::vector<std::string>{"ping", "check_run.created", "check_run.completed"});
  const Json payload = of_repository.received().back().payload;
  CHECK(payload["check_run"]["check_suite"]["head_sha"] == head);
  CHECK(payload["installation"]["id"] == description["app"]["installation_id"]);
}

TEST_CASE_METHOD(World, "A button of a check run is pressed on its page, by who may write") {
  Receiver of_repository;
  of_repository.hook_to(*this, {"check_run"});
  const Json actions =
      Json::array({{{"label", "Add"}, {"description", "Adds it"}, {"identifier", "add web"}}});
  const Json made = create({{"actions", actions}});
  const std::string page = "/octo-team/project/runs/" + id_of(made);
  Caller browser = as("nobody");
  CHECK(browser.page(page).text.find("value=\"add web\"") != std::string::npos);
  const auto press = [&](const std::string& user, const std::string& identifier) {
    return browser.submit(page + "/actions", {{"user", user}, {"identifier", identifier}});
  };
  CHECK(press("reader-rita", "add web").status == 403);
  CHECK(press("writer-will", "remove web").status == 404);
  const Reply pressed = press("writer-will", "add web");
  CHECK(pressed.status == 303);
  CHECK(pressed.header("Location") == page);
  CHECK(browser.submit(page + "/rerequest", {{"user", "writer-will"}}).status == 303);
  CHECK(browser.submit("/octo-team/project/runs/99/actions", {{"user", "writer-will"}, {"identifier", "x"}})
            .status == 404);
  CHECK(browser.page("/octo-team/project/runs/99").status == 404);
  REQUIRE(sandbox->wait_idle());
  // A repository's own hook hears nothing of it, as on GitHub.
  CHECK(of_repository.names() ==
        std::vector<std::string>{"ping", "check_run.created", "check_run.completed"});
}

}  // namespace mlx::testing
