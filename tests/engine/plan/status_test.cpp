#include "engine/plan/status.h"

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"
#include "engine/plan/add.h"
#include "tests/support/registry_builder.h"

using namespace mlx;
using mlx::test::TestRegistry;

namespace {

using Files = std::map<std::string, std::string>;

TestRegistry registry_of(const std::string& version) {
  return TestRegistry{
      {.name = "web",
       .version = version,
       .files = {{.target = "src/a.py", .text = "A = 1\n"}, {.target = "src/b.py", .text = "B = 1\n"}},
       .components = {{"base", "*"}}},
      {.name = "base"}};
}

Files project_with_web() {
  const Files start = {{"requirements.txt", ""}};
  const TestRegistry registry = registry_of("1.0.0");
  const auto plan = plan_add({.components = {"web"}}, registry.get(), MemorySnapshot(start)).value();
  Files files = start;
  for (const FileChange& change : plan.files) files.insert_or_assign(change.path.str(), change.after.value());
  return files;
}

}  // namespace

TEST_CASE("a project without a lock has nothing") {
  const MemorySnapshot project(Files{{"README.md", ""}});
  CHECK(read_project_lock(project) == Lock{});
  const TestRegistry registry = registry_of("1.0.0");
  const ProjectStatus status = project_status(project, registry.get()).value();
  CHECK(status.components.empty());
  CHECK(status.registry == "test");
}

TEST_CASE("an injected component is as it was injected") {
  const MemorySnapshot project(project_with_web());
  const TestRegistry registry = registry_of("1.0.0");
  const ProjectStatus status = project_status(project, registry.get()).value();
  REQUIRE(status.components.size() == 2);
  const ComponentStatus& web = status.components[1];
  CHECK(status.components[0].name == "base");
  CHECK(web.name == "web");
  CHECK(web.version == web.latest);
  CHECK(web.changed_files.empty());
  CHECK(web.missing_files.empty());
  CHECK(web.missing_requirements.empty());
}

TEST_CASE("changed and missing files, and a newer version, are seen") {
  Files files = project_with_web();
  files["src/a.py"] += "# mine\n";
  files.erase("src/b.py");
  MemorySnapshot project(files);
  const TestRegistry registry = registry_of("1.1.0");
  const ComponentStatus web = project_status(project, registry.get()).value().components.at(1);
  CHECK(web.changed_files == std::vector<std::string>{"src/a.py"});
  CHECK(web.missing_files == std::vector<std::string>{"src/b.py"});
  CHECK(web.version < web.latest.value());
}

TEST_CASE("a file that became a link is changed, one that became a directory is missing") {
  Files files = project_with_web();
  files.erase("src/b.py");
  files["src/b.py/inside"] = "";
  MemorySnapshot project(files);
  project.put("src/a.py", {.bytes = "elsewhere", .kind = EntryKind::kSymlink});
  const TestRegistry registry = registry_of("1.0.0");
  const auto status = project_status(project, registry.get());
  REQUIRE(status);
  CHECK(status->components.at(1).changed_files == std::vector<std::string>{"src/a.py"});
  CHECK(status->components.at(1).missing_files == std::vector<std::string>{"src/b.py"});
}

TEST_CASE("a component that the registry no longer has keeps its place, without a latest version") {
  const MemorySnapshot project(project_with_web());
  const TestRegistry registry{{.name = "base"}};
  const ComponentStatus web = project_status(project, registry.get()).value().components.at(1);
  CHECK(web.name == "web");
  CHECK_FALSE(web.latest);
}

TEST_CASE("a required component that is not there is named") {
  const MemorySnapshot project(project_with_web());
  const TestRegistry registry{
      {.name = "web", .components = {{"base", "*"}, {"extra", "*"}}}, {.name = "base"}, {.name = "extra"}};
  const ComponentStatus web = project_status(project, registry.get()).value().components.at(1);
  CHECK(web.missing_requirements == std::vector<std::string>{"extra"});
}

TEST_CASE("a lock that cannot be read is an error") {
  const TestRegistry registry = registry_of("1.0.0");
  const MemorySnapshot broken(Files{{"mlx.lock", "{"}});
  CHECK(project_status(broken, registry.get()).error().location.file == "mlx.lock");
  MemorySnapshot linked;
  linked.put("mlx.lock", {.bytes = "x", .kind = EntryKind::kSymlink});
  CHECK(project_status(linked, registry.get()).error().code == ErrorCode::kRefused);
}
