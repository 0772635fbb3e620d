#include <catch2/catch.hpp>

#include "tests/sandbox/sandbox_fixture.h"

namespace mlx::testing {

TEST_CASE("A new hook is pinged, listed and removed") {
  Forge forge;
  Receiver receiver;
  const int id = receiver.hook_to(forge, {"issues", "push"});
  Caller octocat = forge.as("octocat");
  const std::string path = forge.repository + "/hooks/" + std::to_string(id);
  REQUIRE(forge.sandbox->wait_idle());
  const auto ping = receiver.received().at(0);
  CHECK(ping.event == "ping");
  CHECK(ping.hook_id == std::to_string(id));
  CHECK(ping.payload["hook"]["config"]["secret"] == "********");
  CHECK(octocat.get(path).body["last_response"]["code"] == 200);
  CHECK(octocat.post(path + "/pings", Json::object()).status == 204);
  REQUIRE(forge.sandbox->wait_idle());
  CHECK(receiver.received().size() == 2);
  CHECK(octocat.get(forge.repository + "/hooks").body.size() == 1);
  CHECK(octocat.patch(path, {{"active", false}}).body["active"] == false);
  forge.issue();
  REQUIRE(forge.sandbox->wait_idle());
  CHECK(receiver.received().size() == 2);
  CHECK(octocat.remove(path).status == 204);
  CHECK(octocat.get(path).status == 404);
}

TEST_CASE("Wrong hooks are refused") {
  Forge forge;
  Receiver receiver;
  receiver.hook_to(forge);
  Caller octocat = forge.as("octocat");
  const std::string hooks = forge.repository + "/hooks";
  CHECK(octocat.post(hooks, Json::object()).status == 422);
  CHECK(octocat.post(hooks, {{"config", {{"url", "ftp://x"}}}}).status == 422);
  CHECK(octocat.post(hooks, {{"config", {{"url", "http://x"}, {"content_type", "xml"}}}}).status == 422);
  const Reply twice = octocat.post(hooks, {{"config", {{"url", receiver.url()}}}, {"events", {"*"}}});
  CHECK(twice.status == 422);
  CHECK(twice.body["errors"][0]["message"] == "Hook already exists on this repository");
}

TEST_CASE("All hooks of one event get the same id") {
  Forge forge;
  Receiver one;
  Receiver two;
  one.hook_to(forge, {"issues"});
  two.hook_to(forge, {"issues"});
  forge.issue();
  REQUIRE(forge.sandbox->wait_idle());
  CHECK(one.received().back().guid == two.received().back().guid);
  CHECK(one.received().back().guid != one.received().front().guid);
}

TEST_CASE("A delivery is recorded and can be sent again with its id") {
  Forge forge;
  Receiver receiver;
  const int id = receiver.hook_to(forge, {"issues"});
  REQUIRE(forge.sandbox->wait_idle());
  receiver.answer_with(503);
  forge.issue();
  REQUIRE(forge.sandbox->wait_idle());
  Caller octocat = forge.as("octocat");
  const std::string deliveries = forge.repository + "/hooks/" + std::to_string(id) + "/deliveries";
  const Json failed = octocat.get(deliveries).body[0];
  CHECK(failed["status_code"] == 503);
  CHECK(failed["event"] == "issues");
  CHECK(failed["action"] == "opened");
  CHECK(octocat.get(deliveries + "?status=failure").body.size() == 1);
  const Json full = octocat.get(deliveries + "/" + failed["id"].dump()).body;
  CHECK(full["request"]["payload"]["action"] == "opened");
  CHECK(full["response"]["payload"] == "thanks");

  receiver.answer_with(202);
  CHECK(octocat.post(deliveries + "/" + failed["id"].dump() + "/attempts", Json::object()).status == 202);
  REQUIRE(forge.sandbox->wait_idle());
  const Json again = octocat.get(deliveries).body[0];
  CHECK(again["guid"] == failed["guid"]);
  CHECK(again["redelivery"] == true);
  CHECK(again["status"] == "OK");
  CHECK(receiver.received()[1].body == receiver.received()[2].body);

  const Reply first_page = octocat.get(deliveries + "?per_page=1");
  CHECK(first_page.body.size() == 1);
  CHECK(first_page.header("Link").find("cursor=") != std::string::npos);
}

TEST_CASE("A hook that nobody answers fails and stops nothing") {
  Forge forge;
  Caller octocat = forge.as("octocat");
  const Json config{{"url", "http://127.0.0.1:1/hook"}};
  const Json id =
      octocat.post(forge.repository + "/hooks", {{"config", config}, {"events", {"issues"}}}).body["id"];
  REQUIRE(forge.sandbox->wait_idle());
  const Json delivery = octocat.get(forge.repository + "/hooks/" + id.dump() + "/deliveries").body[0];
  CHECK(delivery["status_code"] == 0);
  CHECK(delivery["status"] == "failed to connect to host");
}

TEST_CASE("A hook may ask for forms") {
  Forge forge;
  Receiver receiver;
  const Json config{{"url", receiver.url()}, {"content_type", "form"}};
  forge.as("octocat").post(forge.repository + "/hooks", {{"config", config}});
  REQUIRE(forge.sandbox->wait_idle());
  CHECK(receiver.received().at(0).body.starts_with("payload=%7B%22"));
  CHECK(receiver.received().at(0).signature.empty());
}

TEST_CASE("A push tells what it brought") {
  Forge forge;
  Receiver receiver;
  receiver.hook_to(forge, {"push", "create", "delete"});
  const std::string main = forge.main_sha();
  const std::string commit = forge.commit(main, "src/app.py", "changed\n");
  forge.branch("mlx/x", commit);
  forge.as("bot").remove(forge.repository + "/git/refs/heads/mlx/x");
  REQUIRE(forge.sandbox->wait_idle());
  CHECK(receiver.names() == std::vector<std::string>{"ping", "create", "push", "delete", "push"});
  const auto received = receiver.received();
  CHECK(received[1].payload["ref"] == "mlx/x");
  CHECK(received[1].payload["ref_type"] == "branch");
  const Json& push = received[2].payload;
  CHECK(push["before"] == std::string(40, '0'));
  CHECK(push["after"] == commit);
  CHECK(push["created"] == true);
  CHECK(push["commits"].size() == 1);
  CHECK(push["commits"][0]["modified"] == Json::array({"src/app.py"}));
  CHECK(push["head_commit"]["author"]["username"] == "mlx-bot[bot]");
  CHECK(push["repository"]["created_at"].is_number());
  CHECK(received[4].payload["deleted"] == true);
  CHECK(received[4].payload["head_commit"] == nullptr);
}

}  // namespace mlx::testing
