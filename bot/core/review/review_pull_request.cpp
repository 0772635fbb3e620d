#include "bot/core/review/review_pull_request.h"

#include <algorithm>

#include "bot/core/error_audience.h"
#include "engine/compat/check_rules.h"
#include "engine/plan/check/checked_project.h"
#include "engine/plan/check/review_change.h"

namespace mlx::bot {
namespace {

bool is_ignored(const RuleFinding& found, const std::vector<std::string>& ignored) {
  return std::ranges::any_of(
      ignored, [&](const std::string& name) { return name == found.finding.code || name == id_of(found); });
}

/// What keeps the head from being read as a project.
RuleFinding unreadable(const Error& error) {
  const std::string& file = error.location.file;
  return {.finding = {.code = "project-unreadable",
                      .severity = Severity::kError,
                      .message = error.message,
                      .remedy =
                          file.empty() ? "" : "correct " + file + "; until then nothing else is checked here",
                      .evidence = {{.file = file, .line = error.location.line}}},
          .subject = error.location.field,
          .components = {}};
}

RuleFinding lock_removed() {
  return {
      .finding = {.code = "lock-removed",
                  .severity = Severity::kError,
                  .message =
                      "mlx.lock is gone: nobody can tell any more what was injected, and no update can be "
                      "merged into what you made of it",
                  .remedy = "restore it; to take components out, `mlx remove NAME`",
                  .evidence = {{.file = std::string(Lock::kPath)}}},
      .subject = std::string(Lock::kPath),
      .components = {}};
}

Result<RuleFindings> findings_of(const Snapshot& snapshot, const ReviewInput& input) {
  const CheckScope scope{.configuration = &input.configuration};
  const auto project = MLX_TRY(CheckedProject::read(snapshot, input.cache, input.registries, scope));
  return check_rules(project->facts());
}

/// The head's findings, or the one that says why there are none.
Result<RuleFindings> findings_of_head(const ReviewInput& input) {
  const auto configuration = read_configuration(input.head);
  if (!configuration) {
    if (!is_for_the_user(configuration.error())) return std::unexpected(configuration.error());
    return RuleFindings{unreadable(configuration.error())};
  }
  auto found = findings_of(input.head, input);
  if (found || !is_for_the_user(found.error())) return found;
  return RuleFindings{unreadable(found.error())};
}

bool removes_lock(const ChangedFiles& changed) {
  return std::ranges::any_of(changed.files, [](const ChangedFile& file) {
    const bool is_lock = file.path.str() == Lock::kPath && file.status == ChangedFile::Status::kRemoved;
    return is_lock || (file.previous_path && file.previous_path->str() == Lock::kPath);
  });
}

/// What nobody wants to hear of, by the configuration of those who may write to the repository.
std::vector<std::string> ignored_names(const ReviewInput& input) {
  std::vector<std::string> names = input.configuration.bot.ignore;
  if (input.is_from_fork) return names;
  if (const auto head = read_configuration(input.head))
    names.insert(names.end(), head->bot.ignore.begin(), head->bot.ignore.end());
  return names;
}

}  // namespace

bool PullRequestReview::has_at_least(Severity severity) const {
  return std::ranges::any_of(added,
                             [&](const RuleFinding& found) { return found.finding.severity >= severity; });
}

Result<PullRequestReview> review_pull_request(const ReviewInput& input) {
  const RuleFindings before = MLX_TRY(findings_of(input.base, input));
  RuleFindings after = MLX_TRY(findings_of_head(input));
  const bool is_unreadable = !after.empty() && after.front().finding.code == "project-unreadable";
  if (removes_lock(input.changed)) after.insert(after.begin(), lock_removed());
  ChangeReview change = review_change(before, after);
  PullRequestReview review{.added = std::move(change.added),
                           .fixed = is_unreadable ? RuleFindings() : std::move(change.fixed),
                           .is_truncated = input.changed.is_truncated};
  const auto names = ignored_names(input);
  const auto ignored = std::ranges::remove_if(
      review.added, [&](const RuleFinding& found) { return is_ignored(found, names); });
  review.ignored = ignored.size();
  review.added.erase(ignored.begin(), ignored.end());
  return review;
}

}  // namespace mlx::bot
