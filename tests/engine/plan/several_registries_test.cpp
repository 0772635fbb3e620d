#include "tests/support/several_registries.h"

#include <catch2/catch.hpp>

#include "engine/plan/closure.h"
#include "engine/plan/status.h"
#include "tests/engine/plan/planned_project.h"

using namespace mlx;
using namespace mlx::test;

namespace {

/// The default registry `test` (as its builder calls it), and `acme` at an address of its own.
struct World {
  TestRegistry own;
  TestRegistry acme_components;
  Registry acme;
  Registries registries;

  World(std::vector<TestComponent> first, std::vector<TestComponent> second,
        std::string address = "git+https://acme.example/o/r@v1", std::string commit = std::string(40, 'c'))
      : own(std::move(first)),
        acme_components(std::move(second)),
        acme(Registry::open(acme_components.files(), address, std::move(commit)).value()),
        registries("test", std::make_shared<CountedSource>(own.get())) {
    registries.add("acme", std::move(address), std::make_shared<CountedSource>(acme));
  }
};

const Files kStart = {{"requirements.txt", ""}};

Result<ChangePlan> planned(const World& world, const std::vector<std::string>& names, const Files& project) {
  return plan_add({.components = names}, world.registries, MemorySnapshot(project));
}

Files with(const World& world, const std::vector<std::string>& names, const Files& project = kStart) {
  return applied(project, planned(world, names, project).value());
}

}  // namespace

TEST_CASE("a component of another registry comes with what it requires, from both") {
  const World world({{.name = "config"}},
                    {{.name = "store", .components = {{"config", "*"}, {"log", "*"}}}, {.name = "log"}});
  const ChangePlan plan = planned(world, {"@acme/store"}, kStart).value();
  REQUIRE(plan.components.size() == 3);
  CHECK_FALSE(plan.is_blocked());
  CHECK(plan.components[2].name == "store");
  CHECK(plan.components[2].required_by.empty());
  const Lock lock = lock_of(plan);
  CHECK(lock.components.at("config").registry == "test");
  CHECK(lock.components.at("config").revision == world.own.get().item("config")->sha256);
  CHECK(lock.components.at("config").sha256.empty());
  CHECK(lock.components.at("log").registry == "git+https://acme.example/o/r@v1");
  CHECK(lock.components.at("store").revision == std::string(40, 'c'));
  CHECK(lock.components.at("store").digest() == world.acme.item("store")->sha256);
  CHECK(planned(world, {"@acme/store"}, applied(kStart, plan))->is_empty());
}

TEST_CASE("two components of one name cannot come in together") {
  const World world({{.name = "web"}}, {{.name = "web"}, {.name = "top", .components = {{"web", "*"}}}});
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{"web", "@acme/web"}, std::vector<std::string>{"web", "@acme/top"}}) {
    const auto plan = planned(world, names, kStart);
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == ErrorCode::kConflict);
    CHECK(plan.error().message.find("`web` and `@acme/web`") != std::string::npos);
  }
}

TEST_CASE("a name that another registry's component has is taken") {
  const World world({{.name = "web"}},
                    {{.name = "web", .files = {{.target = "src/other.py", .text = "X = 1\n"}}}});
  const auto [first, second] =
      GENERATE(table<std::string, std::string>({{"web", "@acme/web"}, {"@acme/web", "web"}}));
  const ChangePlan plan = planned(world, {second}, with(world, {first})).value();
  CHECK(plan.is_blocked());
  CHECK(codes(plan) == std::vector<std::string>{"component-name-taken"});
}

TEST_CASE("a registry at a newer revision is still the same one") {
  const World before({}, {{.name = "store"}});
  const World after({}, {{.name = "store", .version = "1.1.0"}}, "git+https://acme.example/o/r@v2");
  const ChangePlan plan = planned(after, {"@acme/store"}, with(before, {"@acme/store"})).value();
  CHECK(codes(plan) == std::vector<std::string>{"component-outdated"});
}

TEST_CASE("a published version whose content changed is an error") {
  const World before({{.name = "own"}}, {{.name = "store"}});
  const World after({{.name = "own", .distributions = {"evil"}}},
                    {{.name = "store", .distributions = {"evil"}}}, "git+https://acme.example/o/r@v2");
  const std::string name = GENERATE("own", "@acme/store");
  const ChangePlan plan = planned(after, {name}, with(before, {name})).value();
  CHECK(plan.is_blocked());
  CHECK(codes(plan) == std::vector<std::string>{"published-version-changed"});
}

TEST_CASE("what is to be known of the registries is in the plan") {
  const TestRegistry own{{.name = "web"}};
  const Finding finding{.code = "registry-unreachable", .severity = Severity::kWarning, .message = "old"};
  const Registries registries("test", std::make_shared<CountedSource>(own.get(), std::vector{finding}));
  const ChangePlan plan = plan_add({.components = {"web"}}, registries, MemorySnapshot(kStart)).value();
  CHECK(codes(plan).back() == "registry-unreachable");
  CHECK_FALSE(plan.is_blocked());
}

TEST_CASE("status asks the registry that a component came from") {
  const World before({{.name = "own"}}, {{.name = "store"}});
  const Files project = with(before, {"own", "@acme/store"});
  const World after({{.name = "own"}, {.name = "store", .version = "9.0.0"}},
                    {{.name = "store", .version = "1.1.0"}});
  const ProjectStatus status = project_status(MemorySnapshot(project), after.registries).value();
  REQUIRE(status.components.size() == 2);
  CHECK(to_string(*status.components[1].latest) == "1.1.0");
}
