// Components that add lines to a file that is not theirs, through plan_add, plan_remove and project_status.
#include <catch2/catch.hpp>

#include "engine/plan/status.h"
#include "tests/engine/plan/planned_project.h"

using namespace mlx;
using namespace mlx::test;

namespace {

const std::string kApp =
    "from fastapi import FastAPI\n\n\ndef create_app() -> FastAPI:\n    app = FastAPI()\n    return app\n";
const std::string kLimitLines =
    "from fastapi import FastAPI\n\nfrom src.limits import add_limits\n\n\ndef create_app() -> FastAPI:\n"
    "    app = FastAPI()\n    add_limits(app)\n    return app\n";

TestRegistry registry() {
  return TestRegistry{{.name = "web",
                       .files = {{.target = "src/web/app.py", .text = kApp}},
                       .modules = {"src.web", "src.web.app"}},
                      {.name = "limits",
                       .files = {{.target = "src/limits.py", .text = "def add_limits(app):\n    pass\n"},
                                 {.target = "src/web/app.py", .text = kLimitLines, .merge = "enhance"}},
                       .modules = {"src.limits"},
                       .injection_points = {{.name = "application-factory",
                                             .file = "src/web/app.py",
                                             .function = "create_app",
                                             .location = "after:FastAPI"}}}};
}

const Files kProject = {
    {"requirements.txt", ""}, {"shop/__init__.py", ""}, {"pytest.ini", "[pytest]\npythonpath = .\n"}};

Files with(const std::vector<std::string>& components) {
  return applied(kProject, plan_for(kProject, registry(), {.components = components}));
}

const std::string kExtendedApp =
    "from fastapi import FastAPI\n\nfrom shop.limits import add_limits\n\n\ndef create_app() -> FastAPI:\n"
    "    app = FastAPI()\n    add_limits(app)\n    return app\n";

ProjectStatus status_of(const Files& project) {
  const TestRegistry known = registry();
  return project_status(MemorySnapshot(project), known.get()).value();
}

}  // namespace

TEST_CASE("lines come in with the project's own import root, in one plan or in two") {
  CHECK(with({"web", "limits"}).at("shop/web/app.py") == kExtendedApp);
  const Files first = with({"web"});
  const ChangePlan plan = plan_for(first, registry(), {.components = {"limits"}});
  CHECK(codes(plan).empty());
  CHECK(text_after(plan, "shop/web/app.py") == kExtendedApp);
  CHECK(lock_of(plan).components.at("limits").lines.contains("shop/web/app.py"));
  CHECK_FALSE(lock_of(plan).components.at("limits").files.contains("shop/web/app.py"));
}

TEST_CASE("lines that MLX added are no change of the user's") {
  for (const ComponentStatus& component : status_of(with({"web", "limits"})).components) {
    CAPTURE(component.name);
    CHECK(component.changed_files.empty());
  }
  Files changed = with({"web", "limits"});
  changed.at("shop/web/app.py") += "# mine\n";
  CHECK(status_of(changed).components.back().changed_files == std::vector<std::string>{"shop/web/app.py"});
}

TEST_CASE("removing the component takes its lines out, and nothing else") {
  const Files both = with({"web", "limits"});
  CHECK(applied(both, removal_for(both, registry(), {.components = {"limits"}})) == with({"web"}));
  CHECK(applied(both, removal_for(both, registry(), {.components = {"limits", "web"}})) == kProject);

  Files edited = both;
  std::string& app = edited.at("shop/web/app.py");
  app.insert(app.find("    return"), "    app.state.mine = 1\n");
  const Files rest = applied(edited, removal_for(edited, registry(), {.components = {"limits"}}));
  CHECK(rest.at("shop/web/app.py").find("app.state.mine = 1") != std::string::npos);
  CHECK(rest.at("shop/web/app.py").find("limits") == std::string::npos);
}

TEST_CASE("lines that were changed stay, and are named") {
  Files both = with({"web", "limits"});
  std::string& app = both.at("shop/web/app.py");
  app.replace(app.find("add_limits(app)\n"), 16, "add_limits(app, 3)\n");
  const ChangePlan plan = removal_for(both, registry(), {.components = {"limits"}});
  CHECK(codes(plan) == std::vector<std::string>{"lines-kept"});
  CHECK_FALSE(text_after(plan, "shop/web/app.py"));
}

TEST_CASE("the user's own factory gets the lines, wherever it is") {
  Files own = kProject;
  own["shop/server/main.py"] =
      "from fastapi import FastAPI\n\n\ndef build():\n    api = FastAPI()\n    return api\n";
  const ChangePlan plan = plan_for(own, registry(), {.components = {"limits"}});
  CHECK(codes(plan).empty());
  CHECK(text_after(plan, "shop/server/main.py") ==
        "from fastapi import FastAPI\n\nfrom shop.limits import add_limits\n\n\ndef build():\n"
        "    api = FastAPI()\n    add_limits(api)\n    return api\n");
  const Files after = applied(own, plan);
  CHECK(applied(after, removal_for(after, registry(), {.components = {"limits"}})) == own);
}

TEST_CASE("without a place the lines are shown, and the component comes") {
  const ChangePlan plan = plan_for(kProject, registry(), {.components = {"limits"}});
  REQUIRE(codes(plan) == std::vector<std::string>{"injection-point-not-found"});
  CHECK(plan.findings.front().severity == Severity::kWarning);
  CHECK(plan.findings.front().remedy.find("from shop.limits import add_limits") != std::string::npos);
  CHECK(plan.findings.front().remedy.find("add_limits(app)") != std::string::npos);
  CHECK(text_after(plan, "shop/limits.py"));
  CHECK(lock_of(plan).components.at("limits").lines.empty());
}

TEST_CASE("adding again what is there changes nothing, and overwriting keeps the lines of others") {
  const Files both = with({"web", "limits"});
  CHECK(plan_for(both, registry(), {.components = {"limits"}}).is_empty());
  const ChangePlan again = plan_for(both, registry(), {.components = {"web"}, .overwrite = true});
  CHECK(codes(again).empty());
  CHECK(applied(both, again) == both);
  CHECK(status_of(applied(both, again)).components.back().changed_files.empty());
}

TEST_CASE("the lock keeps the lines that were added") {
  const Lock lock = lock_of(plan_for(kProject, registry(), {.components = {"web", "limits"}}));
  CHECK(read_lock(write_lock(lock)).value() == lock);
  const AddedLines& lines = lock.components.at("limits").lines.at("shop/web/app.py");
  CHECK(lines.source == "templates/src/web/app.py");
  CHECK(lines.locations == std::vector<std::string>{"after:FastAPI"});
}
