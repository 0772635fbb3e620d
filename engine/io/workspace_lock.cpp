#include "engine/io/workspace_lock.h"

#include <fnmatch.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/manifest/uv_workspace.h"

namespace mlx {
namespace {

namespace fs = std::filesystem;

bool matches(const std::vector<std::string>& patterns, const std::string& path) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return ::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0;
  });
}

/// Is the directory, relative to the workspace's, one of its members?
bool has_member(const fs::path& pyproject, const std::string& directory) {
  std::ifstream stream(pyproject, std::ios::binary);
  if (!stream) return false;
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const auto workspace = read_uv_workspace(text, pyproject.string());
  return workspace && workspace->is_declared && matches(workspace->members, directory) &&
         !matches(workspace->excluded, directory);
}

}  // namespace

fs::path find_workspace_lock(const fs::path& project) {
  std::error_code error;
  const fs::path from = fs::weakly_canonical(fs::absolute(project, error), error);
  if (error) return {};
  fs::path here = from;
  std::error_code ignored;
  fs::path relative;
  while (here.has_relative_path() && !fs::exists(here / ".git", ignored)) {
    here = here.parent_path();
    relative /= "..";
    if (!fs::is_regular_file(here / "uv.lock", ignored)) continue;
    if (has_member(here / "pyproject.toml", from.lexically_relative(here).generic_string()))
      return relative / "uv.lock";
  }
  return {};
}

}  // namespace mlx
