#include <catch2/catch.hpp>

#include "tests/engine/plan/update/updated_project.h"

namespace mlx::test {
namespace {

using Strings = std::vector<std::string>;

TestComponent component(const std::string& name, const std::string& version,
                        std::map<std::string, std::string> components = {}) {
  return {.name = name,
          .version = version,
          .files = {{.target = "src/" + name + ".py", .text = "VERSION = \"" + version + "\"\n"}},
          .components = std::move(components)};
}

UpdateRequest request(std::vector<std::string> names, const std::string& to = "",
                      const Strings& ignored = {}) {
  UpdateRequest made{.choice = {.components = std::move(names), .to = {}, .ignored = {}}};
  if (!to.empty()) made.choice.to = Version::parse(to).value();
  for (const std::string& rule : ignored) made.choice.ignored.push_back(IgnoreRule::parse(rule).value());
  return made;
}

std::string failure(const Files& project, const TestRegistry& registry, const UpdateRequest& asked) {
  const auto plan = plan_update(asked, registry.get(), MemorySnapshot(project), nullptr);
  REQUIRE_FALSE(plan);
  return plan.error().message;
}

}  // namespace

TEST_CASE("an update takes the newest version", "[update]") {
  const Files project =
      project_with({"cache", "api"}, TestRegistry({component("api", "1.0.0"), component("cache", "1.0.0")}));
  const TestRegistry registry({component("api", "1.0.0"), component("api", "1.1.0"),
                               component("api", "1.2.0"), component("api", "2.0.0-rc.1"),
                               component("cache", "1.0.0"), component("cache", "1.0.1")});
  // The index names a pre-release as the newest; nobody gets one who has none.
  CHECK(updates(update_for(project, registry)) == Strings{"api 1.0.0 1.2.0", "cache 1.0.0 1.0.1"});
  CHECK(updates(update_for(project, registry, request({"api"}))) == Strings{"api 1.0.0 1.2.0"});
  SECTION("or the one that was asked for") {
    CHECK(updates(update_for(project, registry, request({"api"}, "1.1.0"))) == Strings{"api 1.0.0 1.1.0"});
    CHECK(updates(update_for(project, registry, request({"api"}, "2.0.0-rc.1"))) ==
          Strings{"api 1.0.0 2.0.0-rc.1"});
    CHECK(failure(project, registry, request({"api"}, "1.5.0"))
              .contains("it has 1.0.0, 1.1.0, 1.2.0, 2.0.0-rc.1"));
  }
  SECTION("but not an older one") {
    const Files newer = applied(project, update_for(project, registry));
    CHECK(failure(newer, registry, request({"api"}, "1.1.0")).contains("is older than 1.2.0"));
    const ChangePlan again = update_for(newer, registry, request({"api"}));
    CHECK(again.is_empty());
    CHECK(codes(again) == Strings{"component-current"});
  }
  SECTION("that is not ignored") {
    CHECK(updates(update_for(project, registry, request({}, "", {"api@>=1.2", "cache"}))) ==
          Strings{"api 1.0.0 1.1.0"});
    const ChangePlan named = update_for(project, registry, request({"api"}, "", {"api@1.x"}));
    CHECK(named.is_empty());
    CHECK(codes(named) == Strings{"version-ignored"});
    CHECK(updates(update_for(project, registry, request({"api"}, "1.2.0", {"api"}))) ==
          Strings{"api 1.0.0 1.2.0"});
  }
  SECTION("of what is installed") {
    CHECK(failure(project, registry, request({"apo"})).contains("did you mean `api`?"));
  }
}

TEST_CASE("an update brings what it needs", "[update]") {
  const Files project = project_with(
      {"api"}, TestRegistry({component("api", "1.0.0", {{"cache", "^1.0"}}), component("cache", "1.0.0")}));
  SECTION("another version of a component") {
    const TestRegistry registry({component("api", "1.0.0", {{"cache", "^1.0"}}),
                                 component("api", "1.1.0", {{"cache", "^2.0"}}), component("cache", "1.0.0"),
                                 component("cache", "2.0.0"), component("cache", "3.0.0")});
    const ChangePlan plan = update_for(project, registry, request({"api"}));
    CHECK(updates(plan) == Strings{"cache 1.0.0 2.0.0", "api 1.0.0 1.1.0"});
    CHECK(plan.update.components.front().required_by == "api");
    CHECK(plan.update.components.back().required_by.empty());
    // The other way round it is the component that the new version would break.
    const ChangePlan other = update_for(project, registry, request({"cache"}));
    CHECK(updates(other) == Strings{"cache 1.0.0 2.0.0", "api 1.0.0 1.1.0"});
    CHECK(codes(other) == Strings{"newer-version-blocked"});
    CHECK(updates(update_for(project, registry)) == updates(plan));
  }
  SECTION("a component that is not there yet") {
    const TestRegistry registry({component("api", "1.0.0", {{"cache", "^1.0"}}),
                                 component("api", "1.1.0", {{"cache", "^1.0"}, {"log", ">=1"}}),
                                 component("cache", "1.0.0"), component("log", "1.3.0")});
    const ChangePlan plan = update_for(project, registry);
    CHECK(updates(plan) == Strings{"api 1.0.0 1.1.0"});
    REQUIRE(plan.components.size() == 1);
    CHECK(plan.components.front().name == "log");
    CHECK(plan.components.front().required_by == "api");
    CHECK(text_after(plan, "src/log.py") == "VERSION = \"1.3.0\"\n");
    CHECK(lock_of(plan).components.contains("log"));
  }
  SECTION("and is not made if that cannot be had") {
    const TestRegistry registry({component("api", "1.0.0", {{"cache", "^1.0"}}),
                                 component("api", "1.1.0", {{"cache", "^3.0"}}), component("cache", "1.0.0"),
                                 component("cache", "2.0.0")});
    const ChangePlan named = update_for(project, registry, request({"api"}));
    CHECK(named.is_blocked());
    CHECK(codes(named) == Strings{"update-blocked"});
    CHECK(named.findings.front().message.contains("requires cache ^3.0"));
    // Nobody asked for cache 2.0.0 or api 1.1.0 in particular.
    const ChangePlan all = update_for(project, registry);
    CHECK_FALSE(all.is_blocked());
    CHECK(all.is_empty());
    CHECK(codes(all) == Strings{"update-blocked", "update-blocked"});
  }
  SECTION("or in the newest version that all others allow") {
    const TestRegistry registry({component("api", "1.0.0", {{"cache", "^1.0"}}), component("cache", "1.0.0"),
                                 component("cache", "1.4.0"), component("cache", "2.0.0")});
    const ChangePlan plan = update_for(project, registry);
    CHECK(updates(plan) == Strings{"cache 1.0.0 1.4.0"});
    CHECK(codes(plan) == Strings{"newer-version-blocked"});
  }
}

TEST_CASE("a component that the registry lost is passed over", "[update]") {
  const Files project =
      project_with({"api", "log"}, TestRegistry({component("api", "1.0.0"), component("log", "1.0.0")}));
  const TestRegistry registry({component("api", "1.0.0"), component("api", "1.1.0")});
  const ChangePlan plan = update_for(project, registry);
  CHECK(updates(plan) == Strings{"api 1.0.0 1.1.0"});
  CHECK(codes(plan) == Strings{"registry-lost-component"});
  CHECK(failure(project, registry, request({"log"})).contains("there is no component `log`"));
}

TEST_CASE("a version that was published with other content is not updated from", "[update]") {
  Files project = project_with({"api"}, TestRegistry({component("api", "1.0.0")}));
  TestComponent other = component("api", "1.0.0");
  other.files.front().text = "OTHER = 1\n";
  const ChangePlan plan = update_for(project, TestRegistry({other}), request({"api"}));
  CHECK(codes(plan) == Strings{"published-version-changed"});
  CHECK(plan.is_blocked());
}

TEST_CASE("rules for what is ignored", "[update]") {
  CHECK(IgnoreRule::parse("api").value().covers("api", {.major = 7}));
  CHECK_FALSE(IgnoreRule::parse("api").value().covers("cache", {.major = 7}));
  CHECK(IgnoreRule::parse("api@2.x").value().covers("api", {.major = 2, .minor = 9}));
  CHECK(IgnoreRule::parse("api@2.x").value().covers("api", {.major = 2, .prerelease = "rc.1"}));
  CHECK_FALSE(IgnoreRule::parse("api@2.x").value().covers("api", {.major = 3}));
  CHECK(to_string(IgnoreRule::parse("api@2.x").value()) == "api@2.x");
  CHECK_FALSE(IgnoreRule::parse("api@newest"));
  CHECK_FALSE(IgnoreRule::parse("API"));
  CHECK_FALSE(IgnoreRule::parse(""));
}

}  // namespace mlx::test
