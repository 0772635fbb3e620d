#include <algorithm>
#include <array>

#include "sandbox/gitlab/json.h"
#include "sandbox/gitlab/routes.h"
#include "sandbox/gitlab/threads.h"

namespace mlx::sandbox::gitlab {
namespace {

constexpr std::string_view kDraft = "Draft: ";

bool is_wanted(const Call& call, const Issue& issue) {
  const PullRequest& pull = issue.pull_request();
  const std::string state = call.text("state").value_or("all");
  const bool is_merged = pull.merged_at.has_value();
  const bool fits_state = state == "all" || (state == "opened" && issue.is_open) ||
                          (state == "closed" && !issue.is_open && !is_merged) ||
                          (state == "merged" && is_merged);
  const auto source = call.text("source_branch");
  const auto target = call.text("target_branch");
  return fits_state && (!source || *source == pull.head) && (!target || *target == pull.base);
}

Answer<Response> list_merge_requests(Call& call) {
  std::vector<Json> items;
  for (const auto& [number, issue] : call.state.issues) {
    if (issue.pull && is_wanted(call, issue)) items.push_back(merge_request_json(call.state, issue));
  }
  if (call.text("sort").value_or("desc") == "desc") std::ranges::reverse(items);
  return call.paginated(items);
}

Json full_json(Call& call, const Issue& issue) {
  Json json = merge_request_json(call.state, issue);
  json["diff_refs"] = diff_refs_json(call.git, issue.pull_request());
  json["changes_count"] = nullptr;
  json["user"] = {{"can_merge", call.user.role >= Role::kWrite}};
  return json;
}

Answer<Response> get_merge_request(Call& call) {
  return Response{.body = full_json(call, *MLX_TRY(find_thread(call, Thread::kMergeRequest)))};
}

const Issue* open_from(const State& state, const std::string& branch) {
  for (const auto& [number, issue] : state.issues) {
    if (issue.pull && issue.is_open && issue.pull->head == branch) return &issue;
  }
  return nullptr;
}

Answer<Response> create_merge_request(Call& call) {
  const std::string source = MLX_TRY(call.required("source_branch"));
  const std::string target = MLX_TRY(call.required("target_branch"));
  std::string title = MLX_TRY(call.required("title"));
  if (const Issue* other = open_from(call.state, source)) {
    return refuse(409, Json::array({"Another open merge request already exists for this source branch: !" +
                                    std::to_string(other->number)}));
  }
  if (!call.git.find_ref("refs/heads/" + source))
    return refuse(400, {{"source_branch", {"\"" + source + "\" does not exist"}}});
  if (!call.git.find_ref("refs/heads/" + target))
    return refuse(400, {{"target_branch", {"\"" + target + "\" does not exist"}}});
  const bool is_draft = title.starts_with(kDraft);
  if (is_draft) title.erase(0, kDraft.size());
  const Json made = MLX_TRY(
      call.do_on_github("POST", "/pulls",
                        {{"title", title},
                         {"head", source},
                         {"base", target},
                         {"body", call.text("description") ? Json(*call.text("description")) : Json()},
                         {"draft", is_draft}}));
  const Issue& issue = call.state.issues.at(made["number"]);
  const auto labels = call.texts("labels");
  if (labels && !labels->empty()) {
    MLX_CHECK(call.do_on_github("POST", "/issues/" + std::to_string(issue.number) + "/labels",
                                {{"labels", *labels}}));
  }
  return Response{.status = 201, .body = full_json(call, issue)};
}

Answer<Response> update_merge_request(Call& call) {
  Issue* issue = MLX_TRY(find_thread(call, Thread::kMergeRequest));
  if (auto title = call.text("title")) {
    const bool is_draft = title->starts_with(kDraft);
    issue->pull_request().is_draft = is_draft;
    if (is_draft) title->erase(0, kDraft.size());
    MLX_CHECK(call.do_on_github("PATCH", "/pulls/" + std::to_string(issue->number), {{"title", *title}}));
  }
  MLX_CHECK(update_thread(call, *issue));
  return Response{.body = full_json(call, *issue)};
}

Answer<std::vector<Json>> diffs_of(Call& call) {
  const Issue* issue = MLX_TRY(find_thread(call, Thread::kMergeRequest));
  const PullRequest& pull = issue->pull_request();
  const auto base = call.git.merge_base(pull.base_sha, pull.head_sha);
  const auto files = call.git.diff(base.value_or(pull.base_sha), pull.head_sha);
  std::vector<Json> items;
  for (const FileChange& file : files.value_or(std::vector<FileChange>())) items.push_back(diff_json(file));
  return items;
}

Answer<Response> list_diffs(Call& call) { return call.paginated(MLX_TRY(diffs_of(call))); }

Answer<Response> list_changes(Call& call) {
  auto diffs = MLX_TRY(diffs_of(call));
  Json json = full_json(call, *MLX_TRY(find_thread(call, Thread::kMergeRequest)));
  json["changes"] = std::move(diffs);
  json["overflow"] = false;
  return Response{.body = std::move(json)};
}

Answer<Response> list_commits(Call& call) {
  const Issue* issue = MLX_TRY(find_thread(call, Thread::kMergeRequest));
  const auto commits = call.git.log(issue->pull_request().head_sha, issue->pull_request().base_sha);
  std::vector<Json> items;
  for (const Commit& commit : commits.value_or(std::vector<Commit>()))
    items.push_back(commit_json(call.state, commit));
  return call.paginated(items);
}

Answer<Response> merge(Call& call) {
  const Issue* issue = MLX_TRY(find_thread(call, Thread::kMergeRequest));
  if (!issue->is_open) return refuse(405, "405 Method Not Allowed");
  const auto done =
      call.do_on_github("PUT", "/pulls/" + std::to_string(issue->number) + "/merge", Json::object());
  if (!done) return refuse(422, "Branch cannot be merged");
  return Response{.body = full_json(call, *issue)};
}

constexpr std::array kRoutes{
    Route{"GET", "/projects/{id}/merge_requests", list_merge_requests},
    Route{"POST", "/projects/{id}/merge_requests", create_merge_request, Need::kDeveloper},
    Route{"GET", "/projects/{id}/merge_requests/{iid}", get_merge_request},
    Route{"PUT", "/projects/{id}/merge_requests/{iid}", update_merge_request, Need::kDeveloper},
    Route{"GET", "/projects/{id}/merge_requests/{iid}/diffs", list_diffs},
    Route{"GET", "/projects/{id}/merge_requests/{iid}/changes", list_changes},
    Route{"GET", "/projects/{id}/merge_requests/{iid}/commits", list_commits},
    Route{"PUT", "/projects/{id}/merge_requests/{iid}/merge", merge, Need::kDeveloper},
};

}  // namespace

std::span<const Route> merge_request_routes() { return kRoutes; }

}  // namespace mlx::sandbox::gitlab
