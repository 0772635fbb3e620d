#include "engine/component/component_changes.h"

#include <catch2/catch.hpp>

#include "engine/component/component.h"

using namespace mlx;

namespace {

Component sample() {
  Component component;
  component.name = "api";
  component.version = {.major = 1, .minor = 2, .patch = 3};
  component.import_root = "src";
  component.files = {{.path = RepoPath::parse("templates/src/api/app.py").value(),
                      .target = RepoPath::parse("src/api/app.py").value(),
                      .sha256 = std::string(64, 'a')}};
  component.provides.symbols = {{.name = "src.api.app.run", .signature = "()"}};
  component.provides.routes = {{.method = "GET", .path = "/health", .handler = "src.api.app.health"}};
  component.requirements.distributions = {parse_requirement("fastapi>=0.110").value()};
  component.requirements.environment = {{.name = "PORT", .default_value = "1", .has_default = true}};
  return component;
}

std::string next(const Component& before, const Component& after) {
  return to_string(compare_components(before, after).next_version);
}

}  // namespace

TEST_CASE("components that are equal keep their version") {
  const ComponentChanges changes = compare_components(sample(), sample());
  CHECK(changes.list.empty());
  CHECK_FALSE(changes.breaks_users());
  CHECK(to_string(changes.next_version) == "1.2.3");
}

TEST_CASE("another content of a file is a patch") {
  Component after = sample();
  after.files[0].sha256 = std::string(64, 'b');
  const ComponentChanges changes = compare_components(sample(), after);
  REQUIRE(changes.list.size() == 1);
  CHECK(changes.list[0].subject == ComponentChange::Subject::kFile);
  CHECK(changes.list[0].kind == ChangeKind::kChanged);
  CHECK(changes.list[0].name == "src/api/app.py");
  CHECK_FALSE(changes.breaks_users());
  CHECK(to_string(changes.next_version) == "1.2.4");
}

TEST_CASE("something added is a minor version") {
  Component after = sample();
  after.provides.symbols.push_back({.name = "src.api.app.stop", .signature = "()"});
  CHECK(next(sample(), after) == "1.3.0");
  after = sample();
  after.provides.routes.push_back({.method = "POST", .path = "/x", .handler = "h"});
  CHECK(next(sample(), after) == "1.3.0");
  after = sample();
  after.requirements.environment.push_back({.name = "MAYBE"});
  const ComponentChanges changes = compare_components(sample(), after);
  CHECK_FALSE(changes.breaks_users());
}

TEST_CASE("what users called, and what they must provide now, breaks them") {
  Component after = sample();
  after.provides.symbols.clear();
  CHECK(next(sample(), after) == "2.0.0");
  after = sample();
  after.provides.symbols[0].signature = "(port: int)";
  CHECK(next(sample(), after) == "2.0.0");
  after = sample();
  after.provides.symbols[0].signature = "(*, port: int = 8000)";
  CHECK(next(sample(), after) == "1.3.0");
  after = sample();
  after.provides.routes.clear();
  CHECK(next(sample(), after) == "2.0.0");
  after = sample();
  after.requirements.environment.push_back({.name = "TOKEN", .is_required = true});
  CHECK(next(sample(), after) == "2.0.0");
  after = sample();
  after.requirements.distributions.push_back(parse_requirement("redis").value());
  CHECK(next(sample(), after) == "2.0.0");
  after = sample();
  after.requirements.services.push_back({.name = "redis"});
  CHECK(next(sample(), after) == "2.0.0");
}

TEST_CASE("below 1.0.0 a break is a minor version") {
  Component before = sample();
  before.version = {.major = 0, .minor = 4, .patch = 1};
  Component after = before;
  after.provides.symbols.clear();
  CHECK(next(before, after) == "0.5.0");
}

TEST_CASE("what is no longer needed breaks nobody") {
  Component after = sample();
  after.requirements.distributions.clear();
  after.requirements.environment.clear();
  CHECK_FALSE(compare_components(sample(), after).breaks_users());
}
