#include <algorithm>

#include "sandbox/github/events.h"
#include "sandbox/github/issue_edit.h"
#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

bool is_wanted(const Request& request, const Issue& issue) {
  const std::string state = field(request.query, "state").value_or("open");
  if (state != "all" && (state == "open") != issue.is_open) return false;
  const auto creator = field(request.query, "creator");
  if (creator && to_lower(*creator) != to_lower(issue.author)) return false;
  const auto since = parse_timestamp(field(request.query, "since").value_or(""));
  if (since && issue.updated_at < *since) return false;
  std::string_view labels;
  const auto wanted = field(request.query, "labels");
  if (wanted) labels = *wanted;
  while (!labels.empty()) {
    const auto comma = labels.find(',');
    if (std::ranges::find(issue.labels, labels.substr(0, comma)) == issue.labels.end()) return false;
    labels = comma == std::string_view::npos ? std::string_view() : labels.substr(comma + 1);
  }
  return true;
}

Answer<Response> list_issues(Context& context, const Request& request) {
  std::vector<const Issue*> issues;
  for (const auto& [number, issue] : context.state.issues) {
    if (is_wanted(request, issue)) issues.push_back(&issue);
  }
  if (field(request.query, "sort") == "updated") {
    std::ranges::stable_sort(issues, {}, [](const Issue* issue) { return issue->updated_at; });
  }
  if (field(request.query, "direction") != "asc") std::ranges::reverse(issues);
  return paginated(context, request, issues,
                   [&](const Issue* issue) { return issue_json(context.state, *issue); });
}

Answer<Response> create_issue(Context& context, const Request& request) {
  State& state = context.state;
  const std::string title = MLX_TRY(request.required_text("Issue", "title"));
  const auto body = MLX_TRY(request.text("body"));
  const auto labels = MLX_TRY(read_labels(request));
  if (title.empty()) return invalid_field("Issue", "title", "missing_field");
  MLX_CHECK(check_body("Issue", body));
  Issue issue{.id = state.next_id(),
              .number = state.next_number(),
              .title = title,
              .body = body,
              .author = context.actor.login,
              .created_at = now(),
              .updated_at = now()};
  // Labels of people who may not set them are dropped without a word, as on GitHub.
  const bool may_label = labels && may_edit(context, "", Role::kTriage);
  if (may_label) issue.labels = *labels;
  const Issue& added = state.issues.emplace(issue.number, std::move(issue)).first->second;
  issue_event(context, "opened", added);
  for (const std::string& label : added.labels) label_event(context, "labeled", added, label);
  Response response{.status = 201, .body = issue_json(state, added)};
  response.headers.emplace_back("Location", response.body["url"]);
  return response;
}

Answer<Response> get_issue(Context& context, const Request& request) {
  const Issue* issue = MLX_TRY(find_issue(context, request));
  return Response{.body = issue_json(context.state, *issue)};
}

Answer<Response> update_issue(Context& context, const Request& request) {
  Issue* issue = MLX_TRY(find_issue(context, request));
  MLX_CHECK(edit_issue(context, request, *issue));
  return Response{.body = issue_json(context.state, *issue)};
}

Answer<Response> lock_issue(Context& context, const Request& request) {
  MLX_TRY(find_issue(context, request))->is_locked = true;
  return Response{.status = 204};
}

Answer<Response> unlock_issue(Context& context, const Request& request) {
  MLX_TRY(find_issue(context, request))->is_locked = false;
  return Response{.status = 204};
}

constexpr std::string_view kTriage = "Must have admin rights to Repository.";

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/issues", list_issues, "issues/issues#list-repository-issues"},
    Route{"POST", "/repos/{owner}/{repo}/issues", create_issue, "issues/issues#create-an-issue", Need::kUser,
          "issues"},
    Route{"GET", "/repos/{owner}/{repo}/issues/{number}", get_issue, "issues/issues#get-an-issue"},
    Route{"PATCH", "/repos/{owner}/{repo}/issues/{number}", update_issue, "issues/issues#update-an-issue",
          Need::kUser, "issues"},
    Route{"PUT", "/repos/{owner}/{repo}/issues/{number}/lock", lock_issue, "issues/issues#lock-an-issue",
          Need::kPush, "issues", kTriage},
    Route{"DELETE", "/repos/{owner}/{repo}/issues/{number}/lock", unlock_issue,
          "issues/issues#unlock-an-issue", Need::kPush, "issues", kTriage},
};

}  // namespace

std::span<const Route> issue_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
