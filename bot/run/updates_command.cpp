#include "bot/run/updates_command.h"

#include <algorithm>

#include "bot/core/render.h"
#include "bot/core/update/render_update.h"
#include "engine/plan/status.h"
#include "engine/plan/update/ignore_rule.h"

namespace mlx::bot {
namespace {

/// One command about updates.
class UpdatesCommandRun {
 public:
  UpdatesCommandRun(const UpdatesCommand& command, std::int64_t number, const UpdateSession& session)
      : command_(command), number_(number), session_(session) {}

  /// A refusal is an answer; only what trying again may help is an error.
  Result<CommandReport> run() {
    auto done = carry_out();
    if (done) return CommandReport{.succeeded = succeeded_, .answer = *std::move(done)};
    const ErrorCode code = done.error().code;
    const bool is_answer = code == ErrorCode::kInvalidInput || code == ErrorCode::kNotFound;
    if (code == ErrorCode::kRefused)
      return CommandReport{.succeeded = false, .answer = render_forge_refusal(done.error())};
    if (!is_answer) return std::unexpected(done.error());
    return CommandReport{.succeeded = false, .answer = render_error(done.error())};
  }

 private:
  using Verb = UpdatesCommand::Verb;

  Result<std::string> carry_out() {
    switch (command_.verb) {
      case Verb::kUpdate: return update();
      case Verb::kRebase:
      case Verb::kRecreate: return make_anew();
      case Verb::kIgnore: return ignore();
      case Verb::kUnignore: return unignore();
    }
    return std::string();
  }

  [[nodiscard]] bool is_grouped() const { return session_.configuration.bot.update.is_grouped; }

  Result<std::string> update() {
    const Lock lock = MLX_TRY(read_project_lock(session_.project));
    for (const std::string& name : command_.names) {
      if (!lock.components.contains(name)) return std::unexpected(not_installed(name, lock));
    }
    UpdateTrigger trigger{.kind = UpdateTrigger::Kind::kAsked, .subjects = command_.names, .to = {}};
    if (is_grouped()) trigger.subjects.clear();
    if (!command_.to.empty()) {
      if (is_grouped()) {
        return fail(ErrorCode::kInvalidInput,
                    "updates of this repository come together in one pull request (`group` in mlx.toml), so "
                    "`--to` is not possible here");
      }
      trigger.to = MLX_TRY(Version::parse(command_.to));
    }
    return answer(trigger);
  }

  Result<std::string> answer(const UpdateTrigger& trigger) {
    auto results = MLX_TRY(run_updates(session_, trigger));
    std::erase_if(results,
                  [&](const UpdateResult& result) { return !trigger.asks_for(result.entry.subject); });
    succeeded_ = std::ranges::all_of(
        results, [](const UpdateResult& result) { return result.entry.status == UpdateStatus::kOpen; });
    return render_update_answers(results, session_.repository.form());
  }

  /// The update whose pull request this is; kInvalidInput if it is none.
  Result<std::string> subject_here() {
    const auto pull = MLX_TRY(session_.repository.pull_request(number_));
    if (pull && !pull->is_from_fork) {
      is_open_here_ = pull->is_open;
      std::string subject = subject_of_branch(pull->head_branch);
      if (!subject.empty()) return subject;
    }
    return fail(ErrorCode::kInvalidInput, "this is no pull request of an update; write it on one of those");
  }

  Result<std::string> make_anew() {
    const std::string subject = MLX_TRY(subject_here());
    const bool recreates = command_.verb == Verb::kRecreate;
    if (!is_open_here_ && !recreates) {
      return fail(ErrorCode::kInvalidInput,
                  "this pull request is closed; `/mlx recreate` opens another one for the update");
    }
    return answer({.kind = UpdateTrigger::Kind::kAsked,
                   .subjects = {subject},
                   .to = {},
                   .makes_anew = true,
                   .overwrites = recreates});
  }

  /// What was named, or the versions that this pull request brings.
  Result<std::vector<std::string>> rules() {
    if (!command_.names.empty()) {
      const IgnoreRule rule = MLX_TRY(IgnoreRule::parse(command_.names.front()));
      const Lock lock = MLX_TRY(read_project_lock(session_.project));
      if (!lock.components.contains(rule.name)) return std::unexpected(not_installed(rule.name, lock));
      return std::vector{to_string(rule)};
    }
    const std::string subject = MLX_TRY(subject_here());
    for (const ListedPullRequest& listed :
         MLX_TRY(session_.repository.pull_requests_from(update_branch(subject)))) {
      if (listed.number == number_) return marked_versions(listed.body);
    }
    return std::vector<std::string>();
  }

  Result<std::string> ignore() {
    const std::vector<std::string> added = MLX_TRY(rules());
    if (added.empty()) {
      return fail(ErrorCode::kInvalidInput,
                  "this pull request does not say any more which versions it brings; name "
                  "what to ignore: `/mlx ignore NAME@RANGE`");
    }
    MLX_CHECK(run_updates(session_, {.kind = UpdateTrigger::Kind::kRefresh, .subjects = {}, .to = {}},
                          [&](DashboardState& state) {
                            for (const std::string& rule : added) {
                              const bool is_known =
                                  std::ranges::find(state.ignored, rule) != state.ignored.end();
                              if (!is_known) state.ignored.push_back(rule);
                            }
                          }));
    return render_ignored_answer(added);
  }

  Result<std::string> unignore() {
    const std::string rule = to_string(MLX_TRY(IgnoreRule::parse(command_.names.front())));
    std::vector<std::string> removed;
    MLX_CHECK(run_updates(session_, {.kind = UpdateTrigger::Kind::kRefresh, .subjects = {}, .to = {}},
                          [&](DashboardState& state) {
                            // The name alone stands for all that is said of it.
                            std::erase_if(state.ignored, [&](const std::string& one) {
                              const bool goes = one == rule || one.starts_with(rule + "@");
                              if (goes) removed.push_back(one);
                              return goes;
                            });
                          }));
    if (!removed.empty()) return render_unignored_answer(removed);
    const auto& configured = session_.configuration.bot.ignore;
    const bool is_configured = std::ranges::any_of(
        configured, [&](const std::string& one) { return one == rule || one.starts_with(rule + "@"); });
    return fail(ErrorCode::kInvalidInput,
                is_configured
                    ? "`" + rule + "` is ignored by " + session_.configuration.file + ": take it out there"
                    : "`" + rule + "` is not ignored");
  }

  const UpdatesCommand& command_;
  std::int64_t number_;
  const UpdateSession& session_;
  bool succeeded_ = true;
  bool is_open_here_ = false;
};

}  // namespace

Result<CommandReport> run_updates_command(const UpdatesCommand& command, const std::string& line,
                                          std::int64_t number, const UpdateSession& session) {
  CommandReport report = MLX_TRY(UpdatesCommandRun(command, number, session).run());
  report.line = line;
  return report;
}

}  // namespace mlx::bot
