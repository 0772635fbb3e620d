#include "bot/run/run_event.h"

#include <algorithm>

#include "bot/core/command.h"
#include "bot/core/error_audience.h"
#include "bot/core/handlers.h"
#include "bot/core/render.h"
#include "bot/core/render_changes.h"
#include "bot/run/amend.h"
#include "bot/run/propose.h"
#include "bot/run/run_pull_request.h"
#include "bot/run/update_events.h"
#include "bot/run/updates_command.h"
#include "bot/run/upsert_comment.h"
#include "engine/io/directory.h"
#include "engine/manifest/configuration.h"
#include "engine/plan/status.h"

namespace mlx::bot {
namespace {

constexpr std::size_t kMostCommands = 5;

bool is_for_us(const CommentEvent& event) { return !event.sender_is_bot && !is_reply(event.body); }

std::vector<Command> commands_of(const CommentEvent& event, const RunOptions& options) {
  return parse_added_commands(event.body, event.previous_body, options.command_prefix);
}

/// What all commands of one comment are decided from.
struct Session {
  const CommentEvent& event;
  ForgeRepository& repository;
  const Registry& registry;
  const Snapshot& project;
  IndexCache& index_cache;
  ProposalBase base;
  Role role;
  std::chrono::sys_seconds now;
};

/// Carries out what was decided; gives the answer to the command.
Result<std::string> carry_out(const Outcome& outcome, const std::optional<CommandedPullRequest>& pull,
                              const Session& session, bool& succeeded) {
  if (outcome.amendment && pull) {
    const std::string commit = MLX_TRY(amend(session.repository, *pull, *outcome.amendment, session.event));
    const std::string& answer = outcome.amendment->answer;
    return answer.empty() ? render_amended(*outcome.amendment, commit) : commit + ": " + answer;
  }
  if (!outcome.proposal) return outcome.answer;
  const auto proposed = MLX_TRY(propose(session.repository, session.base, *outcome.proposal));
  succeeded = proposed.kind != ProposalResult::Kind::kForeignCommits;
  return render_proposal_result(*outcome.proposal, proposed);
}

Result<CommandReport> run_updates(const UpdatesCommand& updates, const std::string& line,
                                  const Session& session) {
  const auto configuration = read_configuration(session.project);
  if (!configuration) {
    if (!is_for_the_user(configuration.error())) return std::unexpected(configuration.error());
    return CommandReport{.line = line, .succeeded = false, .answer = render_error(configuration.error())};
  }
  const UpdateSession update_session{.repository = session.repository,
                                     .registry = session.registry,
                                     .project = session.project,
                                     .configuration = *configuration,
                                     .base = session.base,
                                     .now = session.now};
  return run_updates_command(updates, line, session.event.issue, update_session);
}

/// `ignore NAME` of a component that is not here: there is nothing to update, so it is the recommendation of
/// it that nobody wants to hear of.
Result<bool> refuses_recommendation(const UpdatesCommand& updates, const Session& session) {
  if (updates.verb != UpdatesCommand::Verb::kIgnore || updates.names.size() != 1) return false;
  if (!session.registry.item(updates.names.front())) return false;
  const auto lock = read_project_lock(session.project);
  if (!lock) return is_for_the_user(lock.error()) ? Result<bool>(false) : std::unexpected(lock.error());
  return !lock->components.contains(updates.names.front());
}

Result<CommandReport> run_command(const Command& command, const Session& session) {
  CommandReport report{.line = command.line};
  if (needs_write_access(command) && session.role < Role::kWrite) {
    report.succeeded = false;
    report.answer = render_no_write_access(session.event);
    return report;
  }
  if (const auto* updates = std::get_if<UpdatesCommand>(&command.action)) {
    if (!MLX_TRY(refuses_recommendation(*updates, session)))
      return run_updates(*updates, command.line, session);
    return run_command({.line = command.line, .action = IgnoreCommand{.name = updates->names.front()}},
                       session);
  }
  std::optional<CommandedPullRequest> pull;
  if (works_on_head(command)) pull = MLX_TRY(find_commanded(session.repository, session.event));
  HandlerInput input{.project = session.project,
                     .registry = session.registry,
                     .base_branch = session.base.branch,
                     .issue = session.event.issue,
                     .sender = session.event.sender,
                     .index_cache = &session.index_cache};
  if (pull) {
    input.pull_request.emplace(PullRequestHead{.files = *pull->files,
                                               .index_cache = session.index_cache,
                                               .branch = pull->branches.head_branch,
                                               .is_open = pull->branches.is_open,
                                               .is_from_fork = pull->branches.is_from_fork});
  }
  const Outcome outcome = MLX_TRY(handle(command, input));
  report.succeeded = outcome.succeeded;
  const auto answer = carry_out(outcome, pull, session, report.succeeded);
  if (answer) {
    report.answer = *answer;
  } else if (is_refusal(answer.error())) {
    report.succeeded = false;
    report.answer = render_forge_refusal(answer.error());
  } else {
    return std::unexpected(answer.error());
  }
  return report;
}

std::vector<CommandReport> same_answer(const std::vector<Command>& commands, const std::string& answer) {
  std::vector<CommandReport> reports;
  reports.reserve(commands.size());
  for (const Command& command : commands)
    reports.push_back({.line = command.line, .succeeded = false, .answer = answer});
  return reports;
}

Result<std::vector<CommandReport>> run_commands(const std::vector<Command>& commands,
                                                const CommentEvent& event, ForgeRepository& repository,
                                                const RunOptions& options) {
  if (commands.size() > kMostCommands) {
    return std::vector<CommandReport>{{.line = commands.front().line,
                                       .succeeded = false,
                                       .answer = render_too_many_commands(commands.size(), kMostCommands)}};
  }
  const bool is_role_needed = std::ranges::any_of(commands, needs_write_access);
  const Role role = is_role_needed ? MLX_TRY(repository.role_of(event.sender)) : Role::kRead;
  const std::string branch = MLX_TRY(repository.default_branch());
  const auto head = MLX_TRY(repository.branch_head(branch));
  if (!head) return same_answer(commands, render_empty_repository());

  const auto project = MLX_TRY(repository.snapshot(*head));
  const auto catalogue = MLX_TRY(open_directory_snapshot(options.registry_directory));
  const Registry registry = MLX_TRY(Registry::open(*catalogue, options.registry_name));
  const Session session{.event = event,
                        .repository = repository,
                        .registry = registry,
                        .project = *project,
                        .index_cache = *options.index_cache,
                        .base = {.branch = branch, .commit = *head, .asked_at = event.created_at},
                        .role = role,
                        .now = options.now()};
  std::vector<CommandReport> reports;
  reports.reserve(commands.size());
  for (const Command& command : commands) reports.push_back(MLX_TRY(run_command(command, session)));
  return reports;
}

Result<void> answer(ForgeRepository& repository, const CommentEvent& event,
                    const std::vector<Command>& commands, const std::vector<CommandReport>& reports) {
  const std::string marker = reply_marker(event.comment, commands);
  MLX_CHECK(upsert_comment(repository, {.issue = event.issue,
                                        .since = event.created_at,
                                        .marker = marker,
                                        .body = render_reply(marker, reports)}));
  const bool is_success = std::ranges::all_of(reports, &CommandReport::succeeded);
  const auto reacted =
      repository.react(event.comment, is_success ? Reaction::kSucceeded : Reaction::kRefused);
  // The answer stands, also when its comment was deleted meanwhile.
  if (!reacted && !is_refusal(reacted.error())) return reacted;
  return {};
}

Result<RunOutcome> run_comment(const CommentEvent& event, Forge& forge, const RunOptions& options) {
  if (!is_for_us(event)) return RunOutcome::kIgnored;
  const auto commands = commands_of(event, options);
  if (commands.empty()) return RunOutcome::kIgnored;
  const auto repository = forge.repository(event.repository, event.installation);
  const auto seen = repository->react(event.comment, Reaction::kSeen);
  if (!seen) {
    if (seen.error().code != ErrorCode::kNotFound) return std::unexpected(seen.error());
    // The comment was deleted before we came to it: its author changed their mind. Unless it is
    // the repository that we cannot see: that is for the operator to know.
    MLX_CHECK(repository->default_branch());
    return RunOutcome::kIgnored;
  }
  const auto reports = MLX_TRY(run_commands(commands, event, *repository, options));
  MLX_CHECK(answer(*repository, event, commands, reports));
  const bool is_success = std::ranges::all_of(reports, &CommandReport::succeeded);
  return is_success ? RunOutcome::kDone : RunOutcome::kRefused;
}

}  // namespace

Result<RunOutcome> run_event(const Event& event, Forge& forge, const RunOptions& options) {
  struct Visitor {
    Forge& forge;
    const RunOptions& options;
    Result<RunOutcome> operator()(const CommentEvent& comment) const {
      return run_comment(comment, forge, options);
    }
    Result<RunOutcome> operator()(const PullRequestEvent& pull) const {
      const auto repository = forge.repository(pull.repository, pull.installation);
      return run_pull_request(pull, *repository, options);
    }
    Result<RunOutcome> operator()(const CheckActionEvent&) const { return RunOutcome::kIgnored; }
    Result<RunOutcome> operator()(const BodyEditedEvent& edited) const {
      return run_body_edited(edited, forge, options);
    }
    Result<RunOutcome> operator()(const PullRequestClosedEvent& closed) const {
      return run_pull_request_closed(closed, forge, options);
    }
    Result<RunOutcome> operator()(const ScheduleEvent& schedule) const {
      return run_schedule(schedule, forge, options);
    }
    Result<RunOutcome> operator()(const IgnoredEvent&) const { return RunOutcome::kIgnored; }
  };
  return std::visit(Visitor{forge, options}, event);
}

Result<void> report_failure(const Event& event, Forge& forge, const RunOptions& options, const Error& error) {
  const auto* comment = std::get_if<CommentEvent>(&event);
  if (comment == nullptr || !is_for_us(*comment)) return {};
  const auto commands = commands_of(*comment, options);
  if (commands.empty()) return {};
  const auto repository = forge.repository(comment->repository, comment->installation);
  return answer(*repository, *comment, commands, same_answer(commands, render_gave_up(error)));
}

}  // namespace mlx::bot
