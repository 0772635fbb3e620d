#include "bot/run/run_commands.h"

#include <algorithm>

#include "bot/core/error_audience.h"
#include "bot/core/handlers.h"
#include "bot/core/render.h"
#include "bot/core/render_changes.h"
#include "bot/run/amend.h"
#include "bot/run/forge_blobs.h"
#include "bot/run/open_registry.h"
#include "bot/run/propose.h"
#include "bot/run/updates_command.h"
#include "bot/run/upsert_comment.h"
#include "engine/manifest/configuration.h"
#include "engine/plan/status.h"

namespace mlx::bot {
namespace {

constexpr std::size_t kMostCommands = 5;

/// What all commands of one request are decided from.
struct Session {
  const CommandRequest& request;
  ForgeRepository& repository;
  const Registry& registry;
  const Snapshot& project;
  IndexCache& index_cache;
  const BlobSource& blobs;
  const std::string& command_prefix;
  ProposalBase base;
  Role role;
  bool may_read_files;  ///< whoever asks
  std::chrono::sys_seconds now;
  PlanFinisher* finisher;
};

/// Carries out what was decided; gives the answer to the command.
Result<std::string> carry_out(const Outcome& outcome, const std::optional<CommandedPullRequest>& pull,
                              const Session& session, bool& succeeded) {
  if (outcome.amendment && pull) {
    const std::string commit = MLX_TRY(amend(session.repository, *pull, *outcome.amendment, session.request));
    const std::string& answer = outcome.amendment->answer;
    return answer.empty() ? render_amended(*outcome.amendment, commit) : commit + ": " + answer;
  }
  if (!outcome.proposal) return outcome.answer;
  const auto proposed = MLX_TRY(propose(session.repository, session.base, *outcome.proposal));
  succeeded = proposed.kind != ProposalResult::Kind::kForeignCommits;
  return render_proposal_result(*outcome.proposal, proposed, session.repository.form());
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
                                     .now = session.now,
                                     .finisher = session.finisher};
  return run_updates_command(updates, line, session.request.issue, update_session);
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
    report.answer = render_no_write_access(session.request.repository, session.request.sender);
    return report;
  }
  if (shows_files(command) && !session.may_read_files) {
    report.succeeded = false;
    report.answer = render_no_read_access(session.request.repository, session.request.sender);
    return report;
  }
  if (const auto* updates = std::get_if<UpdatesCommand>(&command.action)) {
    if (!MLX_TRY(refuses_recommendation(*updates, session)))
      return run_updates(*updates, command.line, session);
    return run_command({.line = command.line, .action = IgnoreCommand{.names = updates->names}}, session);
  }
  std::optional<CommandedPullRequest> pull;
  if (works_on_head(command)) pull = MLX_TRY(find_commanded(session.repository, session.request));
  HandlerInput input{.project = session.project,
                     .registry = session.registry,
                     .base_branch = session.base.branch,
                     .issue = session.request.issue,
                     .sender = session.request.sender,
                     .command_prefix = session.command_prefix,
                     .index_cache = &session.index_cache,
                     .blobs = &session.blobs,
                     .form = session.repository.form(),
                     .finisher = session.finisher};
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

}  // namespace

std::vector<CommandReport> same_answer(const std::vector<Command>& commands, const std::string& answer) {
  std::vector<CommandReport> reports;
  reports.reserve(commands.size());
  for (const Command& command : commands)
    reports.push_back({.line = command.line, .succeeded = false, .answer = answer});
  return reports;
}

Result<std::vector<CommandReport>> run_commands_as(Role role, const std::vector<Command>& commands,
                                                   const CommandRequest& request, ForgeRepository& repository,
                                                   const RunOptions& options) {
  if (commands.size() > kMostCommands) {
    return std::vector<CommandReport>{{.line = commands.front().line,
                                       .succeeded = false,
                                       .answer = render_too_many_commands(commands.size(), kMostCommands)}};
  }
  const std::string branch = MLX_TRY(repository.default_branch());
  const auto head = MLX_TRY(repository.branch_head(branch));
  if (!head) return same_answer(commands, render_empty_repository());

  const auto project = MLX_TRY(repository.snapshot(*head));
  const OpenRegistry opened_registry = MLX_TRY(OpenRegistry::open(options));
  const Registry& registry = *opened_registry;
  const ForgeBlobs blobs(repository);
  const bool may_read_files =
      !std::ranges::any_of(commands, shows_files) || MLX_TRY(repository.may_read_files(request.sender));
  const Session session{.request = request,
                        .repository = repository,
                        .registry = registry,
                        .project = *project,
                        .index_cache = *options.index_cache,
                        .blobs = blobs,
                        .command_prefix = options.command_prefix,
                        .base = {.branch = branch, .commit = *head, .asked_at = request.asked_at},
                        .role = role,
                        .may_read_files = may_read_files,
                        .now = options.now(),
                        .finisher = options.finisher};
  std::vector<CommandReport> reports;
  reports.reserve(commands.size());
  for (const Command& command : commands) reports.push_back(MLX_TRY(run_command(command, session)));
  return reports;
}

Result<std::vector<CommandReport>> run_commands(const std::vector<Command>& commands,
                                                const CommandRequest& request, ForgeRepository& repository,
                                                const RunOptions& options) {
  // Too many are refused before anything is asked.
  const bool is_role_needed =
      commands.size() <= kMostCommands && std::ranges::any_of(commands, needs_write_access);
  const Role role = is_role_needed ? MLX_TRY(repository.role_of(request.sender)) : Role::kRead;
  return run_commands_as(role, commands, request, repository, options);
}

Result<void> put_answer(ForgeRepository& repository, const CommandRequest& request, const std::string& marker,
                        const std::vector<CommandReport>& reports) {
  return upsert_comment(repository, {.issue = request.issue,
                                     .since = request.asked_at,
                                     .marker = marker,
                                     .body = render_reply(marker, reports),
                                     .is_internal = request.is_internal});
}

}  // namespace mlx::bot
