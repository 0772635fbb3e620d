#include "engine/plan/raise_versions.h"

#include <catch2/catch.hpp>

#include "tests/engine/plan/planned_project.h"
#include "tests/support/test_platform.h"

using namespace mlx;
using namespace mlx::testing;
using Catch::Contains;

namespace {

ExtractionPlan plan_for(const Snapshot& files, const ExtractRequest& request) {
  NoIndexCache cache;
  const auto configuration = read_configuration(files).value();
  const auto index = RepoIndex::build(files, cache, source_roots(configuration)).value();
  auto plan = plan_extract_raising_versions({.files = files, .index = index, .configuration = configuration},
                                            files, request);
  if (!plan) FAIL(to_string(plan.error()));
  return std::move(*plan);
}

ExtractionPlan plan_for(const PlatformFiles& platform, std::vector<std::string> only = {}) {
  return plan_for(MemorySnapshot(platform),
                  {.directory = "mlx-components", .identity = {}, .only = std::move(only)});
}

std::string version_of(const PlatformFiles& platform, const std::string& component) {
  return read_configuration(MemorySnapshot(platform)).value().components.at(component).version;
}

/// The platform once the plan is applied; planning again must then find nothing to do.
PlatformFiles applied(PlatformFiles platform, const ExtractionPlan& plan) {
  for (const FileChange& file : plan.catalogue.files) {
    if (file.after) {
      platform[file.path.str()] = *file.after;
    } else {
      platform.erase(file.path.str());
    }
  }
  if (plan.configuration) platform[plan.configuration->path.str()] = plan.configuration->after.value();
  const ExtractionPlan again = plan_for(platform);
  CHECK(again.is_empty());
  CHECK_FALSE(again.is_blocked());
  return platform;
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a catalogue that is what the source says needs no version") {
  const ExtractionPlan plan = plan_for(with_catalogue(two_component_platform()));
  CHECK(plan.is_empty());
  CHECK_FALSE(plan.is_blocked());
  CHECK(plan.raised.empty());
}

TEST_CASE("what is not published yet keeps its version") {
  const ExtractionPlan plan = plan_for(two_component_platform());
  CHECK(plan.raised.empty());
  CHECK_FALSE(plan.configuration);
  CHECK_FALSE(plan.catalogue.is_empty());
}

TEST_CASE("a published component that changed gets the version that follows, and nothing else is touched") {
  auto platform = with_catalogue(two_component_platform());
  const std::string configuration = platform["mlx.toml"];
  platform["src/web/__init__.py"] += "\n\ndef more() -> None: ...\n";
  const ExtractionPlan plan = plan_for(platform);
  REQUIRE_FALSE(plan.is_blocked());
  REQUIRE(plan.raised.size() == 1);
  CHECK(plan.raised[0].component == "web");
  CHECK(to_string(plan.raised[0].from) == "1.0.0");
  CHECK(to_string(plan.raised[0].to) == "1.1.0");
  CHECK_THAT(plan.raised[0].reason, Contains("1 symbol added"));
  CHECK(plan.catalogue.findings.back().code == "version-raised");
  CHECK(plan.catalogue.findings.back().evidence == std::vector<Evidence>{{.file = "mlx.toml", .line = 9}});

  std::string expected = configuration;
  replace(expected, "version = '1.0.0'", "version = '1.1.0'");
  const PlatformFiles after = applied(platform, plan);
  CHECK(after.at("mlx.toml") == expected);
  CHECK(after.contains("mlx-components/r/web@1.0.0.json"));
  CHECK(after.at("mlx-components/r/web@1.0.0.json") == platform.at("mlx-components/r/web@1.0.0.json"));
  CHECK(after.contains("mlx-components/r/web@1.1.0.json"));
}

TEST_CASE("a version that is raised reaches what requires it") {
  auto platform = with_catalogue(two_component_platform());
  replace(platform["src/settings/__init__.py"], "PORT = 8080", "PORT = 8080\nHOST = \"localhost\"");
  const ExtractionPlan plan = plan_for(platform);
  REQUIRE_FALSE(plan.is_blocked());
  REQUIRE(plan.raised.size() == 2);  // `web` requires `^1.1` now
  const PlatformFiles after = applied(platform, plan);
  CHECK(version_of(after, "settings") == "1.1.0");
  CHECK(version_of(after, "web") == "1.0.1");
  CHECK_THAT(after.at("mlx-components/web/component.json"), Contains("^1.1"));
  CHECK_THAT(after.at("mlx.toml"), Contains("version = \"1.1.0\"  # published"));
}

TEST_CASE("a break is a new major version") {
  auto platform = with_catalogue(two_component_platform());
  replace(platform["src/web/__init__.py"], "/health", "/healthz");
  CHECK(version_of(applied(platform, plan_for(platform)), "web") == "2.0.0");
}

TEST_CASE("a version that is published with something else is passed over") {
  auto platform = with_catalogue(two_component_platform());
  const std::string configuration = platform["mlx.toml"];
  platform["src/web/__init__.py"] += "\n\ndef more() -> None: ...\n";
  platform = applied(platform, plan_for(platform));
  // As after a revert: 1.1.0 is published already, and is not this.
  platform["mlx.toml"] = configuration;
  platform["src/web/__init__.py"] += "\n\ndef other() -> None: ...\n";
  CHECK(version_of(applied(platform, plan_for(platform)), "web") == "1.2.0");
}

TEST_CASE("a version that was never written is inserted") {
  auto platform = two_component_platform();
  replace(platform["mlx.toml"], "version = '1.0.0'\n", "");
  platform = with_catalogue(platform);
  platform["src/web/__init__.py"] += "\n\ndef more() -> None: ...\n";
  const PlatformFiles after = applied(platform, plan_for(platform));
  CHECK_THAT(after.at("mlx.toml"), Catch::EndsWith("paths = [\"src/web\"]\nversion = \"1.1.0\"\n"));
}

TEST_CASE("a configuration in pyproject.toml is edited there") {
  auto platform = two_component_platform();
  platform.erase("mlx.toml");
  platform["pyproject.toml"] +=
      "\n[tool.mlx]\nsource-root = \"src\"\nimport-root = \"src\"\ncomponents.web = { paths = [\"src/web\"] "
      "}\ncomponents.settings = { paths = [\"src/settings\"], version = \"1.0.0\" }\n";
  platform = with_catalogue(platform);
  platform["src/web/__init__.py"] += "\n\ndef more() -> None: ...\n";
  const PlatformFiles after = applied(platform, plan_for(platform));
  CHECK_THAT(after.at("pyproject.toml"),
             Contains("components.web = { paths = [\"src/web\"], version = \"1.1.0\" }"));
  CHECK(version_of(after, "settings") == "1.0.0");
}

TEST_CASE("a component that is found, not configured, stays blocked with its remedy") {
  auto platform = two_component_platform();
  platform["mlx.toml"] = "source-root = \"src\"\nimport-root = \"src\"\n";
  platform = with_catalogue(platform);
  platform["src/web/__init__.py"] += "\n\ndef more() -> None: ...\n";
  const ExtractionPlan plan = plan_for(platform);
  CHECK(plan.is_blocked());
  CHECK(plan.raised.empty());
  CHECK(test::codes(plan.catalogue).back() == "published-version-changed");
}

TEST_CASE("only components that are written get versions") {
  auto platform = with_catalogue(two_component_platform());
  platform["src/web/__init__.py"] += "\n\ndef more() -> None: ...\n";
  replace(platform["src/settings/__init__.py"], "PORT = 8080", "PORT = 8080\nHOST = \"localhost\"");
  const ExtractionPlan plan = plan_for(platform, {"web"});
  REQUIRE(plan.raised.size() == 1);
  CHECK(plan.raised[0].component == "web");
}

TEST_CASE("what is wrong with the source raises nothing") {
  auto platform = with_catalogue(two_component_platform());
  platform["src/web/__init__.py"] += "\n\ndef more() -> None: ...\n";
  replace(platform["mlx.toml"], "[components.settings]\npaths = [\"src/settings\"]",
          "[components.settings]\npaths = [\"src/nowhere\"]");
  const ExtractionPlan plan = plan_for(platform);
  CHECK(plan.is_blocked());
  CHECK_FALSE(plan.configuration);
}
