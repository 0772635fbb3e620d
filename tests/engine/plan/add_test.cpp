// Where the files of a component go, and what stands in their way.
#include "engine/plan/add.h"

#include <catch2/catch.hpp>

#include "tests/engine/plan/planned_project.h"

using namespace mlx;
using namespace mlx::test;

namespace {

const std::string kPyProject = "[project]\nname = \"shop\"\ndependencies = []\n";

const TestComponent kWeb{
    .name = "web",
    .files = {{.target = "src/web/__init__.py", .text = "\"\"\"See src.web.app.\"\"\"\n"},
              {.target = "src/web/app.py", .text = "from src.web import routes\n"},
              {.target = "src/web/routes.py", .text = "ROUTES = []\n"},
              {.target = "conf/web.yaml", .text = "_target_: src.web.app.App\n", .kind = "config"},
              {.target = "scripts/serve.sh",
               .text = "#!/bin/sh\n",
               .kind = "infrastructure",
               .is_executable = true},
              {.target = "tests/test_web.py", .text = "from src.web import app\n", .kind = "test"}},
    .modules = {"src.web", "src.web.app", "src.web.routes"}};

/// A component with one file, `src/a.py`.
const TestComponent kSmall{
    .name = "small", .files = {{.target = "src/a.py", .text = "A = 1\n"}}, .modules = {"src.a"}};

using Paths = std::vector<std::string>;
using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("an empty project gets the files, the package that holds them, and the lock") {
  const TestRegistry registry{kWeb};
  const Files project = {{"pyproject.toml", kPyProject}};
  const ChangePlan plan = plan_for(project, registry, {.components = {"web"}});
  CHECK_FALSE(plan.is_blocked());
  CHECK(paths(plan) == Paths{"conf/web.yaml", "mlx.lock", "pyproject.toml", "scripts/serve.sh",
                             "src/__init__.py", "src/web/__init__.py", "src/web/app.py", "src/web/routes.py",
                             "tests/test_web.py"});
  CHECK(text_after(plan, "src/web/app.py") == "from src.web import routes\n");
  CHECK(text_after(plan, "src/__init__.py") == "");
  for (const FileChange& change : plan.files) {
    CAPTURE(change.path.str());
    CHECK(change.is_executable == (change.path.str() == "scripts/serve.sh"));
    CHECK(change.before.has_value() == (change.path.str() == "pyproject.toml"));
  }
  CHECK(plan.components == std::vector<PlannedComponent>{{.name = "web",
                                                          .version = {.major = 1},
                                                          .title = "The web",
                                                          .description = "Does web.",
                                                          .required_by = "",
                                                          .file_count = 6}});
}

TEST_CASE("the lock has the pristine base of every file") {
  const TestRegistry registry{kWeb};
  const Files project = {{"pyproject.toml", kPyProject}, {"shop/__init__.py", ""}};
  const ChangePlan plan = plan_for(project, registry, {.components = {"web"}});
  const LockedComponent web = lock_of(plan).components.at("web");
  CHECK(web.version == Version{.major = 1});
  CHECK(web.registry == "test");
  CHECK(web.revision == registry.get().item("web").value().sha256);
  CHECK(web.import_root == "shop");
  CHECK(web.files.size() == 6);
  for (const auto& [path, file] : web.files) {
    CAPTURE(path);
    CHECK(file.base == BlobId::of(text_after(plan, path).value()));
  }
  CHECK(web.files.at("shop/web/app.py").source == "templates/src/web/app.py");
}

TEST_CASE("a component that brings the root's __init__.py itself has its text as the base") {
  const TestRegistry registry{
      {.name = "rooted", .files = {{.target = "src/__init__.py", .text = "ROOT = 1\n"}}, .modules = {"src"}}};
  const ChangePlan plan =
      plan_for({{"conftest.py", ""}, {"requirements.txt", ""}}, registry, {.components = {"rooted"}});
  CHECK(text_after(plan, "src/__init__.py") == "ROOT = 1\n");
  const LockedFile locked = lock_of(plan).components.at("rooted").files.at("src/__init__.py");
  CHECK(locked.base == BlobId::of("ROOT = 1\n"));
  CHECK(locked.source == "templates/src/__init__.py");
}

TEST_CASE("sources and references follow the project's layout") {
  const TestRegistry registry{kWeb};
  const auto [init, root, import_root] =
      GENERATE(table<std::string, std::string, std::string>({{"shop/__init__.py", "shop", "shop"},
                                                             {"src/shop/__init__.py", "src/shop", "shop"},
                                                             {"src/__init__.py", "src", "src"}}));
  CAPTURE(init);
  const ChangePlan plan =
      plan_for(Files{{"pyproject.toml", kPyProject}, {init, ""}}, registry, {.components = {"web"}});
  CHECK(text_after(plan, root + "/web/app.py") == "from " + import_root + ".web import routes\n");
  CHECK(text_after(plan, root + "/web/__init__.py") == "\"\"\"See " + import_root + ".web.app.\"\"\"\n");
  CHECK(text_after(plan, "tests/test_web.py") == "from " + import_root + ".web import app\n");
  CHECK(text_after(plan, "conf/web.yaml") == "_target_: " + import_root + ".web.app.App\n");
  CHECK_FALSE(text_after(plan, root + "/__init__.py"));
  CHECK(lock_of(plan).components.at("web").import_root == import_root);
}

TEST_CASE("what another component of the closure provides is rewritten too") {
  const TestRegistry registry{
      {.name = "top",
       .files = {{.target = "src/top.py", .text = "TARGET = \"src.base.Thing\"\n# not src.other\n"}},
       .modules = {"src.top"},
       .components = {{"base", "*"}}},
      {.name = "base"}};
  const Files project = {{"conftest.py", ""}, {"requirements.txt", ""}, {"shop/__init__.py", ""}};
  const ChangePlan plan = plan_for(project, registry, {.components = {"top"}});
  CHECK(text_after(plan, "shop/top.py") == "TARGET = \"shop.base.Thing\"\n# not src.other\n");
  REQUIRE(plan.components.size() == 2);
  CHECK(plan.components[0].name == "base");
  CHECK(plan.components[0].required_by == "top");
}

TEST_CASE("a new root gets its __init__.py once, and the first component has it") {
  const TestRegistry registry{{.name = "one"}, {.name = "two"}};
  const ChangePlan plan =
      plan_for({{"conftest.py", ""}, {"requirements.txt", ""}}, registry, {.components = {"one", "two"}});
  CHECK(text_after(plan, "src/__init__.py") == "");
  const Lock lock = lock_of(plan);
  CHECK(lock.components.at("one").files.contains("src/__init__.py"));
  CHECK_FALSE(lock.components.at("two").files.contains("src/__init__.py"));
}

TEST_CASE("a file that is there and equal stays, and counts as injected") {
  const TestRegistry registry{kSmall};
  const Files project = {{"conftest.py", ""}, {"requirements.txt", ""}, {"src/a.py", "A = 1\n"}};
  const ChangePlan plan = plan_for(project, registry, {.components = {"small"}});
  CHECK_FALSE(plan.is_blocked());
  CHECK(paths(plan) == Paths{"mlx.lock"});
  CHECK(lock_of(plan).components.at("small").files.at("src/a.py").base == BlobId::of("A = 1\n"));
}

TEST_CASE("a file that is there and different blocks the plan, unless it may be overwritten") {
  const TestRegistry registry{kSmall};
  const Files project = {{"conftest.py", ""}, {"requirements.txt", ""}, {"src/a.py", "MINE = 1\n"}};
  const ChangePlan plan = plan_for(project, registry, {.components = {"small"}});
  CHECK(plan.is_blocked());
  REQUIRE(codes(plan) == Codes{"file-exists"});
  CHECK(plan.findings.front().evidence == std::vector<Evidence>{{.file = "src/a.py"}});
  CHECK_FALSE(text_after(plan, "src/a.py"));

  const ChangePlan forced = plan_for(project, registry, {.components = {"small"}, .overwrite = true});
  CHECK_FALSE(forced.is_blocked());
  CHECK(text_after(forced, "src/a.py") == "A = 1\n");
  CHECK(forced.files.back().before == "MINE = 1\n");
}

TEST_CASE("every file in the way is reported, not only the first") {
  const TestRegistry registry{kWeb};
  const Files project = {{"conftest.py", ""},
                         {"requirements.txt", ""},
                         {"src/web/app.py", ""},
                         {"src/web/routes.py", "x = 1\n"}};
  CHECK(codes(plan_for(project, registry, {.components = {"web"}})) == Codes{"file-exists", "file-exists"});
}

TEST_CASE("an executable that is overwritten stays executable") {
  const TestRegistry registry{kSmall};
  MemorySnapshot project(Files{{"conftest.py", ""}, {"requirements.txt", ""}});
  project.put("src/a.py", {.bytes = "MINE = 1\n", .kind = EntryKind::kExecutable});
  const ChangePlan plan = plan_for(project, registry, {.components = {"small"}, .overwrite = true});
  CHECK(plan.files.back().path.str() == "src/a.py");
  CHECK(plan.files.back().is_executable);
}

TEST_CASE("links, directories and other things in the way are never written to, not even by force") {
  const TestRegistry registry{kSmall};
  MemorySnapshot project(Files{{"conftest.py", ""}, {"requirements.txt", ""}, {"src/__init__.py", ""}});
  SECTION("the target is a link") { project.put("src/a.py", {.bytes = "b.py", .kind = EntryKind::kSymlink}); }
  SECTION("the target is a directory") { project.put("src/a.py/inside", {.bytes = ""}); }
  SECTION("the target is a submodule") { project.put("src/a.py", {.bytes = "", .kind = EntryKind::kOther}); }
  const ChangePlan plan = plan_for(project, registry, {.components = {"small"}, .overwrite = true});
  CHECK(plan.is_blocked());
  CHECK(codes(plan) == Codes{"target-unusable"});
  CHECK_FALSE(text_after(plan, "src/a.py"));
}

TEST_CASE("a link on the way to the target blocks the plan") {
  const TestRegistry registry{kWeb};
  MemorySnapshot project(Files{{"conftest.py", ""}, {"requirements.txt", ""}});
  project.put("conf", {.bytes = "/etc", .kind = EntryKind::kSymlink});
  const ChangePlan plan = plan_for(project, registry, {.components = {"web"}, .overwrite = true});
  CHECK(codes(plan) == Codes{"target-unusable"});
  CHECK_FALSE(text_after(plan, "conf/web.yaml"));
}

TEST_CASE("a file where a directory would have to be blocks the plan") {
  const TestRegistry registry{kWeb};
  const Files project = {{"conftest.py", ""},
                         {"requirements.txt", ""},
                         {"src/__init__.py", ""},
                         {"conf", "mine\n"},
                         {"scripts", "mine\n"}};
  const ChangePlan plan = plan_for(project, registry, {.components = {"web"}, .overwrite = true});
  CHECK(plan.is_blocked());
  REQUIRE(codes(plan) == Codes{"target-unusable", "target-unusable"});
  CHECK(plan.findings.front().evidence == std::vector<Evidence>{{.file = "conf"}});
  CHECK_FALSE(text_after(plan, "conf/web.yaml"));
}

TEST_CASE("two components that put different files in one place block each other") {
  const auto component = [](std::string name, std::string text) {
    return TestComponent{.name = std::move(name),
                         .files = {{.target = "src/shared.py", .text = std::move(text)}}};
  };
  const TestRegistry registry{component("one", "X = 1\n"), component("two", "X = 2\n"),
                              component("three", "X = 1\n")};
  const Files project = {{"conftest.py", ""}, {"requirements.txt", ""}};
  const ChangePlan clash = plan_for(project, registry, {.components = {"one", "two"}});
  CHECK(clash.is_blocked());
  CHECK(codes(clash) == Codes{"file-planned-twice"});
  CHECK(text_after(clash, "src/shared.py") == "X = 1\n");
  CHECK(plan_for(project, registry, {.components = {"one", "two"}, .overwrite = true}).is_blocked());
  CHECK_FALSE(plan_for(project, registry, {.components = {"one", "three"}}).is_blocked());
}

TEST_CASE("a component that writes what MLX itself writes cannot spoil it") {
  const TestRegistry registry{
      {.name = "bad", .files = {{.target = "mlx.lock", .text = "{}\n", .kind = "config"}}}};
  const auto plan = plan_add({.components = {"bad"}}, registry.get(),
                             MemorySnapshot(Files{{"conftest.py", ""}, {"requirements.txt", ""}}));
  REQUIRE(plan);
  CHECK(codes(*plan) == Codes{"file-planned-twice"});
}

TEST_CASE("what leaves no plan to show is an error") {
  const TestRegistry registry{
      kSmall, {.name = "bad", .files = {{.target = "src/x.py", .text = "import src\ndef broken(:\n"}}}};
  const auto error_of = [&](const Files& project, const std::string& component) {
    const auto plan = plan_add({.components = {component}}, registry.get(), MemorySnapshot(project));
    REQUIRE_FALSE(plan.has_value());
    return plan.error();
  };
  const Files project = {{"conftest.py", ""}, {"requirements.txt", ""}};
  CHECK(error_of(project, "smal").code == ErrorCode::kNotFound);
  CHECK(error_of({{"requirements.txt", ""}, {"shop/__init__.py", ""}}, "bad").location.file == "shop/x.py");
  CHECK(error_of({{"conftest.py", ""}, {"requirements.txt", ""}, {"mlx.lock", "{"}}, "small").location.file ==
        "mlx.lock");
  CHECK(error_of({{"pyproject.toml", "[project\n"}}, "small").location.file == "pyproject.toml");
  CHECK(error_of({{"conftest.py", ""}, {"requirements.txt", ""}, {"mlx.toml", "sourceroot = 1\n"}}, "small")
            .location.file == "mlx.toml");
}

TEST_CASE("a registry whose template was changed gives no plan") {
  TestRegistry registry{kSmall};
  registry.files().put("small/templates/src/a.py", {.bytes = "import os\n"});
  const auto plan = plan_add({.components = {"small"}}, registry.get(),
                             MemorySnapshot(Files{{"conftest.py", ""}, {"requirements.txt", ""}}));
  REQUIRE_FALSE(plan);
  CHECK(plan.error().location.file == "small/templates/src/a.py");
}

TEST_CASE("an installed component is left as it is, even with a file missing") {
  const TestRegistry registry{kWeb};
  Files project =
      applied({{"conftest.py", ""}, {"requirements.txt", ""}},
              plan_for({{"conftest.py", ""}, {"requirements.txt", ""}}, registry, {.components = {"web"}}));
  project.erase("src/web/routes.py");
  project["src/web/app.py"] = "mine = 1\n";
  const ChangePlan again = plan_for(project, registry, {.components = {"web"}});
  CHECK(again.is_empty());
  CHECK(codes(again) == Codes{"component-present"});
  CHECK_FALSE(again.is_blocked());
  CHECK(again.components.empty());

  const ChangePlan forced = plan_for(project, registry, {.components = {"web"}, .overwrite = true});
  CHECK(paths(forced) == Paths{"src/web/app.py", "src/web/routes.py"});
  CHECK(applied(project, forced).at("src/web/app.py") == "from src.web import routes\n");
}

TEST_CASE("a component that the registry has in a newer version is left, and the plan says so") {
  const Files start = {{"conftest.py", ""}, {"requirements.txt", ""}};
  const TestRegistry old_registry{kSmall};
  const Files project = applied(start, plan_for(start, old_registry, {.components = {"small"}}));
  TestComponent newer = kSmall;
  newer.version = "1.1.0";
  const TestRegistry registry{newer};
  const ChangePlan plan = plan_for(project, registry, {.components = {"small"}});
  CHECK(plan.is_empty());
  CHECK(codes(plan) == Codes{"component-outdated"});
}

TEST_CASE("an installed requirement is neither planned again nor mentioned") {
  const TestRegistry registry{{.name = "base"}, {.name = "top", .components = {{"base", "*"}}}};
  const Files start = {{"conftest.py", ""}, {"requirements.txt", ""}};
  Files project = applied(start, plan_for(start, registry, {.components = {"base"}}));
  project["src/base.py"] = "mine = 1\n";
  for (const bool overwrite : {false, true}) {
    const ChangePlan plan = plan_for(project, registry, {.components = {"top"}, .overwrite = overwrite});
    CHECK(paths(plan) == Paths{"mlx.lock", "src/top.py"});
    CHECK(plan.findings.empty());
    CHECK(lock_of(plan).components.size() == 2);
  }
}

TEST_CASE("overwriting an installed component remembers what its first injection brought") {
  TestComponent component = kSmall;
  component.distributions = {"fastapi>=0.115"};
  component.environment = {{.name = "PORT", .default_value = "1", .description = ""}};
  component.files.push_back({.target = "src/old.py", .text = "OLD = 1\n"});
  const TestRegistry first{component};
  const Files start = {{"conftest.py", ""}, {"requirements.txt", ""}};
  const Files project = applied(start, plan_for(start, first, {.components = {"small"}}));
  component.version = "2.0.0";
  component.files.pop_back();
  const TestRegistry second{component};
  const ChangePlan plan = plan_for(project, second, {.components = {"small"}, .overwrite = true});
  const LockedComponent small = lock_of(plan).components.at("small");
  CHECK(small.version == Version{.major = 2});
  CHECK(small.distributions == std::vector<std::string>{"fastapi>=0.115"});
  CHECK(small.environment == std::vector<std::string>{"PORT"});
  CHECK(small.files.contains("src/old.py"));
  CHECK(applied(project, plan).at("src/old.py") == "OLD = 1\n");
}

TEST_CASE("a module and a package of one name are not put side by side") {
  const TestRegistry registry{
      {.name = "cli", .files = {{.target = "src/cli/__init__.py", .text = "A = 1\n"}}},
      {.name = "tool", .files = {{.target = "src/tool.py", .text = "A = 1\n"}}}};
  const Files project = {{"requirements.txt", ""},
                         {"src/__init__.py", ""},
                         {"src/cli.py", "MINE = 1\n"},
                         {"src/tool/__init__.py", ""}};
  const ChangePlan package = plan_for(project, registry, {.components = {"cli"}});
  CHECK(package.is_blocked());
  CHECK(package.findings.front().code == "module-hidden");
  CHECK(package.findings.front().evidence == std::vector<Evidence>{{.file = "src/cli.py"}});
  const ChangePlan module = plan_for(project, registry, {.components = {"tool"}});
  CHECK(module.findings.front().code == "module-hidden");
  CHECK(module.findings.front().remedy.starts_with("rename src/tool/__init__.py"));
}

TEST_CASE("a plan shows as one unified diff") {
  const TestRegistry registry{kSmall};
  const ChangePlan plan = plan_for({{"conftest.py", ""}, {"requirements.txt", ""}, {"src/b.py", ""}},
                                   registry, {.components = {"small"}});
  const std::string diff = unified_diff(plan);
  CHECK(diff.find("--- /dev/null\n+++ b/src/a.py\n@@ -0,0 +1 @@\n+A = 1\n") != std::string::npos);
  CHECK(diff.find("+++ b/mlx.lock\n") != std::string::npos);
}
