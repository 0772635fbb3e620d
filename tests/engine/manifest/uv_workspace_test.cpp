#include "engine/manifest/uv_workspace.h"

#include <catch2/catch.hpp>

TEST_CASE("a workspace names its members") {
  const auto found =
      mlx::read_uv_workspace("[tool.uv.workspace]\nmembers = [\"packages/*\", 1, \"tools\"]\n", "f");
  REQUIRE(found);
  CHECK(found->is_declared);
  CHECK(found->members == std::vector<std::string>{"packages/*", "tools"});
  CHECK(mlx::read_uv_workspace("tool.uv.workspace = {}\n", "f")->is_declared);
}

TEST_CASE("a project alone is no workspace, and what is no TOML is an error") {
  CHECK_FALSE(
      mlx::read_uv_workspace("[project]\nname = \"a\"\n[tool.uv]\npackage = false\n", "f")->is_declared);
  CHECK_FALSE(mlx::read_uv_workspace("", "f")->is_declared);
  CHECK_FALSE(mlx::read_uv_workspace("[", "f"));
}
