// The whole bot, from the webhook to the answer, with its queue in a file and its own threads.
#include "bot/bot.h"

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "bot/file_beside.h"
#include "bot/queue/sqlite_queue.h"
#include "engine/io/http_client.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_registry.h"
#include "tests/support/test_sandbox.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using nlohmann::json;

namespace {

/// A queue that can be waited for.
class WatchedQueue final : public JobQueue {
 public:
  explicit WatchedQueue(std::unique_ptr<JobQueue> queue) : queue_(std::move(queue)) {}

  /// Waits until so many jobs ended in this way.
  bool wait_for(const std::string& outcome, int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return ended_[outcome] >= count; });
  }

  Result<EnqueueResult> enqueue(const Delivery& delivery, TimePoint now) override {
    auto result = queue_->enqueue(delivery, now);
    if (result) count(*result == EnqueueResult::kStored ? "stored" : "duplicate");
    if (result) count(delivery.event);
    return result;
  }
  Result<std::optional<Job>> claim(TimePoint now, TimePoint lease_until) override {
    return queue_->claim(now, lease_until);
  }
  Result<bool> hold_repository(const Job& job, std::string_view repository) override {
    return queue_->hold_repository(job, repository);
  }
  Result<void> extend(const Job& job, TimePoint lease_until) override {
    return queue_->extend(job, lease_until);
  }
  Result<void> complete(const Job& job, std::string_view outcome, TimePoint now) override {
    auto result = queue_->complete(job, outcome, now);
    count(std::string(outcome));
    return result;
  }
  Result<void> retry(const Job& job, TimePoint at, std::string_view reason) override {
    auto result = queue_->retry(job, at, reason);
    count("retried");
    return result;
  }
  Result<void> postpone(const Job& job, TimePoint at, std::string_view reason) override {
    return queue_->postpone(job, at, reason);
  }
  Result<void> bury(const Job& job, std::string_view reason, TimePoint now) override {
    auto result = queue_->bury(job, reason, now);
    count("buried");
    return result;
  }
  Result<QueueStats> stats() override { return queue_->stats(); }
  Result<std::int64_t> prune(TimePoint now) override { return queue_->prune(now); }

  int ended(const std::string& outcome) {
    const std::scoped_lock lock(mutex_);
    return ended_[outcome];
  }

 private:
  void count(const std::string& what) {
    {
      const std::scoped_lock lock(mutex_);
      ++ended_[what];
    }
    changed_.notify_all();
  }

  std::unique_ptr<JobQueue> queue_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> ended_;
};

std::map<std::string, std::string> project_with(std::map<std::string, std::string> more) {
  more.emplace("pyproject.toml", "[project]\nname = \"shop\"\ndependencies = []\n");
  more.emplace("README.md", "# Shop\n");
  return more;
}

struct World {
  TestSandbox sandbox;
  TemporaryDirectory directory;
  WatchedQueue queue{open_sqlite_queue((directory.path() / "queue.db").string()).value()};
  std::unique_ptr<HttpClient> http = make_http_client();
  std::unique_ptr<Bot> bot;
  std::string url;

  explicit World(int workers = 2, const std::string& public_url = "",
                 const std::map<std::string, std::string>& more = {}, bool is_index_blocked = false)
      : sandbox(project_with(more)) {
    if (is_index_blocked) std::filesystem::create_directories(directory.path() / "queue-index.db");
    write_files(directory.path() / "registry", registry_files(two_components()));
    const json& description = sandbox.description();
    // As `mlx registry build` would leave it.
    write_files(directory.path() / "registry",
                {{"r/web.json", "{\"name\": \"web\", \"registryDependencies\": [\"settings\"]}\n"}});
    const Settings settings{
        .host = "127.0.0.1",
        .database = (directory.path() / "queue.db").string(),
        .webhook_secrets = {Secret(description["webhook"]["secret"].get<std::string>())},
        .github_api_url = sandbox->api_url(),
        .github_credentials =
            GitHubApp{.id = std::to_string(description["app"]["id"].get<long>()),
                      .private_key = Secret(description["app"]["private_key"].get<std::string>())},
        .registry = (directory.path() / "registry").string(),
        .public_url = public_url,
        .workers = workers};
    auto made = Bot::make(settings, queue, *http, Log::to_nowhere());
    if (!made) throw std::runtime_error(to_string(made.error()));
    bot = std::move(*made);
    url = "http://127.0.0.1:" + std::to_string(bot->start().value()) + "/webhooks/github";
    hook({"issue_comment"});
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World() { CHECK(bot->drain(std::chrono::steady_clock::now() + std::chrono::seconds(20))); }

  void hook(const json& events) {
    sandbox.ask(
        "octocat", "POST", "/hooks",
        {{"name", "web"},
         {"active", true},
         {"events", events},
         {"config",
          {{"url", url}, {"content_type", "json"}, {"secret", sandbox.description()["webhook"]["secret"]}}}});
  }
};

}  // namespace

TEST_CASE("a comment on the forge becomes a pull request and an answer") {
  World world;
  const auto issue = world.sandbox.new_issue();
  const std::int64_t comment = world.sandbox.comment("writer-will", issue, "/mlx add web")["id"];
  REQUIRE(world.queue.wait_for("done", 1));
  const auto pulls = world.sandbox.pulls();
  REQUIRE(pulls.size() == 1);
  CHECK(pulls.front()["head"]["ref"] == "mlx/add/web");
  CHECK(world.sandbox.tree("mlx/add/web").contains("src/web/__init__.py"));
  CHECK(world.sandbox.replies(issue).size() == 1);
  CHECK(world.sandbox.reactions(comment) == std::vector<std::string>{"eyes", "rocket"});
  // The bot's own answer came as a delivery, too, after the hook's ping.
  REQUIRE(world.queue.wait_for("ignored", 2));
  CHECK(world.sandbox.replies(issue).size() == 1);
}

TEST_CASE("the catalogue is served, and names by address only if the bot knows its own") {
  const std::string public_url = GENERATE(as<std::string>{}, "", "https://mlx.example.com");
  World world(1, public_url);
  const std::string address = world.url.substr(0, world.url.find("/webhooks"));
  const auto get = [&](const std::string& path) { return world.http->send({.url = address + path}).value(); };
  const auto item = get("/r/web.json");
  CHECK(item.status == 200);
  CHECK(item.header("Content-Type") == "application/json");
  const std::string expected = public_url.empty() ? "settings" : public_url + "/r/settings.json";
  CHECK(json::parse(item.body)["registryDependencies"] == json{expected});
  CHECK(get("/r/none.json").status == 404);
  CHECK(get("/r/../web/component.json").status == 404);
}

TEST_CASE("two hooks and a repeated delivery are one event") {
  World world;
  world.hook({"issue_comment", "push"});
  const auto issue = world.sandbox.new_issue();
  world.sandbox.comment("writer-will", issue, "/mlx list");
  REQUIRE(world.queue.wait_for("done", 1));
  REQUIRE(world.queue.wait_for("ignored", 3));
  REQUIRE(world.sandbox->wait_idle());
  CHECK(world.queue.ended("duplicate") >= 2);

  const json hooks = world.sandbox.get("/hooks");
  const std::string deliveries =
      "/hooks/" + std::to_string(hooks[0]["id"].get<std::int64_t>()) + "/deliveries";
  for (const json& delivery : world.sandbox.get(deliveries)) {
    const std::string id = std::to_string(delivery["id"].get<std::int64_t>());
    world.sandbox.ask("octocat", "POST", fmt::format("{}/{}/attempts", deliveries, id));
  }
  REQUIRE(world.sandbox->wait_idle());
  CHECK(world.queue.ended("done") == 1);
  CHECK(world.sandbox.replies(issue).size() == 1);
}

TEST_CASE("many people ask at once, and each has one answer") {
  World world(4);
  constexpr int kPeople = 6;
  std::vector<std::int64_t> issues;
  issues.reserve(kPeople);
  for (int i = 0; i < kPeople; ++i) issues.push_back(world.sandbox.new_issue());
  for (const std::int64_t issue : issues) world.sandbox.comment("writer-will", issue, "/mlx add web");
  REQUIRE(world.queue.wait_for("done", kPeople));
  CHECK(world.sandbox.pulls().size() == 1);
  for (const std::int64_t issue : issues) CHECK(world.sandbox.replies(issue).size() == 1);
  CHECK(world.queue.ended("retried") == 0);
}

TEST_CASE("a forge that fails is tried again after a while") {
  World world;
  REQUIRE(world.sandbox->add_fault(
      {.method = "POST", .path = "/pulls$", .when = Fault::When::kAfter, .status = 500}));
  const auto issue = world.sandbox.new_issue();
  world.sandbox.comment("writer-will", issue, "/mlx add web");
  REQUIRE(world.queue.wait_for("done", 1));
  CHECK(world.queue.ended("retried") == 1);
  CHECK(world.sandbox.pulls().size() == 1);
  CHECK(world.sandbox.replies(issue).size() == 1);
}

TEST_CASE("what is refused and what is given up are told apart in the queue") {
  World world;
  const auto issue = world.sandbox.new_issue();
  world.sandbox.comment("stranger-sam", issue, "/mlx add web");
  REQUIRE(world.queue.wait_for("refused", 1));
  CHECK(world.sandbox.replies(issue).size() == 1);
  REQUIRE(world.sandbox->add_fault(
      {.path = "/(reactions|comments/[0-9]+|installations/.*)$", .status = 401, .times = 100}));
  world.sandbox.comment("writer-will", issue, "/mlx add web");
  REQUIRE(world.queue.wait_for("buried", 1));
  CHECK(world.queue.stats()->dead == 1);
  CHECK(world.sandbox.pulls().empty());
  world.sandbox->clear_faults();
}

TEST_CASE("what a repository's schedule asks for comes to the queue by itself") {
  World world(1, "", {{"mlx.toml", "[bot]\nupdate = { schedule = \"@hourly\" }\n"}});
  CHECK(world.queue.wait_for("mlx-schedule", 1));
}

TEST_CASE("what is kept beside the queue is named after it, and nowhere if the queue is no file") {
  CHECK(file_beside("/var/lib/mlx.db", "index") == "/var/lib/mlx-index.db");
  CHECK(file_beside("queue", "advice") == "queue-advice");
  CHECK(file_beside("", "index").empty());
  CHECK(file_beside("postgresql://bot@host/mlx", "index").empty());
  const World world;
  CHECK(std::filesystem::exists(world.directory.path() / "queue-index.db"));
}

TEST_CASE("a bot works where nothing can be kept beside the queue") {
  World world(2, "", {}, true);
  world.sandbox.comment("writer-will", world.sandbox.new_issue(), "/mlx status");
  CHECK(world.queue.wait_for("done", 1));
}
