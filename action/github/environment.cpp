#include "action/github/environment.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace mlx::action::github {
namespace {

std::string variable_of_input(std::string_view input) {
  std::string name = "INPUT_";
  for (const char c : input) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

Result<bot::RepositoryName> read_repository(const std::string& text) {
  if (text.empty()) return bot::RepositoryName();
  const auto slash = text.find('/');
  const auto is_name = [](std::string_view name) {
    return !name.empty() && name != "." && name != ".." && std::ranges::all_of(name, [](unsigned char c) {
      return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
    });
  };
  const std::string_view owner = std::string_view(text).substr(0, slash);
  const std::string_view name = slash == std::string::npos ? "" : std::string_view(text).substr(slash + 1);
  if (is_name(owner) && is_name(name))
    return bot::RepositoryName{.owner = std::string(owner), .name = std::string(name)};
  return fail(ErrorCode::kInvalidInput, "GITHUB_REPOSITORY must be OWNER/NAME, such as `octo-team/shop`");
}

/// GITHUB_API_URL, which jobs have; else what follows from GITHUB_SERVER_URL.
Result<std::string> read_api_url(std::string url, std::string server) {
  while (server.ends_with('/')) server.pop_back();
  if (url.empty())
    url = server.empty() || server == "https://github.com" ? "https://api.github.com" : server + "/api/v3";
  while (url.ends_with('/')) url.pop_back();
  const bool is_address = url.starts_with("https://") || url.starts_with("http://");
  if (is_address && url.find_first_of("?#@ ") == std::string::npos) return url;
  return fail(
      ErrorCode::kInvalidInput,
      "GITHUB_API_URL must be an address such as https://api.github.com, or https://HOST/api/v3 of an "
      "Enterprise server");
}

}  // namespace

Result<Environment> read_environment(
    const std::function<std::optional<std::string>(std::string_view name)>& variable) {
  const auto value_of = [&](std::string_view name) { return variable(name).value_or(""); };
  Environment environment;
  environment.inputs =
      MLX_TRY(read_inputs([&](std::string_view input) { return value_of(variable_of_input(input)); }));
  // `token: ""` in a workflow says that there shall be none; without the action there is no such input.
  if (!variable(variable_of_input("token"))) environment.inputs.token = value_of("GITHUB_TOKEN");
  const auto& token = environment.inputs.token;
  if (token.find_first_of(std::string_view(" \t\r\n\0", 5)) != std::string::npos)
    return fail(ErrorCode::kInvalidInput, "the input `token` has characters that no token has");
  environment.event = value_of("GITHUB_EVENT_NAME");
  environment.event_file = value_of("GITHUB_EVENT_PATH");
  environment.repository = MLX_TRY(read_repository(value_of("GITHUB_REPOSITORY")));
  environment.api_url = MLX_TRY(read_api_url(value_of("GITHUB_API_URL"), value_of("GITHUB_SERVER_URL")));
  const std::string workspace = value_of("GITHUB_WORKSPACE");
  environment.workspace = workspace.empty() ? "." : workspace;
  environment.output_file = value_of("GITHUB_OUTPUT");
  environment.summary_file = value_of("GITHUB_STEP_SUMMARY");
  environment.is_runner = value_of("GITHUB_ACTIONS") == "true";
  environment.is_debug = value_of("RUNNER_DEBUG") == "1";
  return environment;
}

bool is_variable_of_job(std::string_view name) {
  constexpr std::array<std::string_view, 7> kOfJob = {"INPUT_",  "GITHUB_", "GH_", "ACTIONS_",
                                                      "RUNNER_", "MLX_",    "CI_"};
  return std::ranges::any_of(kOfJob, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace mlx::action::github
