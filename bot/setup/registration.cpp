#include "bot/setup/registration.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "bot/forge/github/app_needs.h"
#include "engine/base/digest.h"

namespace mlx::bot::setup {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestName = 34;
constexpr std::size_t kShortestSecret = 16;
constexpr std::size_t kMostShown = 300;
constexpr std::string_view kStartAgain =
    " If GitHub shows an App that was just made, delete it there (Settings, Developer settings, GitHub Apps) "
    "and "
    "start again.";

std::string text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// What GitHub says about a refusal; the answer may be anything.
std::string reason_in(const HttpResponse& answer) {
  const json body = json::parse(answer.body, nullptr, false);
  const std::string message = body.is_object() ? text_at(body, "message") : std::string();
  if (message.empty() || !is_utf8(message)) return "status " + std::to_string(answer.status);
  return std::string(utf8_prefix(message, kMostShown)) + " (" + std::to_string(answer.status) + ")";
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

/// It is kept in one line, where a comma would part it into two.
bool is_webhook_secret(std::string_view text) {
  return text.size() >= kShortestSecret && std::ranges::all_of(text, [](char c) {
           return c > ' ' && c < 0x7F && c != ',' && c != '"' && c != '\'' && c != '\\';
         });
}

std::unexpected<ConversionFailure> unreadable() {
  return std::unexpected(ConversionFailure{
      "GitHub's answer is not what it documents for a new App: id, key or webhook secret is missing or odd." +
      std::string(kStartAgain)});
}

std::expected<RegisteredApp, ConversionFailure> read_app(const GithubHost& github, const std::string& body) {
  const json answer = json::parse(body, nullptr, false);
  if (!answer.is_object()) return unreadable();
  const auto id = answer.find("id");
  const bool is_id = id != answer.end() && id->is_number_integer() && id->get<std::int64_t>() > 0;
  RegisteredApp app{.api = github.api,
                    .id = is_id ? std::to_string(id->get<std::int64_t>()) : std::string(),
                    .slug = text_at(answer, "slug"),
                    .page = {},
                    .private_key = text_at(answer, "pem"),
                    .webhook_secret = text_at(answer, "webhook_secret")};
  const bool is_key = app.private_key.starts_with("-----BEGIN ");
  if (!is_id || !is_key || !is_slug(app.slug) || !is_webhook_secret(app.webhook_secret)) return unreadable();
  app.page = github.web + "/apps/" + app.slug;
  const std::string page = text_at(answer, "html_url");
  // GitHub Enterprise has them elsewhere. A link to another site is none that GitHub gave.
  const auto address = parse_web_address(page);
  if (address && address->origin() == github.web) app.page = address->text;
  return app;
}

}  // namespace

std::string app_name(std::string_view host, std::string_view random) {
  const bool has_name = !is_loopback(host) && !host.contains(':');
  std::string name = has_name && host.starts_with("mlx") ? "" : "mlx-";
  for (const char c : has_name ? host : random.substr(0, 8)) name += c == '.' || c == '_' ? '-' : c;
  name.resize(std::min(name.size(), kLongestName));
  while (name.ends_with('-')) name.pop_back();
  return name;
}

std::string app_manifest(const AppPlan& plan) {
  json permissions = json::object();
  for (const AppPermission& permission : kAppPermissions) permissions[permission.name] = permission.level;
  json events = json::array();
  for (const AppEvent& event : kAppEvents) events.push_back(event.name);
  const json manifest = {{"name", plan.name},
                         {"url", plan.address},
                         {"description", "Adds, updates and reviews components of ML platforms."},
                         {"hook_attributes", {{"url", plan.webhook()}, {"active", true}}},
                         {"redirect_url", plan.return_to},
                         {"public", false},
                         {"default_permissions", std::move(permissions)},
                         {"default_events", std::move(events)}};
  return manifest.dump();
}

std::string registration_address(const AppPlan& plan, std::string_view state) {
  const std::string owner =
      plan.organization.empty() ? "" : "/organizations/" + percent_encode(plan.organization);
  return plan.github.web + owner + "/settings/apps/new?state=" + percent_encode(state);
}

HttpRequest conversion_request(const GithubHost& github, std::string_view code) {
  return {.method = "POST",
          .url = github.api + "/app-manifests/" + percent_encode(code) + "/conversions",
          .headers = {{"Accept", "application/vnd.github+json"},
                      {"User-Agent", "mlx-bot"},
                      {"X-GitHub-Api-Version", "2022-11-28"}}};
}

std::expected<RegisteredApp, ConversionFailure> read_conversion(const GithubHost& github,
                                                                const Result<HttpResponse>& answer) {
  const auto failed = [](std::string message, bool may_pass) {
    return std::unexpected(ConversionFailure{std::move(message), may_pass});
  };
  if (!answer) return failed("GitHub did not answer: " + answer.error().message + ".", true);
  if (answer->status == 201) return read_app(github, answer->body);
  if (answer->status == 404) {
    return failed("GitHub does not know this registration: it was used already, or is older than an hour." +
                      std::string(kStartAgain),
                  false);
  }
  const bool may_pass = answer->status >= 500 || answer->status == 429 || answer->status == 403;
  const std::string what = "GitHub refused to hand over the new App: " + reason_in(*answer) + ".";
  return failed(may_pass ? what : what + std::string(kStartAgain), may_pass);
}

}  // namespace mlx::bot::setup
