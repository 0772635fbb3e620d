#include "cli/mcp/tool.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "cli/mcp/message.h"
#include "engine/base/digest.h"
#include "engine/base/suggest.h"

namespace mlx::mcp {
namespace {

using nlohmann::json;

// Names and words to search for are short; a model that sends more has gone astray.
constexpr std::size_t kLongestText = 200;
constexpr std::size_t kMostTexts = 50;
constexpr long long kLargestCount = 100;

json schema_of(const Parameter& parameter) {
  json schema;
  switch (parameter.kind) {
    case ParameterKind::kText:
      schema = {{"type", "string"}, {"minLength", 1}, {"maxLength", kLongestText}};
      break;
    case ParameterKind::kTexts:
      schema = {{"type", "array"},
                {"items", {{"type", "string"}, {"minLength", 1}, {"maxLength", kLongestText}}},
                {"maxItems", kMostTexts},
                {"uniqueItems", true}};
      if (parameter.is_required) schema["minItems"] = 1;
      break;
    case ParameterKind::kFlag: schema = {{"type", "boolean"}}; break;
    case ParameterKind::kCount:
      schema = {{"type", "integer"}, {"minimum", 1}, {"maximum", kLargestCount}};
      break;
  }
  schema["description"] = parameter.description;
  return schema;
}

json input_schema(const Tool& tool) {
  json properties = json::object();
  json required = json::array();
  for (const Parameter& parameter : tool.parameters) {
    properties[parameter.name] = schema_of(parameter);
    if (parameter.is_required) required.push_back(parameter.name);
  }
  json schema = {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

bool is_text(const json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return !text.empty() && text.size() <= kLongestText;
}

bool are_texts(const json& value, bool needs_one) {
  if (!value.is_array() || value.size() > kMostTexts || (needs_one && value.empty())) return false;
  return std::ranges::all_of(value, is_text) &&
         std::set<json>(value.begin(), value.end()).size() == value.size();
}

/// What the parameter takes, if it does not take this value; else empty.
std::string_view wanted_instead(const json& value, const Parameter& parameter) {
  switch (parameter.kind) {
    case ParameterKind::kText: return is_text(value) ? "" : "a string of 1 to 200 bytes";
    case ParameterKind::kTexts:
      if (are_texts(value, parameter.is_required)) return "";
      return "a list of at most 50 different strings of 1 to 200 bytes each";
    case ParameterKind::kFlag: return value.is_boolean() ? "" : "true or false";
    case ParameterKind::kCount: break;
  }
  const bool is_count = value.is_number_integer() && value >= 1 && value <= kLargestCount;
  return is_count ? "" : "a whole number from 1 to 100";
}

std::string unknown_argument(const std::string& name, const Tool& tool) {
  std::vector<std::string> known;
  known.reserve(tool.parameters.size());
  for (const Parameter& parameter : tool.parameters) known.push_back(parameter.name);
  std::string list;
  for (const std::string& one : known) list += (list.empty() ? "`" : ", `") + one + "`";
  const std::string shown(utf8_prefix(name, kLongestText));
  return "`" + tool.name + "` takes no argument `" + shown + "`, " +
         (list.empty() ? "and no other" : "but " + list) + did_you_mean(shown, known);
}

}  // namespace

json described(const Tool& tool, Revision revision) {
  json shown = {{"name", tool.name}, {"description", tool.description}, {"inputSchema", input_schema(tool)}};
  if (has_titles(revision)) shown["title"] = tool.title;
  if (has_structured_content(revision)) shown["outputSchema"] = tool.output_schema;
  if (has_annotations(revision)) {
    shown["annotations"] = {
        {"title", tool.title}, {"readOnlyHint", tool.is_read_only}, {"openWorldHint", false}};
    // Of a tool that only reads, the others say nothing.
    if (!tool.is_read_only) {
      shown["annotations"]["destructiveHint"] = false;
      shown["annotations"]["idempotentHint"] = true;
    }
  }
  return shown;
}

json call_result(const ToolOutcome& outcome, Revision revision) {
  json content = json::array();
  if (!outcome.value.is_null()) content.push_back({{"type", "text"}, {"text", write_message(outcome.value)}});
  for (const std::string& remark : outcome.remarks) content.push_back({{"type", "text"}, {"text", remark}});
  json result = {{"content", std::move(content)}, {"isError", outcome.is_error}};
  if (has_structured_content(revision) && !outcome.value.is_null()) {
    result["structuredContent"] = outcome.value;
  }
  return result;
}

std::string complaint_about(const json& arguments, const Tool& tool) {
  for (const auto& [name, value] : arguments.items()) {
    const auto parameter = std::ranges::find(tool.parameters, name, &Parameter::name);
    if (parameter == tool.parameters.end()) return unknown_argument(name, tool);
    const std::string_view wanted = wanted_instead(value, *parameter);
    if (!wanted.empty()) return "`" + name + "` must be " + std::string(wanted);
  }
  for (const Parameter& parameter : tool.parameters) {
    if (parameter.is_required && !arguments.contains(parameter.name)) {
      return "`" + tool.name + "` needs the argument `" + parameter.name + "`: " + parameter.description;
    }
  }
  return {};
}

}  // namespace mlx::mcp
