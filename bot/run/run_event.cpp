#include "bot/run/run_event.h"

#include <algorithm>

#include "bot/core/command.h"
#include "bot/core/error_audience.h"
#include "bot/core/render.h"
#include "bot/run/check_action.h"
#include "bot/run/run_commands.h"
#include "bot/run/run_pull_request.h"
#include "bot/run/update_events.h"

namespace mlx::bot {
namespace {

bool is_for_us(const CommentEvent& event) { return !event.sender_is_bot && !is_reply(event.body); }

std::vector<Command> commands_of(const CommentEvent& event, const RunOptions& options) {
  return parse_added_commands(event.body, event.previous_body, options.command_prefix);
}

CommandRequest request_of(const CommentEvent& event) {
  return {.repository = event.repository,
          .issue = event.issue,
          .sender = event.sender,
          .asked_at = event.created_at,
          .id = std::to_string(event.comment),
          .is_internal = event.is_internal};
}

Result<void> answer(ForgeRepository& repository, const CommentEvent& event,
                    const std::vector<Command>& commands, const std::vector<CommandReport>& reports) {
  const CommandRequest request = request_of(event);
  MLX_CHECK(put_answer(repository, request, reply_marker(request.id, commands), reports));
  const bool is_success = std::ranges::all_of(reports, &CommandReport::succeeded);
  const auto reacted =
      repository.react(event.issue, event.comment, is_success ? Reaction::kSucceeded : Reaction::kRefused);
  // The answer stands, also when its comment was deleted meanwhile.
  if (!reacted && !is_refusal(reacted.error())) return reacted;
  return {};
}

Result<RunOutcome> run_comment(const CommentEvent& event, Forge& forge, const RunOptions& options) {
  if (!is_for_us(event)) return RunOutcome::kIgnored;
  const auto commands = commands_of(event, options);
  if (commands.empty()) return RunOutcome::kIgnored;
  const auto repository = forge.repository(event.repository, event.installation);
  const auto seen = repository->react(event.issue, event.comment, Reaction::kSeen);
  if (!seen) {
    if (seen.error().code != ErrorCode::kNotFound) return std::unexpected(seen.error());
    // The comment was deleted before we came to it: its author changed their mind. Unless it is
    // the repository that we cannot see: that is for the operator to know.
    MLX_CHECK(repository->default_branch());
    return RunOutcome::kIgnored;
  }
  const auto reports = MLX_TRY(run_commands(commands, request_of(event), *repository, options));
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
    Result<RunOutcome> operator()(const CheckActionEvent& pressed) const {
      const auto repository = forge.repository(pressed.repository, pressed.installation);
      return run_check_action(pressed, *repository, options);
    }
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
  const auto outcome = std::visit(Visitor{forge, options}, event);
  // Also when it failed: the next attempt need not read the same again.
  options.index_cache->save();
  return outcome;
}

Result<void> report_failure(const Event& event, Forge& forge, const RunOptions& options, const Error& error) {
  if (const auto* pressed = std::get_if<CheckActionEvent>(&event)) {
    const auto repository = forge.repository(pressed->repository, pressed->installation);
    return refuse_check_action(*pressed, *repository, render_gave_up(error));
  }
  const auto* comment = std::get_if<CommentEvent>(&event);
  if (comment == nullptr || !is_for_us(*comment)) return {};
  const auto commands = commands_of(*comment, options);
  if (commands.empty()) return {};
  const auto repository = forge.repository(comment->repository, comment->installation);
  return answer(*repository, *comment, commands, same_answer(commands, render_gave_up(error)));
}

}  // namespace mlx::bot
