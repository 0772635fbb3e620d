#include "bot/run/update_events.h"

#include <algorithm>

#include "bot/core/error_audience.h"
#include "bot/core/render.h"
#include "bot/core/same_text.h"
#include "bot/core/update/render_update.h"
#include "bot/core/update/update_answers.h"
#include "bot/run/open_registry.h"
#include "bot/run/update_run.h"
#include "engine/base/timestamp.h"
#include "engine/manifest/update_schedule.h"
#include "engine/plan/update/ignore_rule.h"

namespace mlx::bot {
namespace {

/// A repository that an event is about, opened.
class OpenRepository {
 public:
  OpenRepository(Forge& forge, const RepositoryName& name, std::int64_t installation,
                 const RunOptions& options)
      : options_(options), repository_(forge.repository(name, installation)) {}

  [[nodiscard]] ForgeRepository& forge() { return *repository_; }

  /// False if it has no commits.
  Result<bool> open(const std::string& asked_at) {
    const std::string branch = MLX_TRY(repository_->default_branch());
    const auto head = MLX_TRY(repository_->branch_head(branch));
    if (!head) return false;
    base_ = {.branch = branch, .commit = *head, .asked_at = asked_at};
    project_ = MLX_TRY(repository_->snapshot(*head));
    return true;
  }

  /// What is wrong with the project's configuration, in words for its owner; nothing if it is right.
  Result<std::optional<Error>> read() {
    auto read = read_configuration(*project_);
    if (!read) {
      if (!is_for_the_user(read.error())) return std::unexpected(read.error());
      return read.error();
    }
    configuration_ = *std::move(read);
    if (const auto rules = configured_ignore_rules(configuration_); !rules) return rules.error();
    if (options_.time_zones == nullptr) return std::nullopt;
    const auto schedule = update_schedule_of(configuration_.bot.update, *options_.time_zones);
    if (schedule) return std::nullopt;
    if (!is_for_the_user(schedule.error())) return std::unexpected(schedule.error());
    return schedule.error();
  }

  Result<std::vector<UpdateResult>> run(
      const UpdateTrigger& trigger,
      const std::function<void(DashboardState&)>& change_state = [](DashboardState&) {}) {
    const OpenRegistry registry = MLX_TRY(OpenRegistry::open(options_));
    return run_updates(session(*registry), trigger, change_state);
  }

  Result<UpdatePass> plan(const UpdateTrigger& trigger) {
    const OpenRegistry registry = MLX_TRY(OpenRegistry::open(options_));
    return plan_updates(session(*registry), trigger);
  }

 private:
  [[nodiscard]] UpdateSession session(const Registry& registry) const {
    return {.repository = *repository_,
            .registry = registry,
            .project = *project_,
            .configuration = configuration_,
            .base = base_,
            .now = options_.now(),
            .finisher = options_.finisher};
  }

  const RunOptions& options_;
  std::unique_ptr<ForgeRepository> repository_;
  ProposalBase base_;
  std::unique_ptr<Snapshot> project_;
  ProjectConfiguration configuration_;
};

/// One issue says what is wrong; it closes when that is mended.
Result<void> report_configuration(ForgeRepository& repository, const std::optional<Error>& error) {
  const auto issue = MLX_TRY(repository.find_issue_with_marker(kConfigurationMarker));
  if (!error) return issue && issue->is_open ? repository.close_issue(issue->number) : Result<void>();
  IssueWords words = render_configuration_problem(*error);
  const IssueText text{.title = std::move(words.title), .body = std::move(words.body)};
  if (!issue) {
    MLX_CHECK(repository.create_issue(text, {}));
    return {};
  }
  if (!is_same_text(issue->text.body, text.body)) MLX_CHECK(repository.update_issue(issue->number, text));
  return issue->is_open ? Result<void>() : repository.reopen_issue(issue->number);
}

/// An event that only brings up to date what is there.
Result<RunOutcome> refresh(
    OpenRepository& repository, const UpdateTrigger& trigger, const std::string& asked_at,
    const std::function<void(DashboardState&)>& change_state = [](DashboardState&) {}) {
  if (!MLX_TRY(repository.open(asked_at))) return RunOutcome::kIgnored;
  // With a broken configuration nothing is done; the schedule's own event says so.
  if (MLX_TRY(repository.read())) return RunOutcome::kIgnored;
  MLX_CHECK(repository.run(trigger, change_state));
  return RunOutcome::kDone;
}

bool may_act(Role role) { return role >= Role::kWrite; }

}  // namespace

Result<UpdatesOutcome> carry_out_updates(const ScheduleEvent& event, Forge& forge, const RunOptions& options,
                                         const UpdateTrigger& trigger) {
  UpdatesOutcome outcome;
  OpenRepository repository(forge, event.repository, event.installation, options);
  if (!MLX_TRY(repository.open(event.due))) return outcome;
  outcome.problem = MLX_TRY(repository.read());
  // A repository may have no issues to say it in.
  const auto reported = report_configuration(repository.forge(), outcome.problem);
  if (!reported && !is_refusal(reported.error())) return std::unexpected(reported.error());
  if (outcome.problem) {
    outcome.outcome = RunOutcome::kRefused;
    return outcome;
  }
  if (event.due.empty()) return outcome;  // it was mended meanwhile
  outcome.results = MLX_TRY(repository.run(trigger));
  outcome.outcome = RunOutcome::kDone;
  return outcome;
}

Result<UpdatePass> look_at_updates(const ScheduleEvent& event, Forge& forge, const RunOptions& options,
                                   const UpdateTrigger& trigger) {
  OpenRepository repository(forge, event.repository, event.installation, options);
  if (!MLX_TRY(repository.open(event.due))) return UpdatePass();
  if (auto problem = MLX_TRY(repository.read())) return std::unexpected(*std::move(problem));
  return repository.plan(trigger);
}

Result<RunOutcome> run_schedule(const ScheduleEvent& event, Forge& forge, const RunOptions& options) {
  const auto done = carry_out_updates(event, forge, options,
                                      {.kind = UpdateTrigger::Kind::kSchedule, .subjects = {}, .to = {}});
  return done ? Result<RunOutcome>(done->outcome) : std::unexpected(done.error());
}

Result<RunOutcome> run_body_edited(const BodyEditedEvent& event, Forge& forge, const RunOptions& options) {
  const bool is_dashboard = event.body.contains(kDashboardMarker);
  const auto actions =
      is_dashboard ? ticked_actions(event.body, event.previous_body) : std::vector<DashboardAction>();
  const bool is_rebase = event.is_pull_request && asks_for_rebase(event.body, event.previous_body);
  const bool is_asked = !event.sender_is_bot && (!actions.empty() || is_rebase);
  if (!is_asked) return RunOutcome::kIgnored;
  OpenRepository repository(forge, event.repository, event.installation, options);
  if (!may_act(MLX_TRY(repository.forge().role_of(event.sender)))) return RunOutcome::kRefused;
  const std::string now = to_timestamp(options.now());
  UpdateTrigger trigger{.kind = UpdateTrigger::Kind::kRefresh, .subjects = {}, .to = {}};
  std::vector<std::string> unignored;
  if (is_rebase) {
    const auto pull = MLX_TRY(repository.forge().pull_request(event.number));
    if (!pull || pull->is_from_fork || !pull->is_open) return RunOutcome::kIgnored;
    const std::string subject = subject_of_branch(pull->head_branch);
    if (subject.empty()) return RunOutcome::kIgnored;
    trigger = {.kind = UpdateTrigger::Kind::kAsked, .subjects = {subject}, .to = {}, .makes_anew = true};
  }
  for (const DashboardAction& action : actions) {
    if (action.kind == DashboardAction::Kind::kUnignore) {
      unignored.push_back(action.subject);
      continue;
    }
    trigger.kind = UpdateTrigger::Kind::kAsked;
    trigger.subjects.push_back(action.subject);
    trigger.makes_anew = trigger.makes_anew || action.kind == DashboardAction::Kind::kRebase;
  }
  return refresh(repository, trigger, now, [&](DashboardState& state) {
    std::erase_if(state.ignored, [&](const std::string& rule) {
      return std::ranges::find(unignored, rule) != unignored.end();
    });
  });
}

Result<RunOutcome> run_pull_request_closed(const PullRequestClosedEvent& event, Forge& forge,
                                           const RunOptions& options) {
  if (event.is_from_fork || subject_of_branch(event.head_branch).empty()) return RunOutcome::kIgnored;
  OpenRepository repository(forge, event.repository, event.installation, options);
  return refresh(repository, {.kind = UpdateTrigger::Kind::kRefresh, .subjects = {}, .to = {}},
                 to_timestamp(options.now()));
}

}  // namespace mlx::bot
