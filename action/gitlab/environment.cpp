#include "action/gitlab/environment.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <functional>

#include "bot/forge/gitlab/values.h"

namespace mlx::action::gitlab {
namespace {

using ValueOf = std::function<std::string(std::string_view name)>;

std::unexpected<Error> wrong(std::string_view variable, std::string_view complaint) {
  return fail(ErrorCode::kInvalidInput, std::string(variable) + " " + std::string(complaint));
}

std::string variable_of_input(std::string_view input) {
  std::string name = "MLX_";
  for (const char c : input)
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

/// A reference to a variable that is not set stays as it is: `$MLX_TOKEN`.
std::string resolved(const std::string& value) { return value.starts_with('$') ? std::string() : value; }

Result<std::int64_t> read_id(std::string_view name, const std::string& text) {
  if (text.empty()) return 0;
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error == std::errc() && end == text.data() + text.size() && id > 0) return id;
  return wrong(name, "must be a number above zero");
}

bool is_segment(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c >= 0x80;
  });
}

Result<bot::RepositoryName> read_repository(std::string_view name, const std::string& text) {
  if (text.empty()) return bot::RepositoryName();
  std::string_view rest = text;
  std::size_t segments = 0;
  bool is_path = true;
  while (is_path && !rest.empty()) {
    const auto end = std::min(rest.find('/'), rest.size());
    is_path = is_segment(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++segments;
  }
  if (is_path && segments >= 2 && !text.ends_with('/')) return bot::gitlab::repository_named(text);
  return wrong(name, "must be the path of a project with its groups, such as `acme/ml/shop`");
}

/// CI_API_V4_URL, which jobs have; else CI_SERVER_URL.
Result<std::string> read_url(const ValueOf& value_of) {
  constexpr std::string_view kApi = "/api/v4";
  std::string url = value_of("CI_API_V4_URL");
  while (url.ends_with('/')) url.pop_back();
  const bool is_api = url.ends_with(kApi);
  if (!url.empty() && !is_api)
    return wrong("CI_API_V4_URL", "must end with /api/v4, as https://gitlab.example.com/api/v4 does");
  if (is_api) url.resize(url.size() - kApi.size());
  if (url.empty()) url = value_of("CI_SERVER_URL");
  if (url.empty()) url = "https://gitlab.com";
  while (url.ends_with('/')) url.pop_back();
  const bool is_address = url.starts_with("https://") || url.starts_with("http://");
  if (is_address && url.find_first_of("?#@ ") == std::string::npos) return url;
  return wrong("CI_API_V4_URL", "must be an address such as https://gitlab.example.com/api/v4");
}

std::vector<std::string> read_labels(std::string_view text) {
  std::vector<std::string> labels;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (end > 0) labels.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return labels;
}

/// The first that is set of two variables.
std::string first_of(const ValueOf& value_of, std::string_view one, std::string_view other) {
  std::string value = value_of(one);
  return value.empty() ? value_of(other) : value;
}

Result<std::optional<MergeRequest>> read_merge_request(const ValueOf& value_of, std::int64_t project) {
  const std::int64_t number = MLX_TRY(read_id("CI_MERGE_REQUEST_IID", value_of("CI_MERGE_REQUEST_IID")));
  if (number == 0) return std::nullopt;
  MergeRequest found{.number = number};
  found.is_in_train = value_of("CI_MERGE_REQUEST_EVENT_TYPE") == "merge_train";
  // A fork that was deleted has no id any more.
  const auto source =
      MLX_TRY(read_id("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", value_of("CI_MERGE_REQUEST_SOURCE_PROJECT_ID")));
  bot::PullRequestBranches& branches = found.branches;
  branches.url = value_of("CI_MERGE_REQUEST_PROJECT_URL") + "/-/merge_requests/" + std::to_string(number);
  branches.title = value_of("CI_MERGE_REQUEST_TITLE");
  branches.head_branch = value_of("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME");
  branches.base_branch = value_of("CI_MERGE_REQUEST_TARGET_BRANCH_NAME");
  // It is set where the commit that is checked out is that of a merge.
  branches.head_sha = first_of(value_of, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_COMMIT_SHA");
  // Where the two parted, which is nearer than the target branch in a clone that is shallow.
  branches.base_sha = value_of("CI_MERGE_REQUEST_DIFF_BASE_SHA");
  if (branches.head_sha.empty()) return wrong("CI_COMMIT_SHA", "is not set");
  if (branches.base_sha.empty()) return wrong("CI_MERGE_REQUEST_DIFF_BASE_SHA", "is not set");
  branches.labels = read_labels(value_of("CI_MERGE_REQUEST_LABELS"));
  branches.is_open = true;
  branches.is_draft = value_of("CI_MERGE_REQUEST_DRAFT") == "true";
  branches.is_from_fork = source != project;
  return found;
}

}  // namespace

bool is_job(const VariableLookup& variable) {
  return variable("GITLAB_CI").value_or("") == "true" || !variable("CI_API_V4_URL").value_or("").empty();
}

Result<Environment> read_environment(const VariableLookup& variable) {
  const auto value_of = [&](std::string_view name) { return variable(name).value_or(""); };
  Environment environment;
  environment.inputs = MLX_TRY(
      read_inputs([&](std::string_view input) { return resolved(value_of(variable_of_input(input))); }));
  if (const auto token = resolved(value_of("MLX_INPUT_TOKEN")); !token.empty())
    environment.inputs.token = token;
  if (!is_sendable_token(environment.inputs.token))
    return wrong("MLX_TOKEN", "has characters that no token has");
  environment.source = value_of("CI_PIPELINE_SOURCE");
  environment.payload_file = value_of("TRIGGER_PAYLOAD");
  // A pipeline for a merge request of a fork may run in the fork.
  const bool is_elsewhere = !value_of("CI_MERGE_REQUEST_PROJECT_ID").empty();
  const std::string of = is_elsewhere ? "CI_MERGE_REQUEST_PROJECT" : "CI_PROJECT";
  environment.repository = MLX_TRY(read_repository(of + "_PATH", value_of(of + "_PATH")));
  environment.project = MLX_TRY(read_id(of + "_ID", value_of(of + "_ID")));
  environment.url = MLX_TRY(read_url(value_of));
  const std::string workspace = value_of("CI_PROJECT_DIR");
  environment.workspace = workspace.empty() ? "." : workspace;
  environment.ca_file = value_of("CI_SERVER_TLS_CA_FILE");
  environment.merge_request = MLX_TRY(read_merge_request(value_of, environment.project));
  environment.is_debug = value_of("CI_DEBUG_TRACE") == "true";
  return environment;
}

}  // namespace mlx::action::gitlab
