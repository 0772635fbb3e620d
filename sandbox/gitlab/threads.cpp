#include "sandbox/gitlab/threads.h"

#include <algorithm>

namespace mlx::sandbox::gitlab {

Answer<Issue*> find_thread(Call& call, Thread kind) {
  const Id number = MLX_TRY(call.number("iid"));
  const auto found = call.state.issues.find(static_cast<int>(number));
  const bool is_there =
      found != call.state.issues.end() && found->second.pull.has_value() == (kind == Thread::kMergeRequest);
  if (!is_there) return not_found();
  return &found->second;
}

Answer<void> update_thread(Call& call, const Issue& issue) {
  const std::string number = std::to_string(issue.number);
  Json body = Json::object();
  if (const auto title = call.text("title"); title && !issue.pull) body["title"] = *title;
  if (const auto description = call.text("description")) body["body"] = *description;
  const auto event = call.text("state_event");
  if (event) {
    if (*event != "close" && *event != "reopen") {
      return std::unexpected(
          Refusal{.status = 400, .body = {{"error", "state_event does not have a valid value"}}});
    }
    body["state"] = *event == "close" ? "closed" : "open";
  }
  const std::string place = (issue.pull ? "/pulls/" : "/issues/") + number;
  if (!body.empty()) MLX_CHECK(call.do_on_github("PATCH", place, body));
  std::vector<std::string> labels = call.texts("labels").value_or(issue.labels);
  for (const std::string& label : call.texts("add_labels").value_or(std::vector<std::string>())) {
    if (std::ranges::find(labels, label) == labels.end()) labels.push_back(label);
  }
  for (const std::string& label : call.texts("remove_labels").value_or(std::vector<std::string>()))
    std::erase(labels, label);
  if (labels != issue.labels) {
    MLX_CHECK(call.do_on_github("PUT", "/issues/" + number + "/labels", {{"labels", labels}}));
  }
  return {};
}

}  // namespace mlx::sandbox::gitlab
