#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "action/github/environment.h"
#include "bot/forge/github/events.h"
#include "bot/forge/github/values.h"
#include "engine/base/json_reader.h"

namespace mlx::action::github {
namespace {

bool is_of_pull_request(std::string_view event) {
  return event == "pull_request" || event == "pull_request_target";
}

/// What an event without a mode is for; nothing: for nothing here.
std::optional<Mode> mode_of(std::string_view event) {
  if (is_of_pull_request(event)) return Mode::kReview;
  constexpr std::array<std::string_view, 4> kCommands = {"issue_comment", "issues", "check_run",
                                                         "check_suite"};
  if (std::ranges::find(kCommands, event) != kCommands.end()) return Mode::kCommands;
  constexpr std::array<std::string_view, 3> kUpdate = {"schedule", "workflow_dispatch",
                                                       "repository_dispatch"};
  if (std::ranges::find(kUpdate, event) != kUpdate.end()) return Mode::kUpdate;
  if (event == "push" || event == "merge_group") return Mode::kCheck;
  return std::nullopt;
}

Result<Mode> wanted_mode(const Environment& environment) {
  if (environment.inputs.mode) return *environment.inputs.mode;
  if (environment.event.empty()) {
    return fail(
        ErrorCode::kInvalidInput,
        "GITHUB_EVENT_NAME is not set: run this in a job of GitHub Actions, or set INPUT_MODE to review, "
        "add, update, extract or check");
  }
  if (const auto mode = mode_of(environment.event)) return *mode;
  return fail(ErrorCode::kInvalidInput, "nothing is done on the event `" + environment.event +
                                            "` by itself: give the input `mode`, one of review, add, update, "
                                            "extract, check");
}

/// The number of the pull request that an event is about; 0 if it is about none.
Result<std::int64_t> read_number(const JsonReader& payload) {
  if (payload.has("pull_request")) return MLX_TRY(payload.at("pull_request")).integer("number");
  if (!payload.has("issue")) return 0;
  const JsonReader issue = MLX_TRY(payload.at("issue"));
  return issue.has("pull_request") ? MLX_TRY(issue.integer("number")) : 0;
}

/// A pull request that was closed, or whose text was edited, is for the bot's own handlers.
bool is_for_handlers(const JsonReader& payload) {
  const auto action = payload.string_or("action", "");
  return action && (*action == "closed" || *action == "edited");
}

Result<void> read_payload(const std::string& text, const Environment& environment, Job& job) {
  const std::string file = environment.event_file.string();
  const nlohmann::json document = MLX_TRY(parse_json(text, file));
  const JsonReader payload(document, file);
  if (!document.is_object()) return std::unexpected(payload.complaint("expected the object of an event"));
  job.pull_request = MLX_TRY(read_number(payload));
  if (payload.has("pull_request"))
    job.branches = MLX_TRY(bot::read_branches(MLX_TRY(payload.at("pull_request"))));
  const bool is_pull_request = is_of_pull_request(environment.event);
  if (is_pull_request && job.pull_request == 0)
    return std::unexpected(payload.complaint("this is no event of a pull request: it has no `pull_request`"));
  const bool is_by_event = !environment.inputs.mode;
  if (is_by_event && is_pull_request && is_for_handlers(payload)) job.mode = Mode::kCommands;
  if (job.mode != Mode::kCommands) return {};
  auto event = bot::parse_github_event(is_pull_request ? "pull_request" : environment.event, text);
  if (!event) {
    return std::unexpected(
        payload.complaint("this is no event `" + environment.event + "`: " + to_string(event.error())));
  }
  job.event = *std::move(event);
  return {};
}

}  // namespace

Result<Job> read_job(const Environment& environment, const std::optional<std::string>& event,
                     const std::string& now) {
  Job job{.mode = MLX_TRY(wanted_mode(environment)),
          .inputs = environment.inputs,
          .repository = environment.repository,
          .workspace = environment.workspace,
          .now = now,
          .has_base_checked_out = environment.event == "pull_request_target"};
  const bool needs_event =
      job.mode == Mode::kReview || job.mode == Mode::kCommands || is_of_pull_request(environment.event);
  const bool is_about_checkout =
      job.mode == Mode::kCheck || (job.mode == Mode::kExtract && job.inputs.token.empty());
  if (!is_about_checkout && job.repository.name.empty())
    return fail(ErrorCode::kInvalidInput, "GITHUB_REPOSITORY is not set: it must be OWNER/NAME");
  if (event) MLX_CHECK(read_payload(*event, environment, job));
  if (!event && needs_event) {
    return fail(ErrorCode::kInvalidInput, "GITHUB_EVENT_PATH is not set: the mode `" +
                                              std::string(to_string(job.mode)) +
                                              "` needs the file of an event");
  }
  return job;
}

}  // namespace mlx::action::github
