#include <algorithm>

#include "sandbox/github/issue_edit.h"
#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

constexpr std::string_view kMayNot = "Must have admin rights to Repository.";

Response labels_of(const Context& context, const Issue& issue) {
  Json labels = Json::array();
  for (const std::string& label : issue.labels) labels.push_back(label_json(context.state, label));
  return {.body = std::move(labels)};
}

Answer<Response> list(Context& context, const Request& request) {
  return labels_of(context, *MLX_TRY(find_issue(context, request)));
}

/// The issue, for who may change its labels.
Answer<Issue*> find_for_change(Context& context, const Request& request) {
  Issue* issue = MLX_TRY(find_issue(context, request));
  if (!may_edit(context, "", Role::kTriage)) return refuse(403, std::string(kMayNot));
  return issue;
}

Answer<Response> add(Context& context, const Request& request) {
  Issue* issue = MLX_TRY(find_for_change(context, request));
  std::vector<std::string> labels = issue->labels;
  for (const std::string& label : MLX_TRY(read_labels(request)).value_or(std::vector<std::string>())) {
    const bool is_there =
        std::ranges::any_of(labels, [&](const auto& other) { return to_lower(other) == to_lower(label); });
    if (!is_there) labels.push_back(label);
  }
  if (labels != issue->labels) set_labels(context, *issue, labels);
  return labels_of(context, *issue);
}

Answer<Response> replace(Context& context, const Request& request) {
  Issue* issue = MLX_TRY(find_for_change(context, request));
  const auto labels = MLX_TRY(read_labels(request));
  set_labels(context, *issue, labels.value_or(std::vector<std::string>()));
  return labels_of(context, *issue);
}

Answer<Response> remove(Context& context, const Request& request) {
  Issue* issue = MLX_TRY(find_for_change(context, request));
  const std::string name = to_lower(request.parameter("name"));
  std::vector<std::string> labels = issue->labels;
  const auto removed =
      std::erase_if(labels, [&](const std::string& label) { return to_lower(label) == name; });
  if (removed == 0) return refuse(404, "Label does not exist");
  set_labels(context, *issue, labels);
  return labels_of(context, *issue);
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/issues/{number}/labels", list,
          "issues/labels#list-labels-for-an-issue"},
    Route{"POST", "/repos/{owner}/{repo}/issues/{number}/labels", add, "issues/labels#add-labels-to-an-issue",
          Need::kUser, "issues"},
    Route{"PUT", "/repos/{owner}/{repo}/issues/{number}/labels", replace,
          "issues/labels#set-labels-for-an-issue", Need::kUser, "issues"},
    Route{"DELETE", "/repos/{owner}/{repo}/issues/{number}/labels/{name}", remove,
          "issues/labels#remove-a-label-from-an-issue", Need::kUser, "issues"},
};

}  // namespace

std::span<const Route> label_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
