#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "action/gitlab/environment.h"
#include "bot/forge/gitlab/events.h"
#include "engine/base/json_reader.h"

namespace mlx::action::gitlab {
namespace {

std::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

/// What a pipeline without a mode is for; nothing: for nothing here.
std::optional<Mode> mode_of(const Environment& environment) {
  if (environment.merge_request) return environment.merge_request->is_in_train ? Mode::kCheck : Mode::kReview;
  if (environment.source == "trigger") return Mode::kCommands;
  constexpr std::array<std::string_view, 3> kUpdate = {"schedule", "web", "api"};
  if (std::ranges::find(kUpdate, environment.source) != kUpdate.end()) return Mode::kUpdate;
  if (environment.source == "push") return Mode::kCheck;
  return std::nullopt;
}

Result<Mode> wanted_mode(const Environment& environment) {
  if (environment.inputs.mode) return *environment.inputs.mode;
  if (const auto mode = mode_of(environment)) return *mode;
  if (environment.source.empty()) {
    return refused(
        "CI_PIPELINE_SOURCE is not set: run this in a job of GitLab CI, or set MLX_MODE to review, add, "
        "update, extract or check");
  }
  if (environment.source == "merge_request_event")
    return refused("CI_MERGE_REQUEST_IID is not set, although the pipeline is one of a merge request");
  return refused("nothing is done in pipelines of the source `" + environment.source +
                 "` by themselves: set MLX_MODE (the input `mode`) to review, add, update, extract or check");
}

/// The event that a webhook has sent to a pipeline trigger.
Result<void> read_payload(const std::string& text, const Environment& environment, Job& job) {
  const std::string file = environment.payload_file.string();
  const nlohmann::json document = MLX_TRY(parse_json(text, file));
  const JsonReader payload(document, file);
  if (!document.is_object()) return std::unexpected(payload.complaint("expected what a webhook sends"));
  const std::string kind = MLX_TRY(payload.string("object_kind"));
  constexpr std::array<std::string_view, 3> kKinds = {"note", "issue", "merge_request"};
  if (std::ranges::find(kKinds, kind) == kKinds.end()) {
    return refused("TRIGGER_PAYLOAD is an event `" + kind +
                   "`, on which nothing is done: let the webhook send comments and events of issues only");
  }
  const auto project = MLX_TRY(MLX_TRY(payload.at("project")).integer("id"));
  if (environment.project != 0 && project != environment.project) {
    return refused("TRIGGER_PAYLOAD is of the project " + std::to_string(project) + ", and this job of " +
                   std::to_string(environment.project) + ": give the project a webhook of its own");
  }
  auto event = bot::parse_gitlab_event(kind + "_hook", text);
  if (!event)
    return std::unexpected(payload.complaint("this is no event `" + kind + "`: " + to_string(event.error())));
  job.event = *std::move(event);
  return {};
}

}  // namespace

Result<Job> read_job(const Environment& environment, const std::optional<std::string>& payload,
                     const std::string& now) {
  Job job{.mode = MLX_TRY(wanted_mode(environment)),
          .inputs = environment.inputs,
          .repository = environment.repository,
          .installation = environment.project,
          .workspace = environment.workspace,
          .now = now};
  if (environment.merge_request) {
    job.pull_request = environment.merge_request->number;
    job.branches = environment.merge_request->branches;
  }
  if (job.mode == Mode::kReview && !environment.merge_request) {
    return refused(
        "the mode `review` is for pipelines of a merge request: give the job the rule "
        "`if: $CI_PIPELINE_SOURCE == \"merge_request_event\"`");
  }
  const bool is_about_checkout =
      job.mode == Mode::kCheck || (job.mode == Mode::kExtract && job.inputs.token.empty());
  if (!is_about_checkout && job.repository.name.empty())
    return refused("CI_PROJECT_PATH is not set: it must be the path of a project with its groups");
  if (job.mode != Mode::kCommands) return job;
  if (!payload) {
    return refused(
        "TRIGGER_PAYLOAD is not set: commands come from a webhook whose address is that of a pipeline "
        "trigger. For a trigger of another kind set MLX_MODE (the input `mode`)");
  }
  MLX_CHECK(read_payload(*payload, environment, job));
  return job;
}

}  // namespace mlx::action::gitlab
