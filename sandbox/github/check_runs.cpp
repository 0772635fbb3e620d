#include "sandbox/github/check_runs.h"

#include <algorithm>
#include <ranges>
#include <set>

#include "sandbox/github/check_run_input.h"
#include "sandbox/github/events.h"
#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

Answer<CheckRun*> find_run(Context& context, Id id) {
  const auto found = context.state.check_runs.find(id);
  if (found == context.state.check_runs.end()) return not_found();
  return &found->second;
}

Answer<CheckRun*> find_run(Context& context, const Request& request) {
  return find_run(context, MLX_TRY(request.number("check_run_id")));
}

/// People may look at check runs; only an app makes them.
Answer<void> check_is_app(const Context& context) {
  if (context.actor.kind == Identity::Kind::kInstallation) return {};
  return refuse(403, "You must authenticate via a GitHub App.");
}

/// One suite for each commit.
Id suite_of(State& state, const std::string& sha) {
  for (const auto& [id, run] : state.check_runs) {
    if (run.head_sha == sha) return run.suite;
  }
  return state.next_id();
}

Answer<Response> create(Context& context, const Request& request) {
  MLX_CHECK(check_is_app(context));
  const auto name = MLX_TRY(request.text("name"));
  const auto sha = MLX_TRY(request.text("head_sha"));
  if (!name || !sha) {
    const std::string missing = name  ? "\"head_sha\" wasn't"
                                : sha ? "\"name\" wasn't"
                                      : R"("name", "head_sha" weren't)";
    return refuse(422, "Invalid request.\n\n" + missing + " supplied.");
  }
  if (context.git.type_of(*sha) != "commit") return refuse(422, "No commit found for SHA: " + *sha);
  CheckRun run{.suite = suite_of(context.state, *sha), .name = *name, .head_sha = *sha, .started_at = now()};
  MLX_CHECK(read_check_run(request, run));
  run.id = context.state.next_id();
  const CheckRun& added = context.state.check_runs.emplace(run.id, std::move(run)).first->second;
  check_run_event(context, "created", added);
  if (added.completed_at) check_run_event(context, "completed", added);
  Response response{.status = 201, .body = check_run_json(context.state, added)};
  response.headers.emplace_back("Location", response.body["url"]);
  return response;
}

Answer<Response> update(Context& context, const Request& request) {
  MLX_CHECK(check_is_app(context));
  CheckRun* run = MLX_TRY(find_run(context, request));
  CheckRun changed = *run;
  MLX_CHECK(read_check_run(request, changed));
  const bool is_completed_now = changed.completed_at && !run->completed_at;
  *run = std::move(changed);
  if (is_completed_now) check_run_event(context, "completed", *run);
  return Response{.body = check_run_json(context.state, *run)};
}

Answer<Response> get(Context& context, const Request& request) {
  const CheckRun* run = MLX_TRY(find_run(context, request));
  return Response{.body = check_run_json(context.state, *run)};
}

Answer<Response> list_annotations(Context& context, const Request& request) {
  const CheckRun* run = MLX_TRY(find_run(context, request));
  return paginated(context, request, run->annotations, [&](const CheckAnnotation& annotation) {
    return annotation_json(context.state, *run, annotation);
  });
}

Answer<Response> list_of_commit(Context& context, const Request& request) {
  const std::string& ref = request.parameter("ref");
  const auto sha = context.git.resolve(ref);
  if (!sha) return refuse(422, "No commit found for SHA: " + ref);
  const auto name = field(request.query, "check_name");
  const auto status = field(request.query, "status");
  const auto app = field(request.query, "app_id");
  const bool shows_latest = field(request.query, "filter").value_or("latest") != "all";
  std::vector<const CheckRun*> runs;
  std::set<std::string_view> seen;
  for (const auto& [id, run] : std::views::reverse(context.state.check_runs)) {
    if (run.head_sha != *sha || (name && run.name != *name)) continue;
    const bool is_newest = seen.insert(run.name).second;
    const bool is_wanted = (!shows_latest || is_newest) && (!status || run.status == *status) &&
                           (!app || *app == std::to_string(context.state.app.id));
    if (is_wanted) runs.push_back(&run);
  }
  Response page = paginated(context, request, runs,
                            [&](const CheckRun* run) { return check_run_json(context.state, *run); });
  page.body = {{"total_count", runs.size()}, {"check_runs", std::exchange(page.body, Json())}};
  return page;
}

Answer<Response> rerequest(Context& context, const Request& request) {
  MLX_CHECK(check_is_app(context));
  const CheckRun* run = MLX_TRY(find_run(context, request));
  check_run_event(context, "rerequested", *run);
  return Response{.status = 201, .body = Json::object()};
}

constexpr std::array kRoutes{
    Route{"POST", "/repos/{owner}/{repo}/check-runs", create, "checks/runs#create-a-check-run", Need::kUser,
          "checks"},
    Route{"GET", "/repos/{owner}/{repo}/check-runs/{check_run_id}", get, "checks/runs#get-a-check-run"},
    Route{"PATCH", "/repos/{owner}/{repo}/check-runs/{check_run_id}", update,
          "checks/runs#update-a-check-run", Need::kUser, "checks"},
    Route{"GET", "/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", list_annotations,
          "checks/runs#list-check-run-annotations"},
    Route{"POST", "/repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest", rerequest,
          "checks/runs#rerequest-a-check-run", Need::kUser, "checks"},
    Route{"GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", list_of_commit,
          "checks/runs#list-check-runs-for-a-git-reference"},
};

}  // namespace

Answer<Response> request_check_action(Context& context, Id id, const std::string& identifier) {
  if (context.role() < Role::kWrite) return refuse(403, "Must have push access to the repository.");
  const CheckRun* run = MLX_TRY(find_run(context, id));
  const bool is_offered =
      run->completed_at &&
      std::ranges::find(run->actions, identifier, &CheckAction::identifier) != run->actions.end();
  if (!is_offered) return not_found();
  check_run_event(context, "requested_action", *run, {{"requested_action", {{"identifier", identifier}}}});
  return Response{.status = 201, .body = check_run_json(context.state, *run)};
}

Answer<Response> request_check_again(Context& context, Id id) {
  if (context.role() < Role::kWrite) return refuse(403, "Must have push access to the repository.");
  const CheckRun* run = MLX_TRY(find_run(context, id));
  check_run_event(context, "rerequested", *run);
  return Response{.status = 201, .body = check_run_json(context.state, *run)};
}

std::span<const Route> check_run_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
