#include <catch2/catch.hpp>

#include "tests/sandbox/sandbox_fixture.h"

namespace mlx::testing {

TEST_CASE("Answers carry rate limit, request id and a documentation address") {
  Forge forge;
  Caller bot = forge.as("bot");
  const Reply first = bot.get(forge.repository);
  CHECK(first.header("X-RateLimit-Limit") == "5000");
  CHECK(first.header("X-GitHub-Request-Id").size() == 24);
  const Reply second = bot.get(forge.repository);
  CHECK(std::stoi(second.header("X-RateLimit-Remaining")) ==
        std::stoi(first.header("X-RateLimit-Remaining")) - 1);
  bot.get("/rate_limit");  // costs nothing
  const Json rate = bot.get("/rate_limit").body["rate"];
  CHECK(rate["remaining"] == std::stoi(second.header("X-RateLimit-Remaining")));
  const Reply unknown = bot.get("/no/such/route");
  CHECK(unknown.status == 404);
  CHECK(unknown.body == Json{{"message", "Not Found"},
                             {"documentation_url", "https://docs.github.com/rest"},
                             {"status", "404"}});
  CHECK(bot.get(forge.repository + "/issues/7").body["documentation_url"] ==
        "https://docs.github.com/rest/issues/issues#get-an-issue");
}

TEST_CASE("An unchanged answer costs nothing") {
  Forge forge;
  Caller bot = forge.as("bot");
  const Reply first = bot.get(forge.repository + "/issues");
  const std::string etag = first.header("ETag");
  REQUIRE(etag.starts_with("W/\""));
  const Reply same = bot.get(forge.repository + "/issues", {{"If-None-Match", etag}});
  CHECK(same.status == 304);
  CHECK(same.text.empty());
  CHECK(same.header("X-RateLimit-Remaining") == first.header("X-RateLimit-Remaining"));
  forge.issue();
  CHECK(bot.get(forge.repository + "/issues", {{"If-None-Match", etag}}).status == 200);
}

TEST_CASE("A body that is no JSON object is refused") {
  Forge forge;
  Caller bot = forge.as("bot");
  const Reply malformed = bot.post_text(forge.repository + "/issues", "{\"title\":");
  CHECK(malformed.status == 400);
  CHECK(malformed.body["message"] == "Problems parsing JSON");
  CHECK(bot.post_text(forge.repository + "/issues", "\"text\"").status == 400);
  CHECK(bot.post_text(forge.repository + "/issues", "\xff\xfe").status == 400);
}

TEST_CASE("A fault before the deed prevents it, one after does not") {
  Forge forge;
  Caller bot = forge.as("bot");
  const std::string comments = forge.repository + "/issues/" + std::to_string(forge.issue()) + "/comments";
  REQUIRE(forge.sandbox->add_fault({.method = "POST",
                                    .path = "/comments$",
                                    .status = 403,
                                    .headers = {{"Retry-After", "7"}},
                                    .body = R"({"message":"You have exceeded a secondary rate limit"})"}));
  const Reply before = bot.post(comments, {{"body", "one"}});
  CHECK(before.status == 403);
  CHECK(before.header("Retry-After") == "7");
  CHECK(bot.get(comments).body.empty());

  REQUIRE(forge.sandbox->add_fault(
      {.path = "/comments$", .when = Fault::When::kAfter, .status = 502, .times = 2}));
  CHECK(bot.post(comments, {{"body", "two"}}).status == 502);
  CHECK(bot.get(comments).status == 502);
  CHECK(bot.get(comments).body.size() == 1);
  CHECK_FALSE(forge.sandbox->add_fault({.path = "("}));
}

TEST_CASE("A request that meets silence ends when the sandbox does") {
  Forge forge;
  Caller bot = forge.as("bot");
  REQUIRE(forge.sandbox->add_fault({.path = "/issues$", .when = Fault::When::kSilence}));
  Caller impatient = forge.as("bot");
  impatient.http().set_read_timeout(0, 50'000);
  CHECK(impatient.get(forge.repository + "/issues").status == 0);
  CHECK(bot.get(forge.repository + "/issues").status == 200);

  REQUIRE(forge.sandbox->add_fault({.path = "/issues$", .when = Fault::When::kSilence}));
  Reply patient{.status = -1, .body = {}, .text = {}, .headers = {}};
  std::thread waiting([&] { patient = forge.as("bot").get(forge.repository + "/issues"); });
  while (forge.sandbox->requests().size() < 3) std::this_thread::yield();
  forge.sandbox->stop();
  waiting.join();
  CHECK(patient.status == 0);
}

TEST_CASE("Faults, record and idleness are there for other languages") {
  Forge forge;
  Caller bot = forge.as("bot");
  httplib::Client& http = bot.http();
  const std::string fault = R"({"method":"GET","path":"/issues$","when":"before","status":500,"times":1})";
  CHECK(http.Post("/_sandbox/faults", fault, "application/json")->status == 201);
  CHECK(http.Post("/_sandbox/faults", R"({"pth":"x"})", "application/json")->status == 422);
  CHECK(bot.get(forge.repository + "/issues").body["message"] == "Server Error");
  CHECK(http.Post("/_sandbox/faults", fault, "application/json")->status == 201);
  CHECK(http.Delete("/_sandbox/faults")->status == 204);
  CHECK(bot.get(forge.repository + "/issues?state=all").status == 200);
  CHECK(Json::parse(http.Get("/_sandbox/idle")->body)["idle"] == true);

  const Json requests = Json::parse(http.Get("/_sandbox/requests")->body);
  REQUIRE(requests.size() == 2);
  CHECK(requests[0]["status"] == 500);
  CHECK(requests[1]["path"] == "/api/v3" + forge.repository + "/issues");
  CHECK(requests[1]["query"] == Json{{"state", "all"}});
  CHECK(requests[1]["headers"]["authorization"] == "Bearer");
  CHECK(requests[1]["response"] == Json::array());
  CHECK(requests.dump().find(forge.description["token"].get<std::string>()) == std::string::npos);
}

TEST_CASE("The record file has one line for each request") {
  ProjectDirectory directory;
  SandboxOptions options;
  options.record_file = directory.path() / "record.jsonl";
  Forge forge(options);
  forge.issue("Recorded");
  forge.sandbox->stop();
  std::ifstream file(*options.record_file);
  std::string line;
  std::getline(file, line);
  const Json record = Json::parse(line);
  CHECK(record["method"] == "POST");
  CHECK(record["status"] == 201);
  CHECK(record["body"]["title"] == "Recorded");
  CHECK(record["response"]["title"] == "Recorded");
}

TEST_CASE("Writes take about a millisecond") {
  Forge forge;
  Caller bot = forge.as("bot");
  const std::string comments = forge.repository + "/issues/" + std::to_string(forge.issue()) + "/comments";
  constexpr int kCount = 100;
  const auto start = std::chrono::steady_clock::now();
  for (int count = 0; count < kCount; ++count) bot.post(comments, {{"body", "x"}});
  const auto each = (std::chrono::steady_clock::now() - start) / kCount;
  // Generous, for a busy machine; Nagle's delay alone would be 40 ms.
  CHECK(each < std::chrono::milliseconds(20));
}

}  // namespace mlx::testing
