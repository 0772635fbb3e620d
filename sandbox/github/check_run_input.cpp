#include "sandbox/github/check_run_input.h"

#include <algorithm>
#include <array>
#include <span>

namespace mlx::sandbox::github {
namespace {

constexpr std::size_t kLongestText = 65'535;
constexpr std::size_t kMostAnnotations = 50;
constexpr std::size_t kLongestTitle = 255;
constexpr std::size_t kLongestMessage = 65'536;
constexpr std::size_t kMostActions = 3;
constexpr std::size_t kLongestLabel = 20;
constexpr std::size_t kLongestDescription = 40;

constexpr std::array<std::string_view, 8> kConclusions{
    "action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out"};
constexpr std::array<std::string_view, 3> kStatuses{"queued", "in_progress", "completed"};
constexpr std::array<std::string_view, 3> kLevels{"notice", "warning", "failure"};

std::unexpected<Refusal> invalid(const std::string& reason) {
  return refuse(422, "Invalid request.\n\n" + reason);
}

Answer<void> check_size(std::size_t size, std::size_t most, std::string_view what) {
  if (size <= most) return {};
  const std::string sizes = std::to_string(most) + " " + std::string(what) + " are allowed; " +
                            std::to_string(size) + " were supplied.";
  return invalid((what == "items" ? "No more than " : "Only ") + sizes);
}

Answer<void> check_member(const std::string& value, std::span<const std::string_view> allowed) {
  if (std::ranges::find(allowed, value) != allowed.end()) return {};
  std::string list;
  for (const std::string_view one : allowed) list += (list.empty() ? "\"" : ", \"") + std::string(one) + "\"";
  return invalid(value + " is not a member of [" + list + "].");
}

/// A member that must be a string, if it is there.
Answer<std::optional<std::string>> text_of(const Json& json, const char* name, std::size_t longest) {
  const auto found = json.find(name);
  if (found == json.end() || found->is_null()) return std::nullopt;
  if (!found->is_string())
    return invalid("For 'properties/" + std::string(name) + "', " + found->dump() + " is not a string.");
  std::string text = found->get<std::string>();
  MLX_CHECK(check_size(characters(text), longest, "characters"));
  return text;
}

Answer<std::string> required(const Json& json, const char* name, std::size_t longest) {
  auto text = MLX_TRY(text_of(json, name, longest));
  if (!text) return invalid("\"" + std::string(name) + "\" wasn't supplied.");
  return *std::move(text);
}

Answer<int> line_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end()) return invalid("\"" + std::string(name) + "\" wasn't supplied.");
  if (!found->is_number_integer())
    return invalid("For 'properties/" + std::string(name) + "', " + found->dump() + " is not an integer.");
  return found->get<int>();
}

std::optional<int> column_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number_integer() ? std::optional(found->get<int>()) : std::nullopt;
}

Answer<CheckAnnotation> read_annotation(const Json& json) {
  if (!json.is_object()) return invalid("For 'items', " + json.dump() + " is not an object.");
  CheckAnnotation annotation;
  annotation.path = MLX_TRY(required(json, "path", kLongestText));
  annotation.start_line = MLX_TRY(line_of(json, "start_line"));
  annotation.end_line = MLX_TRY(line_of(json, "end_line"));
  annotation.start_column = column_of(json, "start_column");
  annotation.end_column = column_of(json, "end_column");
  annotation.level = MLX_TRY(required(json, "annotation_level", kLongestText));
  annotation.title = MLX_TRY(text_of(json, "title", kLongestTitle)).value_or("");
  annotation.message = MLX_TRY(required(json, "message", kLongestMessage));
  annotation.raw_details = MLX_TRY(text_of(json, "raw_details", kLongestMessage)).value_or("");
  MLX_CHECK(check_member(annotation.level, kLevels));
  const bool is_somewhere = annotation.start_line >= 1 && annotation.end_line >= annotation.start_line;
  if (!is_somewhere) return invalid_field("CheckRun", "annotations", "invalid");
  return annotation;
}

Answer<CheckAction> read_action(const Json& json) {
  if (!json.is_object()) return invalid("For 'items', " + json.dump() + " is not an object.");
  CheckAction action;
  action.label = MLX_TRY(required(json, "label", kLongestLabel));
  action.description = MLX_TRY(required(json, "description", kLongestDescription));
  action.identifier = MLX_TRY(required(json, "identifier", kLongestLabel));
  return action;
}

/// The elements of a list that may not be there.
Answer<Json> list_of(const Json& json, const char* name, std::size_t most) {
  const auto found = json.find(name);
  if (found == json.end() || found->is_null()) return Json::array();
  if (!found->is_array()) return invalid("For 'properties/" + std::string(name) + "', it is not an array.");
  MLX_CHECK(check_size(found->size(), most, "items"));
  return *found;
}

Answer<void> read_output(const Json& output, CheckRun& run) {
  if (!output.is_object()) return invalid("For 'properties/output', it is not an object.");
  const auto title = MLX_TRY(text_of(output, "title", kLongestText));
  if (!title && !run.title) return invalid("\"title\" wasn't supplied.");
  run.title = title ? title : run.title;
  run.summary = MLX_TRY(required(output, "summary", kLongestText));
  if (auto text = MLX_TRY(text_of(output, "text", kLongestText))) run.text = std::move(text);
  for (const Json& annotation : MLX_TRY(list_of(output, "annotations", kMostAnnotations))) {
    run.annotations.push_back(MLX_TRY(read_annotation(annotation)));
  }
  return {};
}

Answer<void> read_status(const Request& request, CheckRun& run) {
  const auto status = MLX_TRY(request.text("status"));
  const auto conclusion = MLX_TRY(request.text("conclusion"));
  if (status) MLX_CHECK(check_member(*status, kStatuses));
  if (conclusion) MLX_CHECK(check_member(*conclusion, kConclusions));
  if (status == "completed" && !conclusion) return invalid("\"conclusion\" wasn't supplied.");
  if (conclusion) {
    run.status = "completed";
    run.conclusion = *conclusion;
    run.completed_at = now();
  } else if (status && run.status != "completed") {
    // What is completed stays so, whatever is said.
    run.status = *status;
  }
  return {};
}

}  // namespace

Answer<void> read_check_run(const Request& request, CheckRun& run) {
  run.name = MLX_TRY(request.text("name")).value_or(run.name);
  run.external_id = MLX_TRY(request.text("external_id")).value_or(run.external_id);
  run.details_url = MLX_TRY(request.text("details_url")).value_or(run.details_url);
  MLX_CHECK(read_status(request, run));
  const auto output = request.body.find("output");
  if (output != request.body.end() && !output->is_null()) MLX_CHECK(read_output(*output, run));
  if (!request.body.contains("actions")) return {};
  run.actions.clear();
  for (const Json& action : MLX_TRY(list_of(request.body, "actions", kMostActions))) {
    run.actions.push_back(MLX_TRY(read_action(action)));
  }
  return {};
}

}  // namespace mlx::sandbox::github
