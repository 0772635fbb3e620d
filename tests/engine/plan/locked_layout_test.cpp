// Where code is in a project that has components already.
#include "engine/plan/locked_layout.h"

#include <catch2/catch.hpp>

#include "tests/engine/plan/planned_project.h"

using namespace mlx;
using namespace mlx::test;

namespace {

using Paths = std::vector<std::string>;

const std::string kPyProject = "[project]\nname = \"shop\"\ndependencies = []\n";

/// A component that is a package of its own: `src/NAME`.
TestComponent package(const std::string& name) {
  return {.name = name,
          .files = {{.target = "src/" + name + "/__init__.py", .text = ""},
                    {.target = "src/" + name + "/core.py", .text = "X = 1\n"}},
          .modules = {"src." + name, "src." + name + ".core"}};
}

/// A lock of components with one file each, all with this import root.
Lock lock_of_files(const Paths& files, const std::string& import_root) {
  Lock lock;
  for (const std::string& file : files) {
    LockedComponent component;
    component.import_root = import_root;
    component.files.emplace(file, LockedFile{.base = BlobId::of(""), .source = "templates/x.py"});
    lock.components.emplace("c" + std::to_string(lock.components.size()), std::move(component));
  }
  return lock;
}

/// `SOURCE_ROOT IMPORT_ROOT`, or what is wrong.
std::string roots(const Files& project, const Lock& lock, const ProjectConfiguration& configuration = {}) {
  const auto layout = detect_locked_layout(MemorySnapshot(project), configuration, lock);
  if (!layout) return layout.error().message.substr(0, layout.error().message.find(' '));
  return layout->source_root + " " + layout->import_root;
}

const Files kTwoPackages = {{"src/config/__init__.py", ""}, {"src/plugins/__init__.py", ""}};
const Paths kTheirFiles = {"src/config/__init__.py", "src/plugins/__init__.py"};

}  // namespace

TEST_CASE("components can be added, once more and removed where `src` is empty") {
  const TestRegistry registry{package("one"), package("two"), package("three"), package("four")};
  Files project = {{"pyproject.toml", kPyProject}, {"src/.gitkeep", ""}};
  const Files before = project;
  project = applied(project, plan_for(project, registry, {.components = {"one"}}));
  project = applied(project, plan_for(project, registry, {.components = {"two"}}));
  CHECK(project.contains("src/two/core.py"));
  const ChangePlan third = plan_for(project, registry, {.components = {"three"}});
  CHECK(paths(third) == Paths{"mlx.lock", "src/three/__init__.py", "src/three/core.py"});
  project = applied(project, third);
  CHECK(roots(project, lock_of(third)) == "src src");
  project = applied(project, removal_for(project, registry, {.components = {"one", "three"}}));
  project = applied(project, removal_for(project, registry, {.components = {"two"}}));
  CHECK(project == before);
}

TEST_CASE("packages that components brought are none to choose from") {
  CHECK(roots(kTwoPackages, {}) == "several");
  CHECK(roots(kTwoPackages, lock_of_files(kTheirFiles, "src")) == "src src");
  const Files at_top = {{"shop/ml/a.py", ""}, {"one/__init__.py", ""}, {"two/__init__.py", ""}};
  CHECK(roots(at_top, lock_of_files({"shop/ml/a.py"}, "shop.ml")) == "shop/ml shop.ml");
  const Files below = {{"src/shop/a.py", ""}, {"src/one/__init__.py", ""}, {"src/two/__init__.py", ""}};
  CHECK(roots(below, lock_of_files({"src/shop/a.py"}, "shop")) == "src/shop shop");
}

TEST_CASE("a lock that leads nowhere says nothing") {
  CHECK(roots(kTwoPackages, lock_of_files({"src/gone/a.py"}, "src")) == "several");
  CHECK(roots(kTwoPackages, lock_of_files({"src/config"}, "src")) == "several");
  CHECK(roots(kTwoPackages, lock_of_files(kTheirFiles, "shop")) == "several");
  for (const char* name : {"", "../src", "src config", "src.", "/"}) {
    CAPTURE(name);
    CHECK(roots(kTwoPackages, lock_of_files(kTheirFiles, name)) == "several");
  }
  Lock two = lock_of_files(kTheirFiles, "src");
  two.components.begin()->second.import_root = "shop";
  CHECK(roots(kTwoPackages, two) == "several");
}

TEST_CASE("what the configuration says comes before the lock") {
  ProjectConfiguration configuration;
  configuration.source_root = "src/config";
  CHECK(roots(kTwoPackages, lock_of_files(kTheirFiles, "src"), configuration) == "src/config config");
}

TEST_CASE("a package that gets installed needs no path, with components too") {
  const Files project = {{"pyproject.toml",
                          "[build-system]\nrequires = [\"setuptools\"]\nbuild-backend = "
                          "\"setuptools.build_meta\"\n[project]\nname = \"store\"\n"},
                         {"src/shop/__init__.py", ""},
                         {"src/shop/a.py", ""}};
  const auto without = detect_locked_layout(MemorySnapshot(project), {}, {});
  const auto with =
      detect_locked_layout(MemorySnapshot(project), {}, lock_of_files({"src/shop/a.py"}, "shop"));
  REQUIRE(with);
  CHECK(with->pytest_pythonpath.empty());
  CHECK(*with == *without);
}
