#include "bot/run/check_action.h"

#include <algorithm>

#include "bot/core/render.h"
#include "bot/core/review/review_answers.h"
#include "bot/core/review/review_buttons.h"
#include "bot/run/open_registry.h"
#include "bot/run/run_commands.h"
#include "bot/run/run_review.h"

namespace mlx::bot {
namespace {

/// What the button stands for; nothing if it is none of ours, or there is nothing left for it to do.
Result<std::optional<Command>> command_of(const CheckActionEvent& event, const PullRequestBranches& pull,
                                          ForgeRepository& repository, const RunOptions& options) {
  const OpenRegistry opened_registry = MLX_TRY(OpenRegistry::open(options));
  const Registry& registry = *opened_registry;
  if (!is_ignore_button(event.action))
    return add_button_command(event.action, registry, options.command_prefix);
  PullRequestBranches checked = pull;
  checked.head_sha = event.head_sha;
  const OpenedPullRequest opened = MLX_TRY(open_pull_request(event.number, checked, repository));
  const auto review = MLX_TRY(review_opened(opened, registry, *options.index_cache));
  return review ? ignore_button_command(review->review, options.command_prefix) : std::nullopt;
}

/// Who pressed the button, as somebody who asks for commands.
CommandRequest request_of(const CheckActionEvent& event) {
  return {.repository = event.repository,
          .issue = event.number,
          .sender = event.sender,
          .asked_at = event.checked_at,
          .id = "check-" + event.head_sha + "-" + event.action};
}

/// One press, one answer: which command it stands for may be another one when it runs again.
Result<void> answer(const CommandRequest& request, ForgeRepository& repository,
                    const std::vector<CommandReport>& reports) {
  return put_answer(repository, request, reply_marker(request.id, {}), reports);
}

}  // namespace

Result<RunOutcome> run_check_action(const CheckActionEvent& event, ForgeRepository& repository,
                                    const RunOptions& options) {
  if (event.sender_is_bot || !is_review_button(event.action)) return RunOutcome::kIgnored;
  const auto pull = MLX_TRY(repository.pull_request(event.number));
  if (!pull) {
    // Unless it is the repository that we cannot see: that is for the operator to know.
    MLX_CHECK(repository.default_branch());
    return RunOutcome::kIgnored;
  }
  const auto command = MLX_TRY(command_of(event, *pull, repository, options));
  if (!command) {
    MLX_CHECK(refuse_check_action(event, repository, render_nothing_to_press()));
    return RunOutcome::kRefused;
  }
  const CommandRequest request = request_of(event);
  const auto reports = MLX_TRY(run_commands({*command}, request, repository, options));
  MLX_CHECK(answer(request, repository, reports));
  const bool is_success = std::ranges::all_of(reports, &CommandReport::succeeded);
  return is_success ? RunOutcome::kDone : RunOutcome::kRefused;
}

Result<void> refuse_check_action(const CheckActionEvent& event, ForgeRepository& repository,
                                 const std::string& why) {
  return answer(request_of(event), repository,
                {{.line = std::string(button_title(event.action)), .succeeded = false, .answer = why}});
}

}  // namespace mlx::bot
