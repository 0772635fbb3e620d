#include "sandbox/github/issue_edit.h"

#include <algorithm>
#include <utility>

#include "sandbox/github/events.h"

namespace mlx::sandbox::github {
namespace {

std::string_view resource_of(const Issue& issue) { return issue.pull ? "PullRequest" : "Issue"; }

constexpr std::size_t kLongestLabel = 50;

/// Labels compare without regard to case.
bool has_label(const std::vector<std::string>& labels, const std::string& label) {
  return std::ranges::any_of(labels, [&](const auto& other) { return to_lower(other) == to_lower(label); });
}

void tell(Context& context, std::string_view action, const Issue& issue, const Json& changes = {}) {
  if (!issue.pull) return issue_event(context, action, issue, changes);
  pull_request_event(context, action, issue, changes.is_null() ? Json() : Json{{"changes", changes}});
}

/// Why a closed pull request cannot be opened again; empty if it can.
std::string reopen_problem(const Context& context, const Issue& issue) {
  if (!issue.pull) return {};
  const PullRequest& pull = *issue.pull;
  if (pull.merged_at) return "state cannot be changed. The pull request has been merged.";
  if (!context.git.find_ref("refs/heads/" + pull.head)) {
    return "state cannot be changed. The " + pull.head + " branch has been deleted.";
  }
  for (const auto& [number, other] : context.state.issues) {
    const bool is_same =
        other.pull && other.is_open && other.pull->head == pull.head && other.pull->base == pull.base;
    if (is_same)
      return "state cannot be changed. There is already an open pull request for " + pull.head + ".";
  }
  return {};
}

void set_state(Context& context, const Request& request, Issue& issue, bool is_open) {
  issue.is_open = is_open;
  issue.updated_at = now();
  if (is_open) {
    issue.closed_at.reset();
    issue.closed_by.clear();
    issue.state_reason = issue.pull ? "" : "reopened";
    if (issue.pull) {
      if (const auto head = context.git.find_ref("refs/heads/" + issue.pull->head))
        issue.pull->head_sha = head->sha;
    }
  } else {
    issue.closed_at = now();
    issue.closed_by = context.actor.login;
    const auto reason = request.text("state_reason").value_or(std::nullopt);
    issue.state_reason = issue.pull ? "" : reason.value_or("completed");
  }
  tell(context, is_open ? "reopened" : "closed", issue);
}

}  // namespace

Answer<Issue*> find_issue(Context& context, const Request& request) {
  const Id number = MLX_TRY(request.number("number"));
  const auto found = context.state.issues.find(static_cast<int>(number));
  if (found == context.state.issues.end()) return not_found();
  return &found->second;
}

Answer<void> check_body(std::string_view resource, const std::optional<std::string>& body) {
  if (!body || characters(*body) <= kLongestBody) return {};
  return invalid_field(resource, "body", "custom", "body is too long (maximum is 65536 characters)");
}

bool may_edit(const Context& context, const std::string& author, Role role) {
  if (context.actor.kind == Identity::Kind::kInstallation) return true;
  return context.actor.login == author || context.role() >= role;
}

Answer<std::optional<std::vector<std::string>>> read_labels(const Request& request) {
  const auto found = request.body.find("labels");
  if (found == request.body.end() || found->is_null()) return std::nullopt;
  std::vector<std::string> labels;
  if (found->is_array()) {
    for (const Json& label : *found) {
      const Json name = label.is_object() ? label.value("name", Json()) : label;
      if (!name.is_string() || name == "") return invalid_field("Label", "name", "invalid");
      if (characters(name.get_ref<const std::string&>()) > kLongestLabel) {
        return invalid_field("Label", "name", "custom", "name is too long (maximum is 50 characters)");
      }
      if (!has_label(labels, name)) labels.push_back(name);
    }
    return labels;
  }
  return refuse(422, "Invalid request.\n\nFor 'properties/labels', it is not an array.");
}

void set_labels(Context& context, Issue& issue, const std::vector<std::string>& labels) {
  const std::vector<std::string> before = std::exchange(issue.labels, labels);
  for (const std::string& label : before) {
    if (!has_label(labels, label)) label_event(context, "unlabeled", issue, label);
  }
  for (const std::string& label : labels) {
    if (!has_label(before, label)) label_event(context, "labeled", issue, label);
  }
  issue.updated_at = now();
}

Answer<void> edit_issue(Context& context, const Request& request, Issue& issue) {
  const auto title = MLX_TRY(request.text("title"));
  const auto body = MLX_TRY(request.text("body"));
  const auto state = MLX_TRY(request.text("state"));
  const auto labels = MLX_TRY(read_labels(request));
  if (!may_edit(context, issue.author, Role::kTriage)) {
    return refuse(403, "Must have admin rights to Repository.");
  }
  if (title && title->empty()) return invalid_field(resource_of(issue), "title", "missing_field");
  MLX_CHECK(check_body(resource_of(issue), body));
  if (state && *state != "open" && *state != "closed") {
    return invalid_field(resource_of(issue), "state", "invalid");
  }
  const bool wants_change = state && (*state == "open") != issue.is_open;
  if (wants_change && *state == "open") {
    const std::string problem = reopen_problem(context, issue);
    if (!problem.empty()) return invalid_field(resource_of(issue), "state", "invalid", problem);
  }

  Json changes = Json::object();
  if (title && *title != issue.title) {
    changes["title"] = {{"from", issue.title}};
    issue.title = *title;
  }
  const bool clears_body = request.body.contains("body") && request.body["body"].is_null();
  const bool changes_body = (body || clears_body) && body != issue.body;
  if (changes_body) {
    changes["body"] = {{"from", issue.body.value_or("")}};
    issue.body = body;
  }
  if (!changes.empty()) {
    issue.updated_at = now();
    tell(context, "edited", issue, changes);
  }
  // Only through its issue: in the path of a pull request, labels are passed over.
  const bool is_through_issue = request.path.find("/pulls/") == std::string::npos;
  if (labels && is_through_issue) set_labels(context, issue, *labels);
  if (wants_change) set_state(context, request, issue, *state == "open");
  return {};
}

}  // namespace mlx::sandbox::github
