#include "engine/io/workspace_lock.h"

#include <fstream>
#include <iterator>
#include <string>

#include "engine/manifest/uv_workspace.h"

namespace mlx {
namespace {

namespace fs = std::filesystem;

bool declares_workspace(const fs::path& pyproject) {
  std::ifstream stream(pyproject, std::ios::binary);
  if (!stream) return false;
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const auto workspace = read_uv_workspace(text, pyproject.string());
  return workspace && workspace->is_declared;
}

}  // namespace

fs::path find_workspace_lock(const fs::path& project) {
  std::error_code error;
  fs::path here = fs::weakly_canonical(project, error);
  if (error) return {};
  std::error_code ignored;
  fs::path relative;
  while (here.has_relative_path() && !fs::exists(here / ".git", ignored)) {
    here = here.parent_path();
    relative /= "..";
    if (!fs::is_regular_file(here / "uv.lock", ignored)) continue;
    if (declares_workspace(here / "pyproject.toml")) return relative / "uv.lock";
  }
  return {};
}

}  // namespace mlx
