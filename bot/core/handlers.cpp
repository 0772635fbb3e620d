#include "bot/core/handlers.h"

#include <algorithm>
#include <stdexcept>

#include "bot/core/error_audience.h"
#include "bot/core/platform_review.h"
#include "bot/core/render.h"
#include "bot/core/render_changes.h"
#include "bot/core/render_differences.h"
#include "bot/core/review/review_answers.h"
#include "engine/advise/project_recommendations.h"
#include "engine/base/digest.h"
#include "engine/compat/check_rules.h"
#include "engine/plan/add.h"
#include "engine/plan/check/checked_project.h"
#include "engine/plan/ignore.h"
#include "engine/plan/status.h"
#include "engine/plan/update/component_diff.h"

namespace mlx::bot {
namespace {

/// Names in a branch's name: all, or the first and a digest of all.
std::string branch_part(const std::vector<std::string>& names) {
  constexpr std::size_t kLongest = 120;
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : "+") + name;
  if (joined.size() <= kLongest) return joined;
  return names.front() + "+" + std::to_string(names.size() - 1) + "-more-" + sha256_hex(joined).substr(0, 12);
}

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
  std::vector<RepoPath> written;
  if (input.finisher != nullptr) written = MLX_TRY(input.finisher->finish(*plan, input.project));
  const ProposalText text = render_add_proposal(add, *plan, input);
  return Outcome{.answer = {},
                 .proposal = Proposal{.branch = add_branch(add),
                                      .commit_message = text.commit_message,
                                      .title = text.title,
                                      .body = text.body,
                                      .plan = std::move(*plan),
                                      .written_by_tools = std::move(written)}};
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

/// What was read of files before, if somebody keeps that.
class RememberedFacts {
 public:
  explicit RememberedFacts(const HandlerInput& input) : kept_(input.index_cache) {}
  [[nodiscard]] IndexCache& cache() { return kept_ == nullptr ? nothing_ : *kept_; }

 private:
  NoIndexCache nothing_;
  IndexCache* kept_;
};

Result<Outcome> handle_check(const CheckCommand& check, const HandlerInput& input) {
  const Registries registries(input.registry);
  RememberedFacts facts(input);
  const auto project =
      CheckedProject::read(files_of(input), facts.cache(), registries, {.candidates = check.components});
  if (!project) return answer_to(project.error());
  return Outcome{.answer = render_check_answer(check_rules((*project)->facts()), check.components)};
}

Result<Outcome> handle_recommend(const HandlerInput& input) {
  const Registries registries(input.registry);
  RememberedFacts facts(input);
  const auto found = recommend_for_project(files_of(input), facts.cache(), registries, {});
  if (!found) return answer_to(found.error());
  return Outcome{.answer = render_recommendations(*found, input.command_prefix)};
}

Result<Outcome> handle_diff(const DiffCommand& diff, const HandlerInput& input) {
  const Registries registries(input.registry);
  const auto differences = component_differences(diff.components, registries, files_of(input), input.blobs);
  if (!differences) return answer_to(differences.error());
  return Outcome{.answer = render_differences(*differences)};
}

Result<Outcome> handle_explain(const ExplainCommand& explain) {
  const Rule* rule = rule_named(explain.finding);
  if (rule == nullptr) return refusal(render_unknown_finding(explain.finding));
  return Outcome{.answer = render_rule(*rule)};
}

/// `mlx/ignore/route-collision-3f9a2c10`, from the names in any order.
std::string ignore_branch(std::vector<std::string> names) {
  std::ranges::sort(names);
  return "mlx/ignore/" + branch_part(names);
}

/// On a pull request of the repository itself a commit of it, elsewhere a pull request of its own.
Result<Outcome> handle_ignore(const IgnoreCommand& ignore, const HandlerInput& input) {
  const bool is_here = input.pull_request && input.pull_request->is_open && !input.pull_request->is_from_fork;
  auto plan = plan_ignore(ignore.names, is_here ? input.pull_request->files : input.project);
  if (!plan) return answer_to(plan.error());
  if (plan->is_empty()) return Outcome{.answer = render_ignored_already(ignore.names)};
  const std::string subject = ignore.names.size() == 1
                                  ? "Ignore " + ignore.names.front()
                                  : "Ignore " + std::to_string(ignore.names.size()) + " findings";
  std::string message = subject + "\n";
  if (ignore.names.size() > 1) {
    message += "\n";
    for (const std::string& name : ignore.names) message += "- " + name + "\n";
  }
  if (is_here) {
    return Outcome{.answer = {},
                   .amendment = Amendment{.branch = input.pull_request->branch,
                                          .commit_message = std::move(message),
                                          .plan = std::move(*plan),
                                          .answer = render_ignored(ignore.names)}};
  }
  return Outcome{.answer = {},
                 .proposal = Proposal{.branch = ignore_branch(ignore.names),
                                      .commit_message = std::move(message),
                                      .title = subject,
                                      .body = render_ignored(ignore.names),
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
    Result<Outcome> operator()(const RecommendCommand&) const { return handle_recommend(input); }
    Result<Outcome> operator()(const DiffCommand& diff) const { return handle_diff(diff, input); }
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
         std::holds_alternative<RecommendCommand>(command.action) ||
         std::holds_alternative<DiffCommand>(command.action) ||
         std::holds_alternative<IgnoreCommand>(command.action);
}

bool needs_write_access(const Command& command) {
  return std::holds_alternative<AddCommand>(command.action) ||
         std::holds_alternative<ExtractCommand>(command.action) ||
         std::holds_alternative<IgnoreCommand>(command.action) ||
         std::holds_alternative<UpdatesCommand>(command.action);
}

bool shows_files(const Command& command) {
  return std::holds_alternative<CheckCommand>(command.action) ||
         std::holds_alternative<DiffCommand>(command.action) ||
         std::holds_alternative<ExplainCommand>(command.action) ||
         std::holds_alternative<RecommendCommand>(command.action) ||
         std::holds_alternative<StatusCommand>(command.action);
}

std::string add_branch(const AddCommand& add) {
  auto names = add.components;
  std::ranges::sort(names);
  return "mlx/add/" + branch_part(names) + (add.overwrite ? "-overwrite" : "");
}

}  // namespace mlx::bot
