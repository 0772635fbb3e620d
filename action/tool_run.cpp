#include "action/tool_run.h"

#include <algorithm>
#include <utility>

#include "action/job_variables.h"
#include "engine/base/digest.h"
#include "engine/io/project_tools.h"
#include "engine/io/scratch_project.h"

namespace mlx::action {
namespace {

constexpr std::size_t kLongestReason = 300;

/// A lock above the project is none of its files, so that no plan of it can have it.
bool is_above(const Finding& finding) {
  return !finding.evidence.empty() && finding.evidence.front().file.starts_with("../");
}

bool is_to_do(const Finding& finding) { return is_left_to_tools(finding) && !is_above(finding); }

/// Says in a finding that is left why it is: in the same words as long as the reason is the same.
void explain(Finding& finding, std::string reason) {
  std::ranges::replace(reason, '`', '\'');
  finding.message += "; this job could not do it: `" + std::string(utf8_prefix(reason, kLongestReason)) + "`";
}

/// What is wrong with the machine or the project is a reason to leave it; else it is an error.
Result<std::string> reason_of(const Error& error) {
  if (error.code == ErrorCode::kRefused) return error.message;
  return std::unexpected(error);
}

/// Not everything may be written; empty if these may.
Result<std::string> obstacle_in(const std::vector<RewrittenFile>& files, const Snapshot& project) {
  for (const RewrittenFile& file : files) {
    const std::string_view reason = protected_reason(file.path);
    if (!reason.empty()) return "a tool changes " + file.path.str() + ": " + std::string(reason);
    // Links were not given to the tools, so they may write what is one.
    const EntryKind kind = MLX_TRY(project.kind(file.path));
    if (kind != EntryKind::kAbsent && !is_file(kind))
      return "a tool writes " + file.path.str() + ", which is no regular file of the project";
  }
  return std::string();
}

Result<void> take_over(ChangePlan& plan, const Snapshot& project, std::vector<RewrittenFile> files) {
  for (RewrittenFile& file : files) {
    const auto planned = std::ranges::find(plan.files, file.path, &FileChange::path);
    if (planned != plan.files.end()) {
      planned->after = std::move(file.content);
      continue;
    }
    plan.files.push_back({.path = file.path,
                          .before = MLX_TRY(read_if_regular(project, file.path)),
                          .after = std::move(file.content),
                          .is_executable = file.is_executable});
  }
  std::erase_if(plan.files, [](const FileChange& file) { return file.before == file.after; });
  std::ranges::sort(plan.files, {}, &FileChange::path);
  return {};
}

}  // namespace

Result<std::vector<RepoPath>> ToolRun::finish(ChangePlan& plan, const Snapshot& project) {
  ChangePlan finished = plan;
  const auto others = std::ranges::partition(finished.findings, is_to_do);
  if (others.begin() == finished.findings.begin()) return std::vector<RepoPath>();
  const std::vector<Finding> kept(others.begin(), others.end());
  finished.findings.erase(others.begin(), others.end());
  std::vector<RepoPath> written;
  std::string problem = missing_tool(finished.findings);
  if (!plan.update.conflicts.empty()) problem = "the update has conflicts, with which no tool can work";
  if (problem.empty()) problem = MLX_TRY(run_tools(finished, project, written));
  if (problem.empty()) {
    finished.findings.insert(finished.findings.end(), kept.begin(), kept.end());
    plan = std::move(finished);
    return written;
  }
  notes_.push_back("Locks and generated files are left as they are: " + problem);
  for (Finding& finding : plan.findings) {
    if (is_to_do(finding)) explain(finding, problem);
  }
  return std::vector<RepoPath>();
}

Result<std::string> ToolRun::run_tools(ChangePlan& plan, const Snapshot& project,
                                       std::vector<RepoPath>& written) {
  const auto scratch = ScratchProject::make(project, plan);
  if (!scratch) return reason_of(scratch.error());
  const ProjectTools tools((*scratch)->directory(), {.passes = is_variable_for_tools});
  const std::vector<ToolStep> steps = tools.bring_up_to_date(plan);
  // What a tool that failed has left half done is not taken.
  for (const ToolStep& step : steps) {
    if (!step.detail.empty()) notes_.push_back(step.message + ": " + step.detail);
    if (!step.is_done) return step.message;
  }
  auto files = (*scratch)->changes();
  if (!files) return reason_of(files.error());
  if (std::string obstacle = MLX_TRY(obstacle_in(*files, project)); !obstacle.empty()) return obstacle;
  for (const RewrittenFile& file : *files) written.push_back(file.path);
  MLX_CHECK(take_over(plan, project, *std::move(files)));
  for (const ToolStep& step : steps) notes_.push_back(step.name + ": " + step.message);
  return std::string();
}

}  // namespace mlx::action
