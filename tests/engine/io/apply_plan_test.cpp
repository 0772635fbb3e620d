#include "engine/io/apply_plan.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/stat.h>

#include "engine/io/directory.h"
#include "engine/plan/add.h"
#include "tests/support/registry_builder.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;
namespace fs = std::filesystem;

namespace {

using Text = std::optional<std::string>;

FileChange change(std::string_view path, Text before, Text after, bool is_executable = false) {
  return {.path = RepoPath::parse(path).value(),
          .before = std::move(before),
          .after = std::move(after),
          .is_executable = is_executable};
}

ChangePlan plan_of(std::vector<FileChange> files) {
  return {.files = std::move(files), .dependency_file = ""};
}

void put(const fs::path& file, std::string_view bytes, unsigned mode = 0644) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
  fs::permissions(file, static_cast<fs::perms>(mode));
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Everything below a directory: `MODE` of directories, `MODE bytes` of files, `-> target` of links.
std::map<std::string, std::string> everything_in(const fs::path& top) {
  std::map<std::string, std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    const std::string mode = std::to_string(static_cast<unsigned>(entry.symlink_status().permissions()));
    found[entry.path().lexically_relative(top).generic_string()] =
        entry.is_symlink()     ? "-> " + fs::read_symlink(entry.path()).string()
        : entry.is_directory() ? mode
                               : mode + " " + text_of(entry.path());
  }
  return found;
}

unsigned mode_of(const fs::path& file) { return static_cast<unsigned>(fs::status(file).permissions()); }

/// A project with a few files, and a second directory that no plan may reach.
struct Project {
  Project() {
    put(top() / "keep.txt", "keep\n");
    put(top() / "old.txt", "old\n");
    put(top() / "private.txt", "private\n", 0600);
    put(top() / "run.sh", "#!/bin/sh\n", 0755);
    put(top() / "conf/a.yaml", "a: 1\n");
    put(outside() / "file", "outside\n");
  }
  [[nodiscard]] fs::path top() const { return directory.path() / "top"; }
  [[nodiscard]] fs::path outside() const { return directory.path() / "outside"; }

  TemporaryDirectory directory;
};

/// Applies a plan that cannot be applied, and checks that this leaves no trace.
Error failure_without_a_trace(const Project& project, const ChangePlan& plan) {
  const auto before = everything_in(project.directory.path());
  const auto result = apply_plan(plan, project.top());
  CHECK(everything_in(project.directory.path()) == before);
  REQUIRE_FALSE(result.has_value());
  return result.error();
}

}  // namespace

TEST_CASE("a plan creates, changes and removes files, and nothing else") {
  const Project project;
  auto expected = everything_in(project.top());
  const auto result =
      apply_plan(plan_of({change("conf/b.yaml", {}, "b: 2\n"), change("keep.txt", "keep\n", "kept\n"),
                          change("mlx.lock", {}, "{}\n"), change("new/deep/x.py", {}, "x = 1\n"),
                          change("old.txt", "old\n", {}), change("src/__init__.py", {}, "")}),
                 project.top());
  REQUIRE(result);
  CHECK(text_of(project.top() / "conf/b.yaml") == "b: 2\n");
  CHECK(text_of(project.top() / "keep.txt") == "kept\n");
  CHECK(text_of(project.top() / "new/deep/x.py") == "x = 1\n");
  CHECK(fs::is_regular_file(project.top() / "src/__init__.py"));
  for (const char* name :
       {"conf/b.yaml", "mlx.lock", "new", "new/deep", "new/deep/x.py", "src", "src/__init__.py"})
    expected[name] = "";
  expected.erase("old.txt");
  const auto now = everything_in(project.top());
  CHECK(now.size() == expected.size());
  for (const auto& [name, content] : expected) {
    CAPTURE(name);
    CHECK(now.contains(name));
  }
  CHECK(now.at("run.sh") == expected.at("run.sh"));
}

TEST_CASE("an empty plan changes nothing") {
  const Project project;
  const auto before = everything_in(project.top());
  CHECK(apply_plan({}, project.top()));
  CHECK(everything_in(project.top()) == before);
}

TEST_CASE("bytes arrive as they are") {
  const Project project;
  std::string bytes(300'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  REQUIRE(apply_plan(plan_of({change("data.bin", {}, bytes)}), project.top()));
  CHECK(text_of(project.top() / "data.bin") == bytes);
}

TEST_CASE("a changed file keeps its mode, a new one gets what the plan and the umask say") {
  const Project project;
  const mode_t mask = ::umask(027);
  const auto result = apply_plan(plan_of({change("new.py", {}, "x\n"), change("new.sh", {}, "x\n", true),
                                          change("private.txt", "private\n", "changed\n"),
                                          change("run.sh", "#!/bin/sh\n", "changed\n", true)}),
                                 project.top());
  ::umask(mask);
  REQUIRE(result);
  CHECK(mode_of(project.top() / "new.py") == 0640);
  CHECK(mode_of(project.top() / "new.sh") == 0750);
  CHECK(mode_of(project.top() / "private.txt") == 0600);
  CHECK(mode_of(project.top() / "run.sh") == 0755);
}

TEST_CASE("a blocked plan is refused") {
  const Project project;
  ChangePlan plan = plan_of({change("new.txt", {}, "x")});
  plan.findings.push_back({.code = "file-exists", .severity = Severity::kError});
  CHECK(failure_without_a_trace(project, plan).code == ErrorCode::kRefused);
}

TEST_CASE(
    "a project that is no longer what the plan was made for is a conflict, before anything is written") {
  const Project project;
  const FileChange first = change("a.txt", {}, "written first\n");
  const auto [late, file] =
      GENERATE_COPY(table<FileChange, std::string>({{change("keep.txt", "other\n", "new\n"), "keep.txt"},
                                                    {change("keep.txt", {}, "new\n"), "keep.txt"},
                                                    {change("gone.txt", "was here\n", "new\n"), "gone.txt"},
                                                    {change("old.txt", "other\n", {}), "old.txt"},
                                                    {change("gone.txt", "was here\n", {}), "gone.txt"},
                                                    {change("conf", {}, "a directory is there\n"), "conf"},
                                                    {change("conf", "was a file\n", "new\n"), "conf"}}));
  const Error error = failure_without_a_trace(project, plan_of({first, late}));
  CHECK(error.code == ErrorCode::kConflict);
  CHECK(error.location.file == file);
}

TEST_CASE("a symbolic link is neither followed nor replaced") {
  const Project project;
  fs::create_symlink(project.outside(), project.top() / "link");
  fs::create_symlink(project.outside() / "file", project.top() / "z.txt");
  fs::create_symlink("nowhere", project.top() / "dangling");
  const FileChange late =
      GENERATE(change("link/file", "outside\n", "reached\n"), change("link/new", {}, "reached\n"),
               change("link/deep/new", {}, "reached\n"), change("z.txt", "outside\n", "reached\n"),
               change("z.txt", {}, "reached\n"), change("z.txt", "outside\n", {}),
               change("link", {}, "reached\n"), change("dangling", {}, "reached\n"));
  CAPTURE(late.path.str());
  const Error error = failure_without_a_trace(project, plan_of({change("a/b.txt", {}, "x\n"), late}));
  CHECK((error.code == ErrorCode::kConflict || error.code == ErrorCode::kRefused));
}

TEST_CASE("a file where a directory would have to be is a conflict that names the path") {
  const Project project;
  const std::string path = GENERATE(as<std::string>{}, "keep.txt/x", "keep.txt/deep/x", "keep.txt/a/b/c");
  const Error error =
      failure_without_a_trace(project, plan_of({change("a/b.txt", {}, "x\n"), change(path, {}, "x\n")}));
  CHECK(error.code == ErrorCode::kConflict);
  CHECK(error.location.file == path);
}

TEST_CASE("a failure while files are put in place takes back what was placed") {
  const Project project;
  // `z` is to be a file, but by the time of its turn `z/inside` has made it a directory.
  const Error error = failure_without_a_trace(
      project, plan_of({change("conf/a.yaml", "a: 1\n", "a: 2\n"), change("new/deep/x.py", {}, "x = 1\n"),
                        change("private.txt", "private\n", "changed\n"),
                        change("run.sh", "#!/bin/sh\n", "changed\n", true), change("z", {}, "file\n"),
                        change("z/inside", {}, "x\n")}));
  CHECK(error.code == ErrorCode::kIo);
  CHECK(error.location.file == "z");
}

TEST_CASE("a failure while files are removed brings back those that were, as they were") {
  const Project project;
  // The last removal finds nothing: the plan names the file twice.
  const Error error = failure_without_a_trace(
      project,
      plan_of({change("keep.txt", "keep\n", "kept\n"), change("new/x", {}, "x\n"),
               change("old.txt", "old\n", {}), change("private.txt", "private\n", {}),
               change("run.sh", "#!/bin/sh\n", {}, true), change("run.sh", "#!/bin/sh\n", {}, true)}));
  CHECK(error.code == ErrorCode::kIo);
}

TEST_CASE("removed files leave no empty directories, but those that hold anything else") {
  const Project project;
  put(project.top() / "src/a/deep/x.py", "x\n");
  put(project.top() / "src/b/y.py", "y\n");
  put(project.top() / "src/b/mine.py", "mine\n");
  put(project.top() / "mlx.lock", "{}\n");
  REQUIRE(apply_plan(plan_of({change("mlx.lock", "{}\n", {}), change("src/a/deep/x.py", "x\n", {}),
                              change("src/b/y.py", "y\n", {})}),
                     project.top()));
  CHECK_FALSE(fs::exists(project.top() / "src/a"));
  CHECK_FALSE(fs::exists(project.top() / "mlx.lock"));
  CHECK(everything_in(project.top() / "src").size() == 2);
}

TEST_CASE("a disk that takes no more leaves no half-written file behind") {
  const Project project;
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &limit) == 0);
  const rlimit small{.rlim_cur = 1000, .rlim_max = limit.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const auto before = everything_in(project.top());
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const auto result = apply_plan(
      plan_of({change("a/first.txt", {}, "small\n"), change("b/large.txt", {}, std::string(5000, 'x'))}),
      project.top());
  ::setrlimit(RLIMIT_FSIZE, &limit);
  static_cast<void>(std::signal(SIGXFSZ, handler));
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::kIo);
  CHECK(everything_in(project.top()) == before);
}

TEST_CASE("what another run left beside the files is in nobody's way") {
  const Project project;
  for (int i = 0; i < 3; ++i)
    put(project.top() / (".mlx-" + std::to_string(::getpid()) + "-" + std::to_string(i) + ".tmp"), "");
  CHECK(apply_plan(plan_of({change("a.txt", {}, "x\n")}), project.top()));
  CHECK(text_of(project.top() / "a.txt") == "x\n");
}

TEST_CASE("a directory that is not there is an error") {
  const Project project;
  CHECK(apply_plan(plan_of({change("a", {}, "x")}), project.top() / "absent").error().code == ErrorCode::kIo);
}

TEST_CASE("a plan for a directory, applied to it, leaves nothing to do") {
  const Project project;
  put(project.top() / "pyproject.toml", "[project]\nname = \"x\"\ndependencies = []\n");
  const test::TestRegistry registry{
      {.name = "web", .distributions = {"fastapi"}, .components = {{"base", "*"}}}, {.name = "base"}};
  const auto plan = [&] {
    const auto snapshot = open_directory_snapshot(project.top()).value();
    return plan_add({.components = {"web"}}, registry.get(), *snapshot).value();
  };
  REQUIRE(apply_plan(plan(), project.top()));
  CHECK(plan().is_empty());
  CHECK(text_of(project.top() / "src/web.py") == "NAME = \"web\"\n");
}
