#include "engine/plan/extract.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"
#include "tests/engine/component/extract/extracted_project.h"

using namespace mlx;

namespace {

using Files = std::map<std::string, std::string>;

const Files kPlatform = {
    {"src/__init__.py", ""}, {"src/api/app.py", "x = 1\n"}, {"src/core/x.py", "y = 1\n"}};
const ExtractRequest kTop = {.directory = "", .identity = {.name = "acme"}};

/// The catalogue after a plan.
Files applied(Files catalogue, const ChangePlan& plan) {
  for (const FileChange& change : plan.files) {
    if (change.after) {
      catalogue.insert_or_assign(change.path.str(), *change.after);
    } else {
      catalogue.erase(change.path.str());
    }
  }
  return catalogue;
}

ChangePlan plan_of(const Files& platform, const Files& catalogue, const ExtractRequest& request = kTop) {
  return plan_extract(ExtractedProject(platform).extraction(), MemorySnapshot(catalogue), request).value();
}

bool has(const ChangePlan& plan, const std::string& code) {
  return std::ranges::any_of(plan.findings, [&](const Finding& finding) { return finding.code == code; });
}

}  // namespace

TEST_CASE("a catalogue that was written is what the source says") {
  const ChangePlan first = plan_of(kPlatform, {});
  CHECK_FALSE(first.is_blocked());
  const Files catalogue = applied({}, first);
  CHECK(catalogue.contains("registry.json"));
  CHECK(catalogue.contains("api/component.json"));
  CHECK(catalogue.at("api/templates/src/api/app.py") == "x = 1\n");
  CHECK(catalogue.contains("r/core.json"));
  CHECK(catalogue.contains("r/core@1.0.0.json"));
  CHECK(plan_of(kPlatform, catalogue).is_empty());
}

TEST_CASE("a published version cannot change") {
  const Files catalogue = applied({}, plan_of(kPlatform, {}));
  Files changed = kPlatform;
  changed["src/api/app.py"] = "x = 2\n";
  CHECK(plan_of(changed, catalogue).is_blocked());
  changed["mlx.toml"] = "[components.api]\npaths = [\"src/api\"]\nversion = \"1.0.1\"\n";
  const ChangePlan plan = plan_of(changed, catalogue);
  CHECK_FALSE(plan.is_blocked());
  const Files after = applied(catalogue, plan);
  CHECK(after.contains("r/api@1.0.0.json"));
  CHECK(after.contains("r/api@1.0.1.json"));
}

TEST_CASE("a component that the source no longer has is reported, or removed if asked for") {
  const Files catalogue = applied({}, plan_of(kPlatform, {}));
  Files smaller = kPlatform;
  smaller.erase("src/core/x.py");
  const ChangePlan reported = plan_of(smaller, catalogue);
  CHECK(has(reported, "component-gone"));
  CHECK(reported.is_blocked());
  ExtractRequest request = kTop;
  request.prunes = true;
  const ChangePlan pruned = plan_of(smaller, catalogue, request);
  CHECK_FALSE(pruned.is_blocked());
  const Files after = applied(catalogue, pruned);
  CHECK_FALSE(after.contains("core/component.json"));
  CHECK_FALSE(after.contains("core/templates/src/core/x.py"));
  CHECK(after.contains("api/component.json"));
}

TEST_CASE("only what was asked for is written") {
  ExtractRequest request = kTop;
  request.only = {"api"};
  const Files catalogue = applied({}, plan_of(kPlatform, {}, request));
  CHECK(catalogue.contains("api/component.json"));
  CHECK_FALSE(catalogue.contains("core/component.json"));
}

TEST_CASE("templates that the component no longer has go") {
  Files catalogue = applied({}, plan_of(kPlatform, {}));
  catalogue["api/templates/src/api/stale.py"] = "old\n";
  catalogue["README.md"] = "ours\n";
  const Files after = applied(catalogue, plan_of(kPlatform, catalogue));
  CHECK_FALSE(after.contains("api/templates/src/api/stale.py"));
  CHECK(after.contains("README.md"));
}

TEST_CASE("an extraction with errors is not written") {
  Files platform = kPlatform;
  platform["mlx.toml"] = "[components.gone]\npaths = [\"src/gone\"]\n";
  CHECK(plan_of(platform, {}).is_blocked());
}
