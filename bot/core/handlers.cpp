#include "bot/core/handlers.h"

#include <algorithm>
#include <stdexcept>

#include "bot/core/error_audience.h"
#include "bot/core/platform_review.h"
#include "bot/core/render.h"
#include "bot/core/render_changes.h"
#include "engine/base/digest.h"
#include "engine/plan/add.h"
#include "engine/plan/status.h"

namespace mlx::bot {
namespace {

Outcome refusal(std::string answer) {
  return {.succeeded = false, .answer = std::move(answer), .proposal = {}};
}

Result<Outcome> answer_to(const Error& error) {
  if (!is_for_the_user(error)) return std::unexpected(error);
  return refusal(render_error(error));
}

Result<Outcome> handle_add(const AddCommand& add, const HandlerInput& input) {
  auto plan =
      plan_add({.components = add.components, .overwrite = add.overwrite}, input.registry, input.project);
  if (!plan) return answer_to(plan.error());
  if (plan->is_blocked()) return refusal(render_blocked(*plan));
  if (plan->is_empty()) return Outcome{.answer = render_nothing_to_add(*plan)};
  const ProposalText text = render_add_proposal(add, *plan, input);
  return Outcome{.answer = {},
                 .proposal = Proposal{.branch = add_branch(add),
                                      .commit_message = text.commit_message,
                                      .title = text.title,
                                      .body = text.body,
                                      .plan = std::move(*plan)}};
}

Result<Outcome> handle_list(const HandlerInput& input) {
  const auto lock = read_project_lock(input.project);
  if (!lock) return answer_to(lock.error());
  return Outcome{.answer = render_list(input.registry, *lock)};
}

Result<Outcome> handle_status(const HandlerInput& input) {
  const auto status = project_status(input.project, input.registry);
  if (!status) return answer_to(status.error());
  return Outcome{.answer = render_status(*status)};
}

Result<Outcome> handle_extract(const ExtractCommand& extract, const HandlerInput& input) {
  if (!input.pull_request) return refusal(render_no_pull_request());
  const PullRequestHead& head = *input.pull_request;
  if (!head.is_open) return refusal(render_closed_pull_request());
  if (head.is_from_fork) return refusal(render_branch_in_fork(head.branch));
  const auto has_catalogue = is_platform(head.files);
  if (!has_catalogue) return answer_to(has_catalogue.error());
  if (!*has_catalogue) return refusal(render_no_platform());
  auto plan = plan_catalogue(head.files, head.index_cache, extract.prune);
  if (!plan) return answer_to(plan.error());
  if (plan->is_blocked()) return refusal(render_blocked_catalogue(plan->catalogue));
  if (plan->is_empty()) return Outcome{.answer = render_current_catalogue()};
  Amendment amendment{.branch = head.branch,
                      .commit_message = render_catalogue_commit(*plan),
                      .plan = std::move(plan->catalogue),
                      .raised = std::move(plan->raised)};
  if (auto configuration = std::move(plan->configuration); configuration)
    amendment.plan.files.push_back(*std::move(configuration));
  std::ranges::sort(amendment.plan.files, {}, &FileChange::path);
  return Outcome{.answer = {}, .proposal = {}, .amendment = std::move(amendment)};
}

}  // namespace

Result<Outcome> handle(const Command& command, const HandlerInput& input) {
  struct Visitor {
    const HandlerInput& input;
    Result<Outcome> operator()(const AddCommand& add) const { return handle_add(add, input); }
    Result<Outcome> operator()(const ListCommand&) const { return handle_list(input); }
    Result<Outcome> operator()(const StatusCommand&) const { return handle_status(input); }
    Result<Outcome> operator()(const ExtractCommand& extract) const { return handle_extract(extract, input); }
    Result<Outcome> operator()(const UpdatesCommand&) const {
      throw std::logic_error("a command about updates is carried out by updates_command");
    }
    Result<Outcome> operator()(const HelpCommand&) const { return Outcome{.answer = render_help()}; }
    Result<Outcome> operator()(const InvalidCommand& invalid) const {
      return refusal(render_invalid(invalid));
    }
  };
  return std::visit(Visitor{input}, command.action);
}

bool needs_write_access(const Command& command) {
  return std::holds_alternative<AddCommand>(command.action) ||
         std::holds_alternative<ExtractCommand>(command.action) ||
         std::holds_alternative<UpdatesCommand>(command.action);
}

std::string add_branch(const AddCommand& add) {
  constexpr std::size_t kLongest = 120;
  auto names = add.components;
  std::ranges::sort(names);
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : "+") + name;
  if (joined.size() > kLongest) {
    joined =
        names.front() + "+" + std::to_string(names.size() - 1) + "-more-" + sha256_hex(joined).substr(0, 12);
  }
  return "mlx/add/" + joined + (add.overwrite ? "-overwrite" : "");
}

}  // namespace mlx::bot
