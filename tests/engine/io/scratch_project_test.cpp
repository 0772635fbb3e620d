#include "engine/io/scratch_project.h"

#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"

using namespace mlx;
namespace fs = std::filesystem;

namespace {

RepoPath path(const std::string& text) { return RepoPath::parse(text).value(); }

void put(const fs::path& file, std::string_view bytes) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

std::string get(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> changed(const ScratchProject& project) {
  const auto files = project.changes();
  REQUIRE(files);
  std::vector<std::string> paths;
  for (const RewrittenFile& file : *files) paths.push_back((file.content ? "" : "-") + file.path.str());
  return paths;
}

std::unique_ptr<ScratchProject> scratch(std::map<std::string, std::string> files) {
  return ScratchProject::make(MemorySnapshot(std::move(files)), {}).value();
}

}  // namespace

TEST_CASE("a project lies in a directory of its own as the plan makes it, and goes with the object") {
  MemorySnapshot files({{"src/a.py", "a\n"}, {"gone.py", "g\n"}});
  files.put("run.sh", {.bytes = "#!/bin/sh\n", .kind = EntryKind::kExecutable});
  files.put("link", {.bytes = "/etc/passwd", .kind = EntryKind::kSymlink});
  ChangePlan plan;
  plan.files = {{.path = path("gone.py"), .before = "g\n", .after = std::nullopt},
                {.path = path("new/b.py"), .before = std::nullopt, .after = "b\n"},
                {.path = path("src/a.py"), .before = "a\n", .after = "A\n"}};
  auto made = ScratchProject::make(files, plan);
  REQUIRE(made);
  const fs::path directory = (*made)->directory();
  CHECK(get(directory / "src/a.py") == "A\n");
  CHECK(get(directory / "new/b.py") == "b\n");
  CHECK_FALSE(fs::exists(directory / "gone.py"));
  CHECK_FALSE(fs::exists(fs::symlink_status(directory / "link")));
  CHECK((fs::status(directory / "run.sh").permissions() & fs::perms::owner_exec) != fs::perms::none);
  CHECK((fs::status(directory.parent_path()).permissions() & fs::perms::others_all) == fs::perms::none);
  CHECK(changed(**made).empty());
  made->reset();
  CHECK_FALSE(fs::exists(directory.parent_path()));
}

TEST_CASE("what was written anew, what came and what went is told, whatever its time") {
  const auto project = scratch({{"a.txt", "1"}, {"b/b.txt", "2"}, {"b/c.txt", "3"}, {"same.txt", "4"}});
  put(project->directory() / "a.txt", "x");
  put(project->directory() / "same.txt", "4");
  put(project->directory() / "n/e/w.txt", "new");
  fs::permissions(project->directory() / "n/e/w.txt", fs::perms::owner_exec, fs::perm_options::add);
  fs::remove_all(project->directory() / "b");
  CHECK(changed(*project) == std::vector<std::string>{"a.txt", "-b/b.txt", "-b/c.txt", "n/e/w.txt"});
  const auto files = project->changes().value();
  CHECK(files.front().content == "x");
  CHECK(files.back().is_executable);
}

TEST_CASE("what git ignores is not told, unless it was there") {
  const auto project =
      scratch({{".gitignore", "*.log\nbuild/\n"}, {"old.log", "1"}, {"build/kept.txt", "1"}});
  for (const char* name : {"new.log", "build/new.txt", ".venv/lib/x", "other/y.log"})
    put(project->directory() / name, "x");
  put(project->directory() / ".venv/.gitignore", "*\n");
  put(project->directory() / "old.log", "2");
  put(project->directory() / "build/kept.txt", "2");
  CHECK(changed(*project) == std::vector<std::string>{"build/kept.txt", "old.log"});
}

TEST_CASE("what is no file, or too large, is refused") {
  const auto linked = scratch({});
  fs::create_symlink("/etc/passwd", linked->directory() / "passwd");
  CHECK(linked->changes().error().code == ErrorCode::kRefused);
  CHECK(linked->changes().error().message.contains("passwd"));
  const auto large = scratch({});
  put(large->directory() / "large.bin", "");
  fs::resize_file(large->directory() / "large.bin", (32UL << 20U) + 1);
  CHECK(large->changes().error().code == ErrorCode::kRefused);
}

TEST_CASE("an ignored file is not known by the beginning of another's name") {
  const auto project = scratch({{".gitignore", ".env\n_v.py\n"}, {".env.example", "A=\n"}, {"_v.pyi", ""}});
  for (const char* name : {".env", "_v.py"}) put(project->directory() / name, "x");
  CHECK(changed(*project).empty());
}

TEST_CASE("more than can be taken is refused, and so is what cannot be read") {
  const auto many = scratch({});
  for (int i = 0; i < 1001; ++i) put(many->directory() / std::to_string(i), "");
  CHECK(many->changes().error().code == ErrorCode::kRefused);
  const auto grown = scratch({{"uv.lock", ""}});
  put(grown->directory() / "uv.lock", std::string((32UL << 20U) + 1, 'x'));
  CHECK(grown->changes().error().code == ErrorCode::kRefused);
}

TEST_CASE("names that end like others are not taken for them") {
  const auto project = scratch({{".gitignore", "a*\n"}, {"ab/x.txt", "1"}});
  put(project->directory() / "a/x.txt", "x");
  CHECK(changed(*project).empty());
}
