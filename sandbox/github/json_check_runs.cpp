#include "sandbox/github/json.h"

namespace mlx::sandbox::github {
namespace {

Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }

Json side_json(const State& state, const std::string& branch, const std::string& sha) {
  return {{"ref", branch},
          {"sha", sha},
          {"repo",
           {{"id", state.repository.id}, {"url", repository_api(state)}, {"name", state.repository.name}}}};
}

/// The open pull requests whose head is the commit.
Json pulls_json(const State& state, const std::string& sha) {
  Json json = Json::array();
  for (const auto& [number, issue] : state.issues) {
    if (!issue.pull || !issue.is_open || issue.pull->head_sha != sha) continue;
    json.push_back({{"id", issue.pull->id},
                    {"number", number},
                    {"url", repository_api(state) + "/pulls/" + std::to_string(number)},
                    {"head", side_json(state, issue.pull->head, sha)},
                    {"base", side_json(state, issue.pull->base, issue.pull->base_sha)}});
  }
  return json;
}

/// The branch of the check suite: that of a pull request, if there is one.
Json head_branch(const State& state, const std::string& sha) {
  for (const auto& [number, issue] : state.issues) {
    if (issue.pull && issue.pull->head_sha == sha) return issue.pull->head;
  }
  return nullptr;
}

}  // namespace

Json check_run_json(const State& state, const CheckRun& run) {
  const std::string id = std::to_string(run.id);
  const std::string api = repository_api(state) + "/check-runs/" + id;
  const std::string web = repository_web(state) + "/runs/" + id;
  return {{"id", run.id},
          {"node_id", node_id("CheckRun", run.id)},
          {"name", run.name},
          {"head_sha", run.head_sha},
          {"external_id", run.external_id},
          {"url", api},
          {"html_url", web},
          {"details_url", run.details_url.empty() ? state.url : run.details_url},
          {"status", run.status},
          {"conclusion", run.conclusion.empty() ? Json() : Json(run.conclusion)},
          {"started_at", timestamp(run.started_at)},
          {"completed_at", optional_time(run.completed_at)},
          {"output",
           {{"title", text_or_null(run.title)},
            {"summary", text_or_null(run.summary)},
            {"text", text_or_null(run.text)},
            {"annotations_count", run.annotations.size()},
            {"annotations_url", api + "/annotations"}}},
          {"check_suite", {{"id", run.suite}}},
          {"app", app_json(state)},
          {"pull_requests", pulls_json(state, run.head_sha)}};
}

Json check_run_payload_json(const State& state, const CheckRun& run) {
  Json json = check_run_json(state, run);
  json["check_suite"] = {{"id", run.suite},
                         {"node_id", node_id("CheckSuite", run.suite)},
                         {"head_branch", head_branch(state, run.head_sha)},
                         {"head_sha", run.head_sha},
                         {"status", run.status},
                         {"conclusion", json["conclusion"]},
                         {"url", repository_api(state) + "/check-suites/" + std::to_string(run.suite)},
                         {"before", nullptr},
                         {"after", run.head_sha},
                         {"pull_requests", json["pull_requests"]},
                         {"app", json["app"]},
                         {"created_at", timestamp(run.started_at)},
                         {"updated_at", timestamp(run.completed_at.value_or(run.started_at))}};
  return json;
}

Json annotation_json(const State& state, const CheckRun& run, const CheckAnnotation& annotation) {
  const auto optional = [](const std::optional<int>& column) { return column ? Json(*column) : Json(); };
  const auto text = [](const std::string& value) { return value.empty() ? Json() : Json(value); };
  return {{"path", annotation.path},
          {"blob_href",
           repository_web(state) + "/blob/" + run.head_sha + "/" + percent_encode(annotation.path, true)},
          {"start_line", annotation.start_line},
          {"start_column", optional(annotation.start_column)},
          {"end_line", annotation.end_line},
          {"end_column", optional(annotation.end_column)},
          {"annotation_level", annotation.level},
          {"title", text(annotation.title)},
          {"message", annotation.message},
          {"raw_details", text(annotation.raw_details)}};
}

}  // namespace mlx::sandbox::github
