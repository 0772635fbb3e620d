#include "engine/manifest/uv_workspace.h"

#include <catch2/catch.hpp>

#include "engine/index/directory_view.h"
#include "engine/index/memory_snapshot.h"

using namespace mlx;

namespace {

using Files = std::map<std::string, std::string>;

std::string lock_of(Files files, const std::string& directory) {
  const MemorySnapshot repository(std::move(files));
  return find_workspace_lock(DirectoryView(repository, directory)).value();
}

constexpr const char* kWorkspace =
    "[tool.uv.workspace]\nmembers = [\"packages/*\"]\nexclude = [\"packages/old\"]\n";

}  // namespace

TEST_CASE("a workspace names its members") {
  const auto found = read_uv_workspace(
      "[tool.uv.workspace]\nmembers = [\"packages/*\", 1, \"tools\"]\nexclude = [\"packages/old\"]\n", "f");
  REQUIRE(found);
  CHECK(found->is_declared);
  CHECK(found->members == std::vector<std::string>{"packages/*", "tools"});
  CHECK(found->excluded == std::vector<std::string>{"packages/old"});
  CHECK(read_uv_workspace("tool.uv.workspace = {}\n", "f")->is_declared);
}

TEST_CASE("a project alone is no workspace, and what is no TOML is an error") {
  CHECK_FALSE(read_uv_workspace("[project]\nname = \"a\"\n[tool.uv]\npackage = false\n", "f")->is_declared);
  CHECK_FALSE(read_uv_workspace("", "f")->is_declared);
  CHECK_FALSE(read_uv_workspace("[", "f"));
}

TEST_CASE("the lock of a workspace is that of the directory above that declares the member") {
  const Files files = {{"pyproject.toml", kWorkspace}, {"uv.lock", ""}};
  CHECK(lock_of(files, "packages/shop") == "../../uv.lock");
  CHECK(lock_of(files, "packages/old").empty());
  CHECK(lock_of(files, "packages/shop/inner").empty());
  CHECK(lock_of(files, "tools").empty());
  const Files below = {{"libs/pyproject.toml", kWorkspace}, {"libs/uv.lock", ""}, {"uv.lock", ""}};
  CHECK(lock_of(below, "libs/packages/shop") == "../../uv.lock");
  CHECK(lock_of(below, "packages/shop").empty());
}

TEST_CASE("without a lock, or a declaration that can be read, there is no lock of a workspace") {
  CHECK(lock_of({{"pyproject.toml", kWorkspace}}, "packages/shop").empty());
  CHECK(lock_of({{"uv.lock", ""}}, "packages/shop").empty());
  CHECK(lock_of({{"pyproject.toml", "["}, {"uv.lock", ""}}, "packages/shop").empty());
  CHECK(
      find_workspace_lock(MemorySnapshot({{"pyproject.toml", kWorkspace}, {"uv.lock", ""}})).value().empty());
}
