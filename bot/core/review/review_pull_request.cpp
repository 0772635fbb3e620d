#include "bot/core/review/review_pull_request.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>

#include "bot/core/error_audience.h"
#include "engine/compat/check_rules.h"
#include "engine/plan/check/checked_project.h"
#include "engine/plan/check/conflicts_ahead.h"
#include "engine/plan/check/review_change.h"
#include "engine/plan/check/unused_components.h"
#include "engine/plan/update/ignore_rule.h"

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

using OpenedProject = std::unique_ptr<CheckedProject>;

Result<OpenedProject> open_project(const Snapshot& snapshot, const ReviewInput& input) {
  return CheckedProject::read(snapshot, input.cache, input.registries,
                              {.configuration = &input.configuration});
}

/// The head as a project. An error of the user's if it cannot be read as one.
Result<OpenedProject> open_head(const ReviewInput& input) {
  // Its own configuration is not gone by, but has to be in order: it will be the base's.
  MLX_CHECK(read_configuration(input.head));
  return open_project(input.head, input);
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

std::set<std::string> changed_paths(const ChangedFiles& changed) {
  std::set<std::string> paths;
  for (const ChangedFile& file : changed.files) {
    if (file.status != ChangedFile::Status::kRemoved) paths.insert(file.path.str());
  }
  return paths;
}

/// The lines that the pull request adds.
Scope added_lines(const ChangedFiles& changed) {
  Scope scope;
  for (const ChangedFile& file : changed.files) {
    if (file.status == ChangedFile::Status::kRemoved) continue;
    auto& lines = scope.files[file.path.str()];
    if (!file.patch) continue;
    for (const LineSpan& span : read_patch(*file.patch).added) {
      lines.push_back(
          {.first = static_cast<std::size_t>(span.first), .last = static_cast<std::size_t>(span.last)});
    }
  }
  return scope;
}

Result<std::vector<Recommendation>> recommendations_for(const CheckedProject& head, const ReviewInput& input,
                                                        const std::vector<std::string>& ignored) {
  const auto limit = static_cast<std::size_t>(input.configuration.bot.review.recommend);
  if (limit == 0 || input.changed.files.empty()) return std::vector<Recommendation>();
  std::vector<IgnoreRule> rules;
  for (const std::string& name : ignored) {
    if (auto rule = IgnoreRule::parse(name)) rules.push_back(*std::move(rule));
  }
  const auto components = MLX_TRY(read_profiles(input.registries));
  RecommendOptions options{.limit = limit};
  options.scope = added_lines(input.changed);
  return recommend(head.index(), components, head.lock(), rules, options);
}

// Each is a request to the forge.
constexpr std::size_t kMostFilesOfSelection = 50;

TestedChange tested_change(const ChangedFiles& changed) {
  TestedChange change;
  for (const ChangedFile& file : changed.files) {
    const bool is_removed = file.status == ChangedFile::Status::kRemoved;
    change.paths.push_back({.path = file.path.str(), .is_removed = is_removed});
    if (file.previous_path) change.paths.push_back({.path = file.previous_path->str(), .is_removed = true});
  }
  if (changed.is_truncated || changed.skipped != 0)
    change.unknown.emplace_back("not all files that change here are known");
  return change;
}

/// Nothing if that would take more requests than a line of a comment is worth, or if the head has something
/// that cannot be read: the rest of the review is worth having.
Result<std::optional<TestSelection>> affected_tests(const ReviewInput& input) {
  auto tests = select_tests(input.head, input.cache, tested_change(input.changed), kMostFilesOfSelection);
  if (!tests && !is_for_the_user(tests.error())) return std::unexpected(tests.error());
  if (!tests || !tests->unread.empty()) return std::nullopt;
  return *std::move(tests);
}

}  // namespace

bool PullRequestReview::has_at_least(Severity severity) const {
  return std::ranges::any_of(added,
                             [&](const RuleFinding& found) { return found.finding.severity >= severity; });
}

Result<PullRequestReview> review_pull_request(const ReviewInput& input) {
  const auto base = MLX_TRY(open_project(input.base, input));
  const auto head = open_head(input);
  if (!head && !is_for_the_user(head.error())) return std::unexpected(head.error());
  RuleFindings after = head ? check_rules((*head)->facts()) : RuleFindings{unreadable(head.error())};
  if (removes_lock(input.changed)) after.insert(after.begin(), lock_removed());
  if (head) {
    const ProjectChange edits{
        .before = input.base, .after = input.head, .paths = changed_paths(input.changed)};
    std::ranges::move(MLX_TRY(conflicts_ahead(edits, input.registries)), std::back_inserter(after));
    std::ranges::move(MLX_TRY(unused_components(*base, **head, input.head)), std::back_inserter(after));
  }
  ChangeReview change = review_change(check_rules(base->facts()), after);
  // Of a head that cannot be read nobody knows what it mends.
  if (!head) change.fixed.clear();
  PullRequestReview review{.added = std::move(change.added),
                           .fixed = std::move(change.fixed),
                           .kept = std::move(change.kept),
                           .is_truncated = input.changed.is_truncated};
  const auto names = ignored_names(input);
  const auto is_unwanted = [&](const RuleFinding& found) { return is_ignored(found, names); };
  review.ignored = std::erase_if(review.added, is_unwanted);
  std::erase_if(review.kept, is_unwanted);
  if (head) review.recommendations = MLX_TRY(recommendations_for(**head, input, names));
  if (head) review.tests = MLX_TRY(affected_tests(input));
  return review;
}

}  // namespace mlx::bot
