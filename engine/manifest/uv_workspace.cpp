#include "engine/manifest/uv_workspace.h"

#include <fnmatch.h>

#include <algorithm>

#include "engine/base/repo_path.h"
#include "engine/manifest/toml_document.h"

namespace mlx {
namespace {

bool matches(const std::vector<std::string>& patterns, const std::string& path) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return ::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0;
  });
}

/// Does the directory `above` declare a workspace with this member, named relative to it, and have its lock?
Result<bool> locks_member(const Snapshot& files, std::string_view above, const std::string& member) {
  const EntryKind lock = MLX_TRY(files.kind(MLX_TRY(RepoPath::parse(joined_path(above, "uv.lock")))));
  if (!is_file(lock)) return false;
  const RepoPath path = MLX_TRY(RepoPath::parse(joined_path(above, "pyproject.toml")));
  const auto text = MLX_TRY(read_if_regular(files, path));
  const auto workspace = text ? read_uv_workspace(*text, path.str()) : UvWorkspace();
  return workspace && workspace->is_declared && matches(workspace->members, member) &&
         !matches(workspace->excluded, member);
}

}  // namespace

Result<UvWorkspace> read_uv_workspace(std::string_view pyproject, std::string_view file) {
  const TomlDocument document = MLX_TRY(TomlDocument::parse(std::string(pyproject), std::string(file)));
  const TomlValue workspace = document.root().at("tool").at("uv").at("workspace");
  UvWorkspace found{.is_declared = workspace.is_present(), .members = {}, .excluded = {}};
  for (const TomlValue& member : workspace.at("members").elements()) {
    if (member.kind() == TomlKind::kString) found.members.push_back(member.scalar());
  }
  for (const TomlValue& pattern : workspace.at("exclude").elements()) {
    if (pattern.kind() == TomlKind::kString) found.excluded.push_back(pattern.scalar());
  }
  return found;
}

Result<std::string> find_workspace_lock(const Snapshot& project) {
  const auto around = MLX_TRY(project.surroundings());
  if (!around) return std::string();
  std::string way;
  std::string_view above = around->directory;
  while (!above.empty()) {
    above = parent_directory(above);
    way += "../";
    const std::string member = around->directory.substr(above.empty() ? 0 : above.size() + 1);
    const auto is_there = locks_member(around->whole, above, member);
    // Directories above may be closed to whoever works on the project.
    const bool is_closed = !is_there && (is_there.error().code == ErrorCode::kIo ||
                                         is_there.error().code == ErrorCode::kRefused);
    if (!is_there && !is_closed) return std::unexpected(is_there.error());
    if (is_there && *is_there) return way + "uv.lock";
  }
  return std::string();
}

}  // namespace mlx
