#include <algorithm>
#include <array>

#include "sandbox/gitlab/json.h"
#include "sandbox/gitlab/routes.h"
#include "sandbox/gitlab/threads.h"

namespace mlx::sandbox::gitlab {
namespace {

bool is_wanted(const Call& call, const Issue& issue) {
  const std::string state = call.text("state").value_or("all");
  if (state != "all" && (state == "opened") != issue.is_open) return false;
  const auto author = call.text("author_username");
  if (author) {
    const User* user = call.state.find_user(issue.author);
    if (user == nullptr || username(call.state, *user) != *author) return false;
  }
  const auto labels = call.texts("labels").value_or(std::vector<std::string>());
  return std::ranges::all_of(labels, [&](const std::string& label) {
    return std::ranges::find(issue.labels, label) != issue.labels.end();
  });
}

Answer<Response> list_issues(Call& call) {
  std::vector<Json> items;
  for (const auto& [number, issue] : call.state.issues) {
    if (!issue.pull && is_wanted(call, issue)) items.push_back(issue_json(call.state, issue));
  }
  if (call.text("sort").value_or("desc") == "desc") std::ranges::reverse(items);
  return call.paginated(items);
}

Answer<Response> get_issue(Call& call) {
  return Response{.body = issue_json(call.state, *MLX_TRY(find_thread(call, Thread::kIssue)))};
}

Answer<Response> create_issue(Call& call) {
  Json body{{"title", MLX_TRY(call.required("title"))},
            {"body", call.text("description") ? Json(*call.text("description")) : Json()}};
  const auto labels = call.texts("labels");
  if (labels) body["labels"] = *labels;
  const Json made = MLX_TRY(call.do_on_github("POST", "/issues", body));
  const Issue& issue = call.state.issues.at(made["number"]);
  return Response{.status = 201, .body = issue_json(call.state, issue)};
}

Answer<Response> update_issue(Call& call) {
  const Issue* issue = MLX_TRY(find_thread(call, Thread::kIssue));
  MLX_CHECK(update_thread(call, *issue));
  return Response{.body = issue_json(call.state, *issue)};
}

constexpr std::array kRoutes{
    Route{"GET", "/projects/{id}/issues", list_issues},
    Route{"POST", "/projects/{id}/issues", create_issue},
    Route{"GET", "/projects/{id}/issues/{iid}", get_issue},
    Route{"PUT", "/projects/{id}/issues/{iid}", update_issue},
};

}  // namespace

std::span<const Route> issue_routes() { return kRoutes; }

}  // namespace mlx::sandbox::gitlab
