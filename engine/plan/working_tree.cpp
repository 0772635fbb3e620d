#include "engine/plan/working_tree.h"

#include <algorithm>

namespace mlx {

Result<std::optional<std::string>> WorkingTree::read(const RepoPath& path) const {
  if (const auto planned = files_.find(path); planned != files_.end()) return planned->second.after;
  return read_if_present(project_, path);
}

Result<void> WorkingTree::write(const RepoPath& path, std::string text, bool is_executable) {
  if (const auto reason = protected_reason(path); !reason.empty()) {
    return fail(ErrorCode::kRefused, "MLX does not write this file: " + std::string(reason),
                {.file = path.str()});
  }
  if (const auto planned = files_.find(path); planned != files_.end()) {
    planned->second.after = std::move(text);
    return {};
  }
  const EntryKind kind = MLX_TRY(project_.kind(path));
  if (kind != EntryKind::kAbsent && !is_file(kind)) {
    return fail(ErrorCode::kRefused, "this is no regular file, or is reached through a symbolic link",
                {.file = path.str()});
  }
  FileChange change{.path = path, .before = {}, .after = std::move(text), .is_executable = is_executable};
  if (is_file(kind)) {
    change.before = MLX_TRY(project_.read(path));
    change.is_executable = kind == EntryKind::kExecutable;
  }
  files_.emplace(path, std::move(change));
  return {};
}

Result<void> WorkingTree::remove(const RepoPath& path) {
  const std::optional<std::string> text = MLX_TRY(read(path));
  if (!text) return {};
  MLX_CHECK(write(path, *text, false));
  files_.at(path).after.reset();
  return {};
}

void WorkingTree::add_finding(Finding finding) {
  const bool is_known = std::ranges::find(plan_.findings, finding) != plan_.findings.end();
  if (!is_known) plan_.findings.push_back(std::move(finding));
}

void WorkingTree::add_distribution(PlannedDistribution distribution) {
  plan_.distributions.push_back(std::move(distribution));
}

ChangePlan WorkingTree::take_plan(std::string dependency_file) {
  plan_.dependency_file = std::move(dependency_file);
  for (auto& [path, change] : files_) {
    if (change.before != change.after) plan_.files.push_back(std::move(change));
  }
  return std::move(plan_);
}

}  // namespace mlx
