// What a removal takes, what it leaves, and what it refuses.
#include "engine/plan/remove.h"

#include <catch2/catch.hpp>

#include "tests/engine/plan/planned_project.h"

using namespace mlx;
using namespace mlx::test;

namespace {

using Codes = std::vector<std::string>;
using Strings = std::vector<std::string>;

const Files kStart = {{"pyproject.toml", "[project]\nname = \"shop\"\ndependencies = []\n"}};

TestRegistry registry() {
  return TestRegistry{{.name = "base",
                       .files = {{.target = "src/base.py", .text = "BASE = 1\n"},
                                 {.target = "conf/shared.yaml", .text = "a: 1\n", .kind = "config"}},
                       .modules = {"src.base"},
                       .distributions = {"pydantic>=2", "httpx"},
                       .environment = {{.name = "SHARED", .description = ""}}},
                      {.name = "top",
                       .files = {{.target = "src/top.py", .text = "from src.base import BASE\n"}},
                       .modules = {"src.top"},
                       .components = {{"base", "^1"}}},
                      {.name = "peer",
                       .files = {{.target = "src/peer.py", .text = "import httpx\n"},
                                 {.target = "conf/shared.yaml", .text = "a: 1\n", .kind = "config"}},
                       .modules = {"src.peer"},
                       .distributions = {"pydantic>=2"},
                       .environment = {{.name = "SHARED", .description = ""}}}};
}

Files with(const Files& project, const Strings& names) {
  return applied(project, plan_for(project, registry(), {.components = names}));
}

}  // namespace

TEST_CASE("a component that another one requires is not removed, and the plan says by whom") {
  const Files project = with(kStart, {"top"});
  const ChangePlan plan = removal_for(project, registry(), {.components = {"base"}});
  CHECK(plan.is_blocked());
  CHECK(plan.is_empty());
  REQUIRE(codes(plan) == Codes{"required-by"});
  CHECK(plan.findings.front().message == "base is required by top, which is installed");
  CHECK(plan.findings.front().remedy.find("mlx remove base top") != std::string::npos);
}

TEST_CASE("without its component.json, what a component imports shows what it requires") {
  const Files project = with(kStart, {"top"});
  const auto plan = plan_remove({.components = {"base"}}, nullptr, MemorySnapshot(project));
  REQUIRE(plan);
  CHECK(codes(*plan) == Codes{"required-by"});
}

TEST_CASE("components that require each other's go together, named twice or in any order") {
  const Files project = with(kStart, {"top"});
  const ChangePlan plan = removal_for(project, registry(), {.components = {"base", "top", "base"}});
  CHECK(plan.findings.empty());
  CHECK(plan.removal.components.size() == 2);
  CHECK(applied(project, plan) == kStart);
}

TEST_CASE("what is not installed is an error that says so") {
  const Files project = with(kStart, {"base"});
  const auto plan = plan_remove({.components = {"bas"}}, nullptr, MemorySnapshot(project));
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::kNotFound);
  CHECK(plan.error().message.find("`base`") != std::string::npos);
}

TEST_CASE("files that the user changed stay and leave the lock, unless forced") {
  Files project = with(kStart, {"base", "peer"});
  project["src/base.py"] = "BASE = 2\n";
  const ChangePlan plan = removal_for(project, registry(), {.components = {"base"}});
  CHECK_FALSE(plan.is_blocked());
  REQUIRE(codes(plan) == Codes{"file-kept"});
  CHECK(plan.findings.front().severity == Severity::kWarning);
  CHECK(plan.removal.kept_files == Strings{"src/base.py"});
  const Files left = applied(project, plan);
  CHECK(left.contains("src/base.py"));
  CHECK(left.at("mlx.lock").find("src/base.py") == std::string::npos);
  const ChangePlan forced = removal_for(project, registry(), {.components = {"base"}, .force = true});
  CHECK(forced.findings.empty());
  CHECK(forced.removal.changed_files == Strings{"src/base.py"});
  CHECK_FALSE(applied(project, forced).contains("src/base.py"));
}

TEST_CASE("a link in a file's place is never removed") {
  const Files project = with(kStart, {"base"});
  MemorySnapshot snapshot(project);
  snapshot.put("src/base.py", {.bytes = "elsewhere", .kind = EntryKind::kSymlink});
  const auto plan = plan_remove({.components = {"base"}, .force = true}, nullptr, snapshot);
  REQUIRE(plan);
  CHECK(codes(*plan) == Codes{"file-kept"});
  CHECK_FALSE(text_after(*plan, "src/base.py"));
}

TEST_CASE("files that are gone already are no obstacle") {
  Files project = with(kStart, {"base"});
  project.erase("src/base.py");
  const ChangePlan plan = removal_for(project, registry(), {.components = {"base"}});
  CHECK(plan.findings.empty());
  CHECK(applied(project, plan) == kStart);
}

TEST_CASE("a file, a dependency and a variable that another component needs move to it") {
  const Files project = with(kStart, {"base", "peer"});
  const ChangePlan plan = removal_for(project, registry(), {.components = {"base"}});
  const Files left = applied(project, plan);
  CHECK(left.contains("conf/shared.yaml"));
  CHECK_FALSE(left.contains("src/base.py"));
  CHECK(left.at("src/__init__.py").empty());
  const LockedComponent peer = lock_of(plan).components.at("peer");
  CHECK(peer.distributions == Strings{"pydantic>=2", "httpx"});  // the one said, the other imported
  CHECK(peer.environment == Strings{"SHARED"});
  CHECK(peer.files.contains("src/__init__.py"));
  CHECK(plan.removal.distributions.empty());
  CHECK(applied(left, removal_for(left, registry(), {.components = {"peer"}})) == kStart);
}

TEST_CASE("a dependency that is declared in other words now stays") {
  Files project = with(kStart, {"base"});
  std::string& text = project.at("pyproject.toml");
  text.replace(text.find("pydantic>=2"), 11, "pydantic>=2.7");
  const ChangePlan plan = removal_for(project, registry(), {.components = {"base"}});
  REQUIRE(codes(plan) == Codes{"dependency-kept"});
  CHECK(plan.findings.front().severity == Severity::kInfo);
  CHECK(text_after(plan, "pyproject.toml") ==
        "[project]\nname = \"shop\"\ndependencies = [\n    \"pydantic>=2.7\",\n]\n");
  CHECK(plan.removal.distributions ==
        std::vector<PlannedDistribution>{{.requirement = "httpx", .group = "", .component = "base"}});
}

TEST_CASE("a variable whose lines were changed stays") {
  Files project = with(kStart, {"base"});
  project.at(".env.example") = "# The base\nSHARED=mine\n";
  const ChangePlan plan = removal_for(project, registry(), {.components = {"base"}});
  REQUIRE(codes(plan) == Codes{"variable-kept"});
  CHECK_FALSE(text_after(plan, ".env.example"));
}

TEST_CASE("a lock of before edits were recorded still leads to a removal") {
  Files project = with(kStart, {"base"});
  Lock lock = read_lock(project.at("mlx.lock")).value();
  lock.edits.clear();
  project.at("mlx.lock") = write_lock(lock);
  const Files left = applied(project, removal_for(project, registry(), {.components = {"base"}}));
  CHECK(left == Files{{"pyproject.toml",
                       "[project]\nname = \"shop\"\ndependencies = [\n]\n\n[tool.pytest.ini_options]\n"
                       "pythonpath = [\".\"]\n"},
                      {".env.example", "# The base\n"}});
}

TEST_CASE("a lock file of the project's own tool is out of date afterwards") {
  Files project = with(kStart, {"base"});
  project.emplace("uv.lock", "");
  CHECK(codes(removal_for(project, registry(), {.components = {"base"}})) == Codes{"lock-file-outdated"});
}

TEST_CASE("the package marker stays while the user has modules beside it") {
  Files project = with(kStart, {"base"});
  project["src/mine/own.py"] = "";
  const Files left = applied(project, removal_for(project, registry(), {.components = {"base"}}));
  CHECK(left.contains("src/__init__.py"));
  CHECK_FALSE(left.contains("mlx.lock"));
}
