// What the bot does on the pull requests of a platform, read back through the API and from git.
#include <catch2/catch.hpp>

#include "tests/bot/run/run_world.h"
#include "tests/support/test_platform.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Contains;
using nlohmann::json;

namespace {

using Strings = std::vector<std::string>;

constexpr const char* kSource = "src/web/__init__.py";
constexpr const char* kMore = "\n\ndef more() -> None: ...\n";

/// A platform with a pull request from `feature`.
struct Platform : World {
  explicit Platform(PlatformFiles files = with_catalogue(two_component_platform()))
      : World(files), platform(std::move(files)) {}

  /// Commits to `feature`, and opens the pull request if there is none.
  void push(const std::map<std::string, json>& files) {
    sandbox.commit("writer-will", "feature", files);
    if (pull == 0) {
      pull = sandbox.ask("writer-will", "POST", "/pulls",
                         {{"title", "Change it"}, {"head", "feature"}, {"base", "main"}})["number"];
    }
  }
  void push_source(const std::string& text = kMore) { push({{kSource, platform.at(kSource) + text}}); }

  RunOutcome look(const std::string& action = "synchronize") {
    const auto outcome = run_pull_request(pull, action);
    if (!outcome) FAIL(to_string(outcome.error()));
    return *outcome;
  }

  /// The bot's one comment on the pull request that begins with this.
  std::string comment_of(const std::string& marker) {
    Strings found;
    for (const std::string& body : sandbox.replies(pull))
      if (body.starts_with(marker)) found.push_back(body);
    REQUIRE(found.size() == 1);
    return found.front();
  }
  std::string changes() { return comment_of("<!-- mlx:changes"); }
  std::string reply() { return comment_of("<!-- mlx:reply"); }

  RunOutcome extract(const std::string& user = "writer-will", const std::string& line = "/mlx extract") {
    issue = pull;
    write_again(user, line);
    const auto outcome = run();
    if (!outcome) FAIL(to_string(outcome.error()));
    return *outcome;
  }

  /// The tree that has the right catalogue.
  [[nodiscard]] GitTree head() const { return sandbox.tree("feature"); }
  [[nodiscard]] std::string head_sha() const { return sandbox.branches().at("feature"); }

  PlatformFiles platform;
  std::int64_t pull = 0;
};

void replace(std::string& text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

/// Answers as if the pull request came from a fork.
void come_from_fork(Platform& world) {
  world.http.after = [](const HttpRequest& request, HttpResponse& answer) {
    if (request.method != "GET" || request.url.find("/pulls/") == std::string::npos) return;
    json pull = json::parse(answer.body);
    pull["head"]["repo"]["id"] = 1;
    answer.body = pull.dump();
  };
}

}  // namespace

TEST_CASE("a pull request that changes a component gets one comment") {
  Platform world;
  world.push_source();
  const std::string action = GENERATE(as<std::string>{}, "opened", "reopened", "synchronize");
  CHECK(world.look(action) == RunOutcome::kDone);
  const std::string comment = world.changes();
  CHECK_THAT(comment, Contains("| `web` | 1 file changed, 1 symbol added | 1.0.0 → **1.1.0** |"));
  CHECK_THAT(comment, Contains("- symbol `src.web.more` added"));
  CHECK_THAT(comment, !Contains("`settings`") && !Contains("⚠️"));
  CHECK_THAT(comment, Contains("/mlx extract"));
  CHECK(world.look(action) == RunOutcome::kDone);
  CHECK(world.changes() == comment);
  CHECK(world.sandbox.replies(world.pull).size() == 1);
}

TEST_CASE("the comment follows the pull request") {
  Platform world;
  world.push_source();
  world.look("opened");
  std::string broken = world.platform.at(kSource);
  replace(broken, "/health", "/healthz");
  world.push({{kSource, broken}});
  world.look();
  CHECK_THAT(world.changes(),
             Contains("⚠️ route `GET /health` removed") && Contains("**2.0.0**") && !Contains("src.web.more"));
  world.push({{kSource, world.platform.at(kSource)}});
  CHECK(world.look() == RunOutcome::kIgnored);
  CHECK_THAT(world.changes(), Contains("changes no component"));
  world.push_source();
  world.look();
  CHECK_THAT(world.changes(), Contains("src.web.more"));
}

TEST_CASE("a pull request that changes no component gets no comment") {
  Platform world;
  world.push({{"README.md", "# Platform\n"}});
  CHECK(world.look("opened") == RunOutcome::kIgnored);
  CHECK(world.sandbox.replies(world.pull).empty());
}

TEST_CASE("what main has done meanwhile is not the pull request's doing") {
  Platform world;
  world.push({{"README.md", "# Platform\n"}});
  world.sandbox.commit("octocat", "main", {{kSource, world.platform.at(kSource) + kMore}});
  CHECK(world.look() == RunOutcome::kIgnored);
  CHECK(world.sandbox.replies(world.pull).empty());
}

TEST_CASE("components that come and go are told") {
  Platform world;
  std::string configuration = world.platform.at("mlx.toml");
  SECTION("one more") {
    world.push({{"mlx.toml", configuration + "\n[components.jobs]\npaths = [\"src/jobs\"]\n"},
                {"src/jobs/__init__.py", "def run() -> None: ...\n"}});
    world.look();
    CHECK_THAT(world.changes(), Contains("| `jobs` | new: 1 file | 1.0.0 |"));
  }
  SECTION("one less") {
    configuration.resize(configuration.find("\n[components.web]"));
    world.push({{"mlx.toml", configuration}, {kSource, nullptr}});
    world.look();
    CHECK_THAT(world.changes(), Contains("| `web` | ⚠️ removed | 1.0.0 → none |") && Contains("--prune"));
  }
}

TEST_CASE("a catalogue that was edited by hand is told, though no component changed") {
  Platform world;
  world.push({{"mlx-components/web/component.json", "{}\n"}});
  CHECK(world.look() == RunOutcome::kDone);
  CHECK_THAT(world.changes(),
             Contains("changes no component, but the catalogue") && Contains("/mlx extract"));
}

TEST_CASE("a catalogue that was wrong before is not laid at a pull request's door") {
  auto files = with_catalogue(two_component_platform());
  files["mlx-components/web/templates/src/web/__init__.py"] = "wrong = True\n";
  Platform world(files);
  world.push({{"README.md", "# Platform\n"}});
  CHECK(world.look() == RunOutcome::kIgnored);
  CHECK(world.sandbox.replies(world.pull).empty());
}

TEST_CASE("a configuration that cannot be read is told, with the place") {
  Platform world;
  world.push({{"mlx.toml", "components = 3\n"}});
  CHECK(world.look() == RunOutcome::kDone);
  CHECK_THAT(world.changes(), Contains("`mlx.toml:1:"));
  CHECK(world.extract() == RunOutcome::kRefused);
  CHECK_THAT(world.reply(), Contains("`mlx.toml:1:"));
}

TEST_CASE("repositories that are no platforms are left alone") {
  auto files = two_component_platform();
  SECTION("without a catalogue") {}
  SECTION("with a catalogue that is a file") { files["mlx-components"] = "none\n"; }
  SECTION("without components") {
    files = {{"pyproject.toml", kPyProject}, {"mlx-components/README.md", "Mine.\n"}, {kSource, ""}};
  }
  Platform world(files);
  world.push_source();
  CHECK(world.look("opened") == RunOutcome::kIgnored);
  CHECK(world.sandbox.replies(world.pull).empty());
  CHECK(world.extract() == RunOutcome::kRefused);
  CHECK_THAT(world.reply(), Contains("no platform") && Contains("mlx extract"));
}

TEST_CASE("a pull request that is closed meanwhile is left alone") {
  Platform world;
  world.push_source();
  world.sandbox.ask("writer-will", "PATCH", "/pulls/" + std::to_string(world.pull), {{"state", "closed"}});
  CHECK(world.look("opened") == RunOutcome::kIgnored);
  CHECK(world.sandbox.replies(world.pull).empty());
  const std::string head = world.head_sha();
  CHECK(world.extract() == RunOutcome::kRefused);
  CHECK(world.head_sha() == head);
}

TEST_CASE("what did not change is neither fetched nor read again") {
  Platform world;
  world.push_source();
  world.look("opened");
  Strings fetched;
  world.http.before = [&](const HttpRequest& request) {
    if (request.url.find("/git/blobs/") != std::string::npos) fetched.push_back(request.url);
  };
  world.look();
  CHECK(fetched.empty());
  world.push_source("\n\ndef other() -> None: ...\n");
  world.look();
  // What its patch makes of a file is not asked for either.
  CHECK(fetched.empty());
}

TEST_CASE("extract brings the catalogue up to date in one commit, with the versions that follow") {
  Platform world;
  world.push_source();
  const std::string before = world.head_sha();
  CHECK(world.extract() == RunOutcome::kDone);
  CHECK(world.sandbox.git("log --format=%P -1 feature") == before + "\n");
  const GitTree tree = world.head();
  std::string configuration = world.platform.at("mlx.toml");
  replace(configuration, "'1.0.0'", "'1.1.0'");
  CHECK(tree.at("mlx.toml").text == configuration);
  PlatformFiles expected;
  for (const auto& [path, file] : tree) {
    if (!path.starts_with("mlx-components/")) expected[path] = file.text;
  }
  expected["mlx-components/r/web@1.0.0.json"] = world.platform.at("mlx-components/r/web@1.0.0.json");
  expected = with_catalogue(expected);
  PlatformFiles found;
  for (const auto& [path, file] : tree) found[path] = file.text;
  CHECK(found == expected);

  const json commit = world.sandbox.get("/commits/" + world.head_sha());
  CHECK(commit["author"]["login"] == world.sandbox.bot_login());
  CHECK(commit["commit"]["verification"]["verified"] == true);
  CHECK_THAT(commit["commit"]["message"].get<std::string>(), Contains("- web 1.0.0 becomes 1.1.0"));
  CHECK_THAT(world.reply(),
             Contains("🚀 `/mlx extract`") && Contains(world.head_sha()) && Contains("`web` 1.0.0 → 1.1.0"));
  CHECK(world.sandbox.reactions(world.comment) == kSucceeded);
  CHECK(world.look() == RunOutcome::kDone);
  CHECK_THAT(world.changes(), Contains("The catalogue is what the source says") && Contains("**1.1.0**"));
}

TEST_CASE("an extract that is delivered twice commits once, and answers the same") {
  Platform world;
  world.push_source();
  world.extract();
  const std::string head = world.head_sha();
  const std::string reply = world.reply();
  CHECK(world.run() == RunOutcome::kDone);
  CHECK(world.head_sha() == head);
  CHECK(world.reply() == reply);
  SECTION("asked again, there is nothing to do") {
    world.write_again("writer-will", "/mlx extract");
    CHECK(world.run() == RunOutcome::kDone);
    CHECK_THAT(world.sandbox.replies(world.pull).back(), Contains("nothing to do"));
    CHECK(world.head_sha() == head);
  }
  SECTION("after a commit of somebody else's, that one is what counts") {
    world.push_source("\n\ndef third() -> None: ...\n");
    CHECK(world.run() == RunOutcome::kDone);
    CHECK_FALSE(world.sandbox.git("log --format=%an -1 feature").empty());
    CHECK(world.sandbox.git("rev-list --count main..feature") == "4\n");
  }
}

TEST_CASE("extract has its refusals, each with a reason") {
  Platform world;
  world.push_source();
  const std::string head = world.head_sha();
  SECTION("without write access") {
    const std::string user = GENERATE(as<std::string>{}, "triage-tom", "reader-rita", "stranger-sam");
    CHECK(world.extract(user) == RunOutcome::kRefused);
    CHECK_THAT(world.reply(), Contains("write access"));
  }
  SECTION("on an issue") {
    CHECK(world.say("writer-will", "/mlx extract") == RunOutcome::kRefused);
    CHECK_THAT(world.sandbox.replies(world.issue).front(), Contains("This is an issue"));
    return;
  }
  SECTION("on a branch in a fork") {
    come_from_fork(world);
    CHECK(world.extract() == RunOutcome::kRefused);
    CHECK_THAT(world.reply(), Contains("fork") && Contains("mlx extract --bump"));
    world.look();
    CHECK_THAT(world.changes(), Contains("I cannot push to a fork"));
  }
  SECTION("with an option that it has not") {
    CHECK(world.extract("writer-will", "/mlx extract --force") == RunOutcome::kRefused);
    CHECK_THAT(world.reply(), Contains("`--prune`"));
  }
  SECTION("while something is wrong with the source") {
    std::string configuration = world.platform.at("mlx.toml");
    replace(configuration, "src/settings", "src/nowhere");
    world.push({{"mlx.toml", configuration}});
    const std::string moved = world.head_sha();
    CHECK(world.extract() == RunOutcome::kRefused);
    CHECK_THAT(world.reply(), Contains("something is in the way") && Contains("paths of `settings`"));
    CHECK(world.head_sha() == moved);
    return;
  }
  CHECK(world.sandbox.reactions(world.comment) == kRefused);
  CHECK(world.head_sha() == head);
}

TEST_CASE("a component that is gone leaves the catalogue when that is asked for") {
  Platform world;
  std::string configuration = world.platform.at("mlx.toml");
  configuration.resize(configuration.find("\n[components.web]"));
  world.push({{"mlx.toml", configuration}, {kSource, nullptr}});
  CHECK(world.extract() == RunOutcome::kRefused);
  CHECK(world.head().contains("mlx-components/web/component.json"));
  world.write_again("writer-will", "/mlx extract --prune");
  CHECK(world.run() == RunOutcome::kDone);
  CHECK_FALSE(world.head().contains("mlx-components/web/component.json"));
  CHECK(world.head().contains("mlx-components/r/web@1.0.0.json"));
}

TEST_CASE("somebody who pushes meanwhile is not overwritten") {
  Platform world;
  world.push_source();
  std::string foreign;
  // Before the head is compared, and in the moment after that.
  const std::string moment = GENERATE(as<std::string>{}, "/git/commits", "/git/refs/heads/");
  world.http.before = [&](const HttpRequest& request) {
    const bool is_write = request.method == "POST" || request.method == "PATCH";
    if (!is_write || request.url.find(moment) == std::string::npos || !foreign.empty()) return;
    foreign = world.sandbox.commit("octocat", "feature", {{"NOTES.md", "mine\n"}});
  };
  world.issue = world.pull;
  world.write_again("writer-will", "/mlx extract");
  const auto outcome = world.run();
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == ErrorCode::kConflict);
  CHECK(world.head_sha() == foreign);
  CHECK(world.run() == RunOutcome::kDone);
  CHECK(world.sandbox.git("log --format=%P -1 feature") == foreign + "\n");
  CHECK(world.head().contains("NOTES.md"));
  CHECK_THAT(world.reply(), Contains(world.head_sha()));
}

TEST_CASE("a forge that fails leaves nothing half done") {
  Platform world;
  world.push_source();
  int requests = 0;
  world.http.before = [&](const HttpRequest&) { ++requests; };
  world.issue = world.pull;
  world.write_again("writer-will", "/mlx extract");
  REQUIRE(world.run());
  REQUIRE(world.look() == RunOutcome::kDone);
  REQUIRE(requests > 20);

  // A third of the requests of both jobs, each failing once, before or after it has had its effect; the crash
  // sweep takes them all.
  for (int which = 1; which <= requests; which += 3) {
    for (const Fault::When when : {Fault::When::kBefore, Fault::When::kAfter}) {
      Platform other;
      other.push_source();
      other.issue = other.pull;
      other.write_again("writer-will", "/mlx extract");
      int count = 0;
      other.http.before = [&](const HttpRequest& request) {
        if (++count != which) return;
        UNSCOPED_INFO("request " << which << ": " << request.method << " " << request.url);
        REQUIRE(other.sandbox->add_fault({.when = when, .status = 500}));
      };
      if (!other.run()) CHECK(other.run() == RunOutcome::kDone);
      if (!other.run_pull_request(other.pull)) CHECK(other.look() == RunOutcome::kDone);
      CHECK(other.sandbox.git("rev-list --count main..feature") == "2\n");
      CHECK_THAT(other.reply(), Contains("brings the catalogue on `feature` up to date"));
      CHECK_THAT(other.changes(), Contains("The catalogue is what the source says"));
    }
  }
}
