#include "bot/core/handlers.h"

#include <algorithm>
#include <stdexcept>

#include "bot/core/error_audience.h"
#include "bot/core/platform_review.h"
#include "bot/core/render.h"
#include "bot/core/render_changes.h"
#include "bot/core/review/review_answers.h"
#include "engine/base/digest.h"
#include "engine/compat/check_rules.h"
#include "engine/plan/add.h"
#include "engine/plan/check/checked_project.h"
#include "engine/plan/ignore.h"
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

/// The head of an open pull request, else the default branch.
const Snapshot& files_of(const HandlerInput& input) {
  return input.pull_request ? input.pull_request->files : input.project;
}

Result<Outcome> handle_check(const CheckCommand& check, const HandlerInput& input) {
  const Registries registries(input.registry);
  NoIndexCache nothing;
  IndexCache& cache = input.index_cache == nullptr ? nothing : *input.index_cache;
  const auto project =
      CheckedProject::read(files_of(input), cache, registries, {.candidates = check.components});
  if (!project) return answer_to(project.error());
  return Outcome{.answer = render_check_answer(check_rules((*project)->facts()), check.components)};
}

Result<Outcome> handle_explain(const ExplainCommand& explain) {
  const Rule* rule = rule_named(explain.finding);
  if (rule == nullptr) return refusal(render_unknown_finding(explain.finding));
  return Outcome{.answer = render_rule(*rule)};
}

/// On a pull request of the repository itself a commit of it, elsewhere a pull request of its own.
Result<Outcome> handle_ignore(const IgnoreCommand& ignore, const HandlerInput& input) {
  const bool is_here = input.pull_request && input.pull_request->is_open && !input.pull_request->is_from_fork;
  auto plan = plan_ignore({ignore.name}, is_here ? input.pull_request->files : input.project);
  if (!plan) return answer_to(plan.error());
  if (plan->is_empty()) return Outcome{.answer = render_ignored_already(ignore.name)};
  const std::string subject = "Ignore " + ignore.name;
  if (is_here) {
    return Outcome{.answer = {},
                   .amendment = Amendment{.branch = input.pull_request->branch,
                                          .commit_message = subject + "\n",
                                          .plan = std::move(*plan),
                                          .answer = render_ignored_finding(ignore.name)}};
  }
  return Outcome{.answer = {},
                 .proposal = Proposal{.branch = "mlx/ignore/" + ignore.name,
                                      .commit_message = subject + "\n",
                                      .title = subject,
                                      .body = render_ignored_finding(ignore.name),
                                      .plan = std::move(*plan)}};
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
    Result<Outcome> operator()(const CheckCommand& check) const { return handle_check(check, input); }
    Result<Outcome> operator()(const ExplainCommand& explain) const { return handle_explain(explain); }
    Result<Outcome> operator()(const IgnoreCommand& ignore) const { return handle_ignore(ignore, input); }
    Result<Outcome> operator()(const HelpCommand&) const { return Outcome{.answer = render_help()}; }
    Result<Outcome> operator()(const InvalidCommand& invalid) const {
      return refusal(render_invalid(invalid));
    }
  };
  return std::visit(Visitor{input}, command.action);
}

bool works_on_head(const Command& command) {
  return std::holds_alternative<ExtractCommand>(command.action) ||
         std::holds_alternative<CheckCommand>(command.action) ||
         std::holds_alternative<IgnoreCommand>(command.action);
}

bool needs_write_access(const Command& command) {
  return std::holds_alternative<AddCommand>(command.action) ||
         std::holds_alternative<ExtractCommand>(command.action) ||
         std::holds_alternative<IgnoreCommand>(command.action) ||
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
