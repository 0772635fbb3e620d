#include "bot/core/handlers.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"
#include "tests/support/test_platform.h"
#include "tests/support/test_registry.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;

namespace {

constexpr const char* kPyProject =
    "[project]\nname = \"shop\"\nrequires-python = \">=3.11\"\ndependencies = []\n\n[tool.uv]\npackage = "
    "false\n";

/// A snapshot whose forge does not answer.
class Unreachable final : public Snapshot {
 public:
  explicit Unreachable(ErrorCode code) : code_(code) {}
  [[nodiscard]] Result<EntryKind> kind(const RepoPath&) const override { return fail(code_, "no answer"); }
  [[nodiscard]] Result<std::string> read(const RepoPath&) const override { return fail(code_, "no answer"); }
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view) const override {
    return fail(code_, "no answer");
  }

 private:
  ErrorCode code_;
};

struct World {
  std::map<std::string, std::string> project = {{"pyproject.toml", kPyProject}, {"README.md", "# Shop\n"}};
  MemorySnapshot catalogue{registry_files(two_components())};
  Registry registry = Registry::open(catalogue, "test").value();

  [[nodiscard]] Result<Outcome> run(const std::string& line, const Snapshot& snapshot) const {
    const auto commands = parse_commands(line, "/mlx");
    REQUIRE(commands.size() == 1);
    return handle(
        commands.front(),
        {.project = snapshot, .registry = registry, .base_branch = "main", .issue = 7, .sender = "octocat"});
  }

  [[nodiscard]] Outcome run(const std::string& line) const {
    auto outcome = run(line, MemorySnapshot(project));
    REQUIRE(outcome);
    return std::move(*outcome);
  }

  /// As merging the pull request would.
  void apply(const ChangePlan& plan) {
    for (const FileChange& file : plan.files) {
      if (file.after) project[file.path.str()] = *file.after;
    }
  }
};

std::vector<std::string> paths_of(const ChangePlan& plan) {
  std::vector<std::string> paths;
  paths.reserve(plan.files.size());
  for (const FileChange& file : plan.files) paths.push_back(file.path.str());
  return paths;
}

AddCommand add(std::vector<std::string> names, bool overwrite = false) {
  return {.components = std::move(names), .overwrite = overwrite};
}

}  // namespace

TEST_CASE("adding proposes a change with what is required") {
  World world;
  const Outcome outcome = world.run("/mlx add web");
  CHECK(outcome.succeeded);
  CHECK(outcome.answer.empty());
  REQUIRE(outcome.proposal);
  const Proposal& proposal = *outcome.proposal;
  CHECK(proposal.branch == "mlx/add/web");
  CHECK(proposal.title == "Add web");
  CHECK(proposal.commit_message == "Add web\n\n- settings 2.0.1, required by web\n- web 1.2.0\n");
  CHECK(paths_of(proposal.plan) == std::vector<std::string>{".env.example", "mlx.lock", "pyproject.toml",
                                                            "src/__init__.py", "src/settings/__init__.py",
                                                            "src/web/__init__.py", "tests/test_web.py"});
  CHECK_FALSE(proposal.plan.is_blocked());
}

TEST_CASE("adding what is there is answered, and proposes nothing") {
  World world;
  world.apply(world.run("/mlx add web").proposal->plan);
  const Outcome again = world.run("/mlx add web");
  CHECK(again.succeeded);
  CHECK_FALSE(again.proposal);
  CHECK_THAT(again.answer, Catch::Contains("web 1.2.0"));
}

TEST_CASE("what is in the way of a file blocks the proposal, unless it may be overwritten") {
  World world;
  world.project["src/__init__.py"] = "";
  world.project["src/web/__init__.py"] = "mine = True\n";
  const Outcome blocked = world.run("/mlx add web");
  CHECK_FALSE(blocked.succeeded);
  CHECK_FALSE(blocked.proposal);
  CHECK_THAT(blocked.answer, Catch::Contains("src/web/"));

  const Outcome overwritten = world.run("/mlx add web --overwrite");
  REQUIRE(overwritten.proposal);
  CHECK(overwritten.proposal->branch == "mlx/add/web-overwrite");
  const auto& files = overwritten.proposal->plan.files;
  const auto file =
      std::ranges::find(files, "src/web/__init__.py", [](const FileChange& f) { return f.path.str(); });
  REQUIRE(file != files.end());
  CHECK(file->before == "mine = True\n");
  CHECK(file->after == "from src.settings import PORT\n");
}

TEST_CASE("what the user can mend is an answer") {
  World world;
  SECTION("an unknown component") {
    const Outcome outcome = world.run("/mlx add settngs");
    CHECK_FALSE(outcome.succeeded);
    CHECK_FALSE(outcome.proposal);
    CHECK_THAT(outcome.answer, Catch::Contains("settngs") && Catch::Contains("settings"));
  }
  SECTION("a known and an unknown component") {
    const Outcome outcome = world.run("/mlx add web nothing-like-it");
    CHECK_FALSE(outcome.succeeded);
    CHECK_FALSE(outcome.proposal);
    CHECK_THAT(outcome.answer, Catch::Contains("nothing-like-it"));
  }
  SECTION("a broken pyproject.toml") {
    world.project["pyproject.toml"] = "[project]\nname = \"shop\"\ndependencies = [\n  \"fastapi\n]\n";
    const Outcome outcome = world.run("/mlx add web");
    CHECK_FALSE(outcome.succeeded);
    CHECK_FALSE(outcome.proposal);
    CHECK_THAT(outcome.answer, Catch::Contains("`pyproject.toml:4:"));
  }
  SECTION("a broken lock") {
    world.project["mlx.lock"] = "{";
    for (const char* line : {"/mlx add web", "/mlx list", "/mlx status"}) {
      INFO(line);
      const Outcome outcome = world.run(line);
      CHECK_FALSE(outcome.succeeded);
      CHECK_FALSE(outcome.proposal);
      CHECK_THAT(outcome.answer, Catch::Contains("mlx.lock"));
    }
  }
  SECTION("a name that no component can have") {
    const Outcome outcome = world.run("/mlx add ../../etc/passwd");
    CHECK_FALSE(outcome.succeeded);
    CHECK_FALSE(outcome.proposal);
  }
}

TEST_CASE("what only the forge or the operator can mend is an error") {
  World world;
  for (const ErrorCode code :
       {ErrorCode::kUnavailable, ErrorCode::kRateLimited, ErrorCode::kUnauthorized, ErrorCode::kIo}) {
    for (const char* line : {"/mlx add web", "/mlx list", "/mlx status"}) {
      const auto outcome = world.run(line, Unreachable(code));
      REQUIRE_FALSE(outcome);
      CHECK(outcome.error().code == code);
    }
  }
}

TEST_CASE("the list shows what there is and what is installed") {
  World world;
  const Outcome before = world.run("/mlx list");
  CHECK(before.succeeded);
  CHECK_THAT(before.answer, Catch::Contains("| `settings` | 2.0.1 |  | Reads settings. |") &&
                                Catch::Contains("| `web` | 1.2.0 |  | Answers requests. |"));
  world.apply(world.run("/mlx add settings").proposal->plan);
  CHECK_THAT(world.run("/mlx list").answer,
             Catch::Contains("| `settings` | 2.0.1 | 2.0.1 |") && Catch::Contains("| `web` | 1.2.0 |  |"));
}

TEST_CASE("the status shows what was changed and what is missing") {
  World world;
  CHECK(world.run("/mlx status").succeeded);
  world.apply(world.run("/mlx add web").proposal->plan);
  world.project["src/web/__init__.py"] = "changed = True\n";
  world.project.erase("tests/test_web.py");
  const Outcome status = world.run("/mlx status");
  CHECK(status.succeeded);
  CHECK_FALSE(status.proposal);
  CHECK_THAT(status.answer,
             Catch::Contains("| `web` | 1.2.0 | 1.2.0 | `src/web/__init__.py` | `tests/test_web.py` |") &&
                 Catch::Contains("| `settings` | 2.0.1 | 2.0.1 |  |  |"));
}

TEST_CASE("help and what cannot be understood") {
  World world;
  const Outcome help = world.run("/mlx help");
  CHECK(help.succeeded);
  for (const char* verb : {"/mlx add", "/mlx list", "/mlx status", "/mlx help"}) {
    CHECK_THAT(help.answer, Catch::Contains(verb));
  }
  const Outcome invalid = world.run("/mlx lits");
  CHECK_FALSE(invalid.succeeded);
  CHECK_FALSE(invalid.proposal);
  CHECK_THAT(invalid.answer, Catch::Contains("lits") && Catch::Contains(help.answer));
}

TEST_CASE("only commands that change something need write access") {
  const auto needs = [](const char* line) { return needs_write_access(parse_commands(line, "/mlx").at(0)); };
  CHECK(needs("/mlx add a"));
  CHECK_FALSE(needs("/mlx list"));
  CHECK_FALSE(needs("/mlx status"));
  CHECK_FALSE(needs("/mlx help"));
  CHECK_FALSE(needs("/mlx add"));
  CHECK_FALSE(needs("/mlx frobnicate"));
}

TEST_CASE("a branch is named after what it carries") {
  CHECK(add_branch(add({"web"})) == "mlx/add/web");
  CHECK(add_branch(add({"web", "settings"})) == "mlx/add/settings+web");
  CHECK(add_branch(add({"settings", "web"})) == "mlx/add/settings+web");
  CHECK(add_branch(add({"web"}, true)) == "mlx/add/web-overwrite");

  std::vector<std::string> many;
  for (char c = 'a'; c <= 'z'; ++c) many.emplace_back(10, c);
  const std::string branch = add_branch(add(many));
  CHECK(branch.size() < 140);
  CHECK_THAT(branch, Catch::StartsWith("mlx/add/aaaaaaaaaa+25-more-"));
  std::ranges::reverse(many);
  CHECK(add_branch(add(many)) == branch);
  many.back() = "another";
  CHECK(add_branch(add(many)) != branch);
}

TEST_CASE("a repository's configuration cannot make the bot ask another registry") {
  World world;
  world.project["mlx.toml"] = "[registries]\nacme = \"http://127.0.0.1:1/registry.json\"\n";
  const Outcome outcome = world.run("/mlx add @acme/web");
  CHECK_FALSE(outcome.succeeded);
  CHECK_FALSE(outcome.proposal);
  CHECK(outcome.answer.find("acme") != std::string::npos);
  CHECK(world.run("/mlx add web").proposal);
}

namespace {

Result<Outcome> extract(const Snapshot& files) {
  const MemorySnapshot catalogue(registry_files({}));
  const Registry registry = Registry::open(catalogue, "test").value();
  NoIndexCache cache;
  HandlerInput input{
      .project = files, .registry = registry, .base_branch = "main", .issue = 7, .sender = "octocat"};
  input.pull_request.emplace(PullRequestHead{.files = files, .index_cache = cache, .branch = "feature"});
  return handle({.line = "/mlx extract", .action = ExtractCommand{}}, input);
}

}  // namespace

TEST_CASE("extract amends the branch with the catalogue, in the order of the paths") {
  auto platform = with_catalogue(two_component_platform());
  platform["src/web/__init__.py"] += "\n\ndef more() -> None: ...\n";
  const auto outcome = extract(MemorySnapshot(platform));
  REQUIRE(outcome);
  REQUIRE(outcome->amendment);
  CHECK(outcome->amendment->branch == "feature");
  CHECK(outcome->amendment->raised.size() == 1);
  CHECK(std::ranges::is_sorted(outcome->amendment->plan.files, {}, &FileChange::path));
  CHECK(std::ranges::any_of(outcome->amendment->plan.files,
                            [](const FileChange& file) { return file.path.str() == "mlx.toml"; }));
}

TEST_CASE("extract that the forge cuts off is no answer, wherever it is cut off") {
  // A platform whose files fail one after the other.
  class FailingAt final : public Snapshot {
   public:
    FailingAt(const PlatformFiles& files, int at) : files_(files), at_(at) {}
    [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override {
      if (++asked_ == at_) return fail(ErrorCode::kUnavailable, "no answer");
      return files_.kind(path);
    }
    [[nodiscard]] Result<std::string> read(const RepoPath& path) const override {
      if (++asked_ == at_) return fail(ErrorCode::kUnavailable, "no answer");
      return files_.read(path);
    }
    [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override {
      if (++asked_ == at_) return fail(ErrorCode::kUnavailable, "no answer");
      return files_.children(directory);
    }
    [[nodiscard]] int asked() const { return asked_; }

   private:
    MemorySnapshot files_;
    int at_;
    mutable int asked_ = 0;
  };
  auto platform = with_catalogue(two_component_platform());
  platform["src/web/__init__.py"] += "\n\ndef more() -> None: ...\n";
  const FailingAt whole(platform, 0);
  REQUIRE(extract(whole)->amendment);
  REQUIRE(whole.asked() > 50);
  for (int at = 1; at <= whole.asked(); ++at) {
    CAPTURE(at);
    const auto outcome = extract(FailingAt(platform, at));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == ErrorCode::kUnavailable);
  }
}

TEST_CASE("a platform that is too large for requests is refused with what to do instead") {
  auto platform = with_catalogue(two_component_platform());
  for (int i = 0; i < 3'001; ++i) platform["src/web/m" + std::to_string(i) + ".py"] = "";
  const auto outcome = extract(MemorySnapshot(platform));
  REQUIRE(outcome);
  CHECK_FALSE(outcome->succeeded);
  CHECK_THAT(outcome->answer, Catch::Contains("3000") && Catch::Contains("`mlx extract`"));
}

TEST_CASE("diff shows what was made of components, whatever they hold") {
  World world;
  CHECK_THAT(world.run("/mlx diff").answer, Catch::Contains("No component is here yet"));
  world.apply(world.run("/mlx add web").proposal->plan);
  SECTION("nothing") {
    CHECK_THAT(world.run("/mlx diff web").answer,
               Catch::Contains("**`web` 1.2.0**") && Catch::Contains("Nothing of it is changed here.") &&
                   Catch::Contains("This is the newest version.") && !Catch::Contains("settings"));
  }
  SECTION("a line") {
    world.project["src/web/__init__.py"] += "# ```\n# </details> @octocat\n";
    const Outcome outcome = world.run("/mlx diff");
    CHECK_THAT(outcome.answer, Catch::Contains("What you made of it: 1 file") &&
                                   Catch::Contains("````diff\n") &&
                                   Catch::Contains("+# </details> @octocat\n````"));
  }
  SECTION("more than a comment holds") {
    for (int i = 0; i < 20'000; ++i) world.project["src/web/__init__.py"] += "# ünlike\n";
    const Outcome outcome = world.run("/mlx diff web");
    CHECK(outcome.answer.size() < 12'000);
    CHECK_THAT(outcome.answer,
               Catch::Contains("+# ünlike\n```\n\n`mlx diff` on your machine shows the rest."));
  }
  SECTION("a component that is not here") {
    const Outcome outcome = world.run("/mlx diff webb");
    CHECK_FALSE(outcome.succeeded);
    CHECK_THAT(outcome.answer, Catch::Contains("webb"));
  }
}

TEST_CASE("recommend answers with what is written by hand, and how to refuse it") {
  World world;
  CHECK_THAT(world.run("/mlx recommend").answer, Catch::Contains("Nothing here is written by hand"));
  world.project["mlx.toml"] = "[bot]\nreview = { recomend = 1 }\n";
  const Outcome broken = world.run("/mlx recommend");
  CHECK_FALSE(broken.succeeded);
  CHECK_THAT(broken.answer, Catch::Contains("mlx.toml:2"));
}
