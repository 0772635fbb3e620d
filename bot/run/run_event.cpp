#include "bot/run/run_event.h"

#include <algorithm>

#include "bot/core/command.h"
#include "bot/core/handlers.h"
#include "bot/core/render.h"
#include "bot/run/propose.h"
#include "engine/io/directory.h"

namespace mlx::bot {
namespace {

constexpr std::size_t kMostCommands = 5;

/// The forge said no for good, and the person who asked is the one to know.
bool is_refusal(const Error& error) {
  return error.code == ErrorCode::kRefused || error.code == ErrorCode::kInvalidInput ||
         error.code == ErrorCode::kNotFound;
}

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
  ProposalBase base;
  Role role;
};

Result<CommandReport> run_command(const Command& command, const Session& session) {
  CommandReport report{.line = command.line};
  if (needs_write_access(command) && session.role < Role::kWrite) {
    report.succeeded = false;
    report.answer = render_no_write_access(session.event);
    return report;
  }
  const HandlerInput input{.project = session.project,
                           .registry = session.registry,
                           .base_branch = session.base.branch,
                           .issue = session.event.issue,
                           .sender = session.event.sender};
  const Outcome outcome = MLX_TRY(handle(command, input));
  report.succeeded = outcome.succeeded;
  report.answer = outcome.answer;
  if (!outcome.proposal) return report;
  const auto proposed = propose(session.repository, session.base, *outcome.proposal);
  if (proposed) {
    report.succeeded = proposed->kind != ProposalResult::Kind::kForeignCommits;
    report.answer = render_proposal_result(*outcome.proposal, *proposed);
  } else if (is_refusal(proposed.error())) {
    report.succeeded = false;
    report.answer = render_forge_refusal(proposed.error());
  } else {
    return std::unexpected(proposed.error());
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
                        .base = {.branch = branch, .commit = *head, .asked_at = event.created_at},
                        .role = role};
  std::vector<CommandReport> reports;
  reports.reserve(commands.size());
  for (const Command& command : commands) reports.push_back(MLX_TRY(run_command(command, session)));
  return reports;
}

/// One answer, found again by its marker and its author, for whoever may write markers too.
Result<void> upsert_reply(ForgeRepository& repository, const CommentEvent& event, const std::string& marker,
                          const std::string& body) {
  const std::string own_login = MLX_TRY(repository.own_login());
  const auto comments = MLX_TRY(repository.comments_since(event.issue, event.created_at));
  const auto reply = std::ranges::find_if(comments, [&](const Comment& comment) {
    return comment.author == own_login && comment.body.starts_with(marker);
  });
  if (reply == comments.end()) return repository.create_comment(event.issue, body);
  if (reply->body == body) return {};
  return repository.update_comment(reply->id, body);
}

Result<void> answer(ForgeRepository& repository, const CommentEvent& event,
                    const std::vector<Command>& commands, const std::vector<CommandReport>& reports) {
  const std::string marker = reply_marker(event.comment, commands);
  MLX_CHECK(upsert_reply(repository, event, marker, render_reply(marker, reports)));
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
  if (std::holds_alternative<IgnoredEvent>(event)) return RunOutcome::kIgnored;
  return run_comment(std::get<CommentEvent>(event), forge, options);
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
