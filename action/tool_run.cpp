#include "action/tool_run.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "action/job_variables.h"
#include "engine/base/digest.h"
#include "engine/io/project_tools.h"
#include "engine/plan/left_to_tools.h"

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

/// Not everything may be written: kRefused if one of these may not.
Result<void> check_files(const std::vector<RewrittenFile>& files, const Snapshot& project) {
  for (const RewrittenFile& file : files) {
    const std::string_view reason = protected_reason(file.path);
    if (!reason.empty())
      return fail(ErrorCode::kRefused, "a tool changes " + file.path.str() + ": " + std::string(reason));
    // Links were not given to the tools, so they may write what is one.
    const EntryKind kind = MLX_TRY(project.kind(file.path));
    if (kind != EntryKind::kAbsent && !is_file(kind)) {
      return fail(ErrorCode::kRefused,
                  "a tool writes " + file.path.str() + ", which is no regular file of the project");
    }
  }
  return {};
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
  std::vector<Finding> to_do;
  std::ranges::copy_if(plan.findings, std::back_inserter(to_do), is_to_do);
  std::vector<RepoPath> written;
  if (to_do.empty()) return written;
  auto files = run_tools(plan, std::move(to_do), project);
  if (!files) {
    if (files.error().code != ErrorCode::kRefused) return std::unexpected(files.error());
    notes_.push_back("Locks and generated files are left as they are: " + files.error().message);
    for (Finding& finding : plan.findings) {
      if (is_to_do(finding)) explain(finding, files.error().message);
    }
    return written;
  }
  std::ranges::transform(*files, std::back_inserter(written), &RewrittenFile::path);
  std::erase_if(plan.findings, is_to_do);
  MLX_CHECK(take_over(plan, project, *std::move(files)));
  return written;
}

Result<std::vector<RewrittenFile>> ToolRun::run_tools(const ChangePlan& plan, std::vector<Finding> to_do,
                                                      const Snapshot& project) {
  if (!plan.update.conflicts.empty())
    return fail(ErrorCode::kRefused, "the update has conflicts, with which no tool can work");
  if (std::string missing = missing_tool(to_do); !missing.empty())
    return fail(ErrorCode::kRefused, std::move(missing));
  const auto scratch = MLX_TRY(ScratchProject::make(project, plan));
  const ProjectTools tools(scratch->directory(), {.passes = is_variable_for_tools});
  const std::vector<ToolStep> steps = tools.bring_up_to_date(to_do);
  // What a tool that failed has left half done is not taken.
  for (const ToolStep& step : steps) {
    if (!step.detail.empty()) notes_.push_back(step.message + ": " + step.detail);
    if (!step.is_done) return fail(ErrorCode::kRefused, step.message);
  }
  std::vector<RewrittenFile> files = MLX_TRY(scratch->changes());
  MLX_CHECK(check_files(files, project));
  for (const ToolStep& step : steps) notes_.push_back(step.name + ": " + step.message);
  return files;
}

}  // namespace mlx::action
