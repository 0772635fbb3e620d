// Kills the bot at every effect of a job, before and after it, starts it again, and looks at
// what a user then sees: exactly one pull request, one branch, one commit, one answer; nothing lost.

#include <httplib.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "engine/index/memory_snapshot.h"
#include "engine/plan/add.h"
#include "sandbox/sandbox.h"
#include "tests/bot/crash/child_bot.h"
#include "tests/support/registry_builder.h"
#include "tests/support/temporary_directory.h"

namespace {

using namespace std::chrono_literals;
using mlx::Sandbox;
using nlohmann::json;

constexpr const char* kSecret = "a-secret-for-the-crash-sweep";
constexpr const char* kProject =
    "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.11\"\n";
constexpr const char* kPlatform = "[components.web]\npaths = [\"src/web\"]\nversion = \"1.0.0\"\n";

/// Looks until something holds; the deadline is only there so that a broken bot ends the test.
bool eventually(const std::function<bool()>& holds) {
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (std::chrono::steady_clock::now() < deadline) {
    if (holds()) return true;
    std::this_thread::sleep_for(2ms);
  }
  return false;
}

using Files = std::map<std::string, std::string>;

void write_all(const std::filesystem::path& directory, const Files& files) {
  for (const auto& [path, text] : files) {
    std::filesystem::create_directories((directory / path).parent_path());
    std::ofstream(directory / path) << text;
  }
}

/// A forge with one repository, and what a user does and sees there.
class Story {
 public:
  explicit Story(const Files& project, const Files& registry = {}) {
    write_all(directory_.path(), project);
    if (!registry.empty()) write_all(registry_.path(), registry);
    has_registry_ = !registry.empty();
    auto sandbox =
        Sandbox::start({.project = directory_.path(), .name = "shop", .record_file = record_file()});
    REQUIRE(sandbox);
    sandbox_ = std::move(*sandbox);
    description_ = sandbox_->description();
    client_ = std::make_unique<httplib::Client>("http://" + sandbox_->address());
    client_->set_default_headers(
        {{"Authorization", "Bearer " + description_["users"]["octocat"]["token"].get<std::string>()}});
  }
  Story(const Story&) = delete;
  Story& operator=(const Story&) = delete;
  virtual ~Story() = default;

  /// What the user does, once the bot listens.
  virtual void act() = 0;
  /// Exactly what one undisturbed run leaves.
  virtual void check_outcome() = 0;

  [[nodiscard]] ChildBotOptions bot(std::string fuse) const {
    return {.port = port_,
            .database = directory_.path() / "queue.db",
            .api_url = sandbox_->api_url(),
            .token = description_["token"].get<std::string>(),
            .secret = kSecret,
            .fuse = std::move(fuse),
            .registry = has_registry_ ? registry_.path().string() : "builtin"};
  }

  void connect_webhook(int port) {
    port_ = port;
    send("POST", "/hooks",
         {{"name", "web"},
          {"events", {"issue_comment", "push", "pull_request"}},
          {"config",
           {{"url", "http://127.0.0.1:" + std::to_string(port) + "/webhooks/github"},
            {"content_type", "json"},
            {"secret", kSecret}}}});
  }

  /// What an administrator does with deliveries that found nobody.
  void redeliver_failed() {
    REQUIRE(sandbox_->wait_idle());
    for (const json& hook : get("/hooks")) {
      const std::string deliveries =
          "/hooks/" + std::to_string(hook["id"].get<std::int64_t>()) + "/deliveries";
      for (const json& delivery : get(deliveries + "?per_page=100")) {
        const int status = delivery["status_code"].get<int>();
        if (status >= 200 && status < 300) continue;
        send("POST", deliveries + "/" + std::to_string(delivery["id"].get<std::int64_t>()) + "/attempts",
             json::object());
      }
    }
    REQUIRE(sandbox_->wait_idle());
  }

  [[nodiscard]] bool is_settled() {
    if (!sandbox_->wait_idle()) return false;
    httplib::Client bot("127.0.0.1", port_);
    const auto metrics = bot.Get("/metrics");
    if (!metrics) return false;
    has_dead_jobs_ = metrics->body.find("mlx_queue_jobs{state=\"dead\"} 0\n") == std::string::npos;
    return metrics->body.find("mlx_queue_jobs{state=\"waiting\"} 0\n") != std::string::npos &&
           metrics->body.find("mlx_queue_jobs{state=\"running\"} 0\n") != std::string::npos &&
           reaction("rocket") == 1;
  }

  [[nodiscard]] int reaction(const std::string& name) {
    return get("/issues/comments/" + std::to_string(comment_))["reactions"][name].get<int>();
  }

  [[nodiscard]] int port() const { return port_; }

 protected:
  void comment(const std::string& body) {
    comment_ = send("POST", "/issues/1/comments", {{"body", body}})["id"].get<std::int64_t>();
  }

  /// The bot's comments, in their order.
  std::vector<std::string> answers() {
    std::vector<std::string> bodies;
    for (const json& comment : get("/issues/1/comments"))
      if (comment["user"]["login"] == description_["bot_login"]) bodies.push_back(comment["body"]);
    return bodies;
  }

  void check_reactions() {
    CHECK(reaction("eyes") == 1);
    CHECK(reaction("rocket") == 1);
    CHECK(reaction("confused") == 0);
    CHECK_FALSE(has_dead_jobs_);
  }

  json get(const std::string& path) {
    const auto answer = client_->Get("/api/v3/repos/octo-team/shop" + path);
    REQUIRE(answer);
    REQUIRE(answer->status == 200);
    return json::parse(answer->body);
  }

  json send(const std::string& method, const std::string& path, const json& body) {
    httplib::Request request;
    request.method = method;
    request.path = "/api/v3/repos/octo-team/shop" + path;
    request.body = body.dump();
    request.headers = {{"Content-Type", "application/json"}};
    const auto answer = client_->send(request);
    REQUIRE(answer);
    REQUIRE(answer->status < 300);
    return answer->body.empty() ? json() : json::parse(answer->body);
  }

 private:
  [[nodiscard]] std::optional<std::filesystem::path> record_file() const {
    const char* directory = std::getenv("MLX_SANDBOX_RECORD_DIR");  // NOLINT(concurrency-mt-unsafe)
    if (directory == nullptr) return std::nullopt;
    return std::filesystem::path(directory) / ("crash-" + directory_.path().filename().string() + ".jsonl");
  }

  TemporaryDirectory directory_;
  TemporaryDirectory registry_;
  bool has_registry_ = false;
  std::unique_ptr<Sandbox> sandbox_;
  json description_;
  std::unique_ptr<httplib::Client> client_;
  int port_ = 0;
  std::int64_t comment_ = 0;
  bool has_dead_jobs_ = false;
};

/// Somebody asks for a component.
class AddStory final : public Story {
 public:
  AddStory() : Story({{"pyproject.toml", kProject}}) {}

  void act() override {
    send("POST", "/issues", {{"title", "Serve it"}});
    comment("/mlx add api-serving");
  }

  void check_outcome() override {
    const json pulls = get("/pulls?state=all");
    REQUIRE(pulls.size() == 1);
    CHECK(pulls[0]["title"] == "Add api-serving");
    CHECK(pulls[0]["state"] == "open");
    CHECK(pulls[0]["head"]["ref"] == "mlx/add/api-serving");
    CHECK(get("/branches").size() == 2);
    const json comparison = get("/compare/main...mlx%2Fadd%2Fapi-serving");
    CHECK(comparison["ahead_by"] == 1);
    CHECK(comparison["files"].size() > 40);
    const auto replies = answers();
    REQUIRE(replies.size() == 1);
    const auto number = std::to_string(pulls[0]["number"].get<int>());
    CHECK(replies[0].find("#" + number + " adds") != std::string::npos);
    check_reactions();
  }
};

/// Somebody opens a pull request on a platform, and asks for its catalogue.
class PlatformStory final : public Story {
 public:
  PlatformStory()
      : Story({{"pyproject.toml", kProject},
               {"mlx.toml", kPlatform},
               {"src/web/__init__.py", "PORT = 8080\n"},
               {"mlx-components/README.md", "What `mlx extract` makes.\n"}}) {}

  void act() override {
    const json main = get("/branches/main")["commit"]["sha"];
    const json entry = {{"path", "src/web/__init__.py"},
                        {"mode", "100644"},
                        {"type", "blob"},
                        {"content", "PORT = 8080\nHOST = \"\"\n"}};
    const json tree = send("POST", "/git/trees", {{"base_tree", main}, {"tree", {entry}}})["sha"];
    const json commit =
        send("POST", "/git/commits", {{"message", "Add a host"}, {"tree", tree}, {"parents", {main}}})["sha"];
    send("POST", "/git/refs", {{"ref", "refs/heads/feature"}, {"sha", commit}});
    send("POST", "/pulls", {{"title", "Add a host"}, {"head", "feature"}, {"base", "main"}});
    comment("/mlx extract");
  }

  void check_outcome() override {
    CHECK(get("/pulls?state=all").size() == 1);
    CHECK(get("/branches").size() == 2);
    const json comparison = get("/compare/main...feature");
    REQUIRE(comparison["ahead_by"] == 2);
    const json& commit = comparison["commits"][1];
    CHECK(commit["commit"]["message"].get<std::string>().starts_with("Bring the component catalogue"));
    const auto head = commit["sha"].get<std::string>();
    const auto replies = answers();
    REQUIRE(replies.size() == 2);
    // The one on the pull request and the one to the command, in whichever order they came about.
    const bool is_changes_first = replies[0].starts_with("<!-- mlx:changes");
    const std::string& changes = replies[is_changes_first ? 0 : 1];
    const std::string& answer = replies[is_changes_first ? 1 : 0];
    CHECK(changes.find("symbol `web.HOST` added") != std::string::npos);
    CHECK(changes.find("The catalogue is what the source says") != std::string::npos);
    CHECK(changes.find("As of `" + head.substr(0, 10)) != std::string::npos);
    CHECK(answer.find(head + " brings the catalogue on `feature` up to date") != std::string::npos);
    check_reactions();
  }
};

mlx::test::TestComponent tool(const std::string& version, const std::string& text) {
  return {.name = "tool",
          .version = version,
          .files = {{.target = "src/tool.py", .text = text}},
          .modules = {"src.tool"}};
}
const std::string kOldTool = "LIMIT = 1\n\n\ndef work() -> int:\n    return 1\n";
const std::string kNewTool = "LIMIT = 2\n\n\ndef work() -> float:\n    return 1\n";
const std::string kOurTool = "LIMIT = 9\n\n\ndef work() -> int:\n    return 1\n";

/// A project that has the old tool, as its user changed it.
Files project_with_tool() {
  Files project = {{"pyproject.toml", kProject}};
  const mlx::test::TestRegistry registry{tool("1.0.0", kOldTool)};
  const auto plan = mlx::plan_add({.components = {"tool"}}, registry.get(), mlx::MemorySnapshot(project));
  REQUIRE(plan);
  for (const mlx::FileChange& change : plan->files) project[change.path.str()] = change.after.value();
  project["src/tool.py"] = kOurTool;
  return project;
}

/// Somebody asks for updates: a draft with a conflict, suggestions, a label, and the dashboard.
class UpdateStory final : public Story {
 public:
  UpdateStory()
      : Story(project_with_tool(),
              mlx::test::built_registry({tool("1.0.0", kOldTool), tool("1.1.0", kNewTool)})) {}

  void act() override {
    send("POST", "/issues", {{"title", "What is new?"}});
    comment("/mlx update");
  }

  void check_outcome() override {
    const json pulls = get("/pulls?state=all");
    REQUIRE(pulls.size() == 1);
    CHECK(pulls[0]["title"] == "Update tool 1.0.0 → 1.1.0");
    CHECK(pulls[0]["draft"] == true);
    REQUIRE(pulls[0]["labels"].size() == 1);
    CHECK(pulls[0]["labels"][0]["name"] == "mlx");
    CHECK(get("/branches").size() == 2);
    CHECK(get("/compare/main...mlx%2Fupdate%2Ftool")["ahead_by"] == 1);
    const auto number = std::to_string(pulls[0]["number"].get<int>());
    CHECK(get("/pulls/" + number + "/reviews").size() == 1);
    CHECK(get("/pulls/" + number + "/comments").size() == 1);
    int dashboards = 0;
    for (const json& issue : get("/issues?state=all")) {
      if (issue["title"] == "MLX: updates of components") ++dashboards;
    }
    CHECK(dashboards == 1);
    const auto replies = answers();
    REQUIRE(replies.size() == 1);
    CHECK(replies[0].find("#" + number + " brings tool 1.0.0 → 1.1.0") != std::string::npos);
    check_reactions();
  }
};

/// How many effects an undisturbed run has.
template <typename ThisStory>
long count_effects() {
  ThisStory story;
  ChildBot bot(story.bot("none"));
  REQUIRE(bot.port() > 0);
  story.connect_webhook(bot.port());
  story.act();
  REQUIRE(eventually([&] { return story.is_settled(); }));
  story.check_outcome();
  return bot.stop();
}

/// True if the bot died on the way, as it was told to. In any case it is killed in the end,
/// and a second life finishes what is left.
template <typename ThisStory>
bool run_with_fuse(const std::string& fuse) {
  ThisStory story;
  bool has_died = false;
  {
    ChildBot bot(story.bot(fuse));
    REQUIRE(bot.port() > 0);
    story.connect_webhook(bot.port());
    story.act();
    REQUIRE(eventually([&] { return bot.is_dead() || story.is_settled(); }));
    has_died = bot.is_dead();
  }
  // A lease lasts a minute: the clock of the second life is two minutes ahead.
  ChildBotOptions second = story.bot("none");
  second.clock_offset_seconds = 120;
  ChildBot bot(second);
  REQUIRE(bot.port() == story.port());
  story.redeliver_failed();
  REQUIRE(eventually([&] { return story.is_settled(); }));
  story.check_outcome();
  return has_died;
}

template <typename ThisStory>
void sweep() {
  const long effects = count_effects<ThisStory>();
  REQUIRE(effects > 20);
  long deaths = 0;
  for (long number = 1; number <= effects; ++number) {
    for (const char* when : {"before", "after"}) {
      const std::string fuse = std::string(when) + ":" + std::to_string(number);
      CAPTURE(fuse);
      deaths += run_with_fuse<ThisStory>(fuse) ? 1 : 0;
    }
  }
  WARN("killed " << deaths << " times at " << effects << " effects");
  CHECK(deaths >= effects);
}

}  // namespace

TEST_CASE("the bot may be killed at any effect of a job and leaves what one run leaves") {
  sweep<AddStory>();
}

TEST_CASE("so may it on a pull request of a platform") { sweep<PlatformStory>(); }

TEST_CASE("so may it while it makes an update") { sweep<UpdateStory>(); }
