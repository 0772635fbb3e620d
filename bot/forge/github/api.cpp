#include "bot/forge/github/api.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "bot/forge/github/app_needs.h"
#include "engine/base/json_reader.h"
#include "engine/base/timestamp.h"

namespace mlx::bot {
namespace {

using nlohmann::json;

/// Whoever does not say otherwise is what GitHub gives to jobs.
constexpr std::string_view kActionsLogin = "github-actions[bot]";
constexpr std::string_view kBotSuffix = "[bot]";
constexpr long kSecondaryLimitSeconds = 60;
constexpr int kMostDoublings = 5;
constexpr int kMostRedirects = 3;
constexpr std::string_view kUserAgent = "mlx-bot";

std::optional<long> number_in(std::string_view text) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// GitHub's own words: `message`, and those of `errors` that say more.
std::string message_of(const HttpResponse& response) {
  const json body = json::parse(response.body, nullptr, false);
  if (!body.is_object()) return "status " + std::to_string(response.status);
  const auto message = body.find("message");
  std::string text = message != body.end() && message->is_string()
                         ? message->get<std::string>()
                         : "status " + std::to_string(response.status);
  const auto errors = body.find("errors");
  if (errors == body.end() || !errors->is_array()) return text;
  for (const json& error : *errors) {
    if (error.is_string()) text += "; " + error.get<std::string>();
    if (!error.is_object()) continue;
    const auto detail = error.find("message");
    if (detail != error.end() && detail->is_string()) text += "; " + detail->get<std::string>();
  }
  return text;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// `https://host:port` of an address.
std::string_view origin_of(std::string_view address) {
  const auto host = address.find("://");
  if (host == std::string_view::npos) return {};
  return address.substr(0, address.find_first_of("/?#", host + 3));
}

bool is_whole_installation(const GithubApi::Scope& scope) { return scope.repository.name.empty(); }

std::string cache_key(const GithubApi::Scope& scope) {
  return is_whole_installation(scope) ? fmt::format("{}", scope.installation) : scope.repository.full();
}

/// Narrowed to the one repository and to what the bot does, so that a leaked token opens little.
json wanted_token(const GithubApi::Scope& scope) {
  if (is_whole_installation(scope)) return {{"permissions", {{"metadata", "read"}}}};
  json permissions = json::object();
  for (const AppPermission& permission : kAppPermissions) permissions[permission.name] = permission.level;
  return {{"repositories", {scope.repository.name}}, {"permissions", std::move(permissions)}};
}

}  // namespace

Result<HttpResponse> GithubApi::send(std::string_view token, const Question& question) {
  HttpRequest request{.method = std::string(question.method),
                      .url = question.url,
                      .headers = {{"Accept", "application/vnd.github+json"},
                                  {"Authorization", "Bearer " + std::string(token)},
                                  {"User-Agent", std::string(kUserAgent)},
                                  {"X-GitHub-Api-Version", "2022-11-28"}},
                      .take_body = question.take_body};
  if (!question.body.is_null()) {
    request.headers.emplace("Content-Type", "application/json");
    // Texts may quote a project's bytes, which need be no UTF-8; the content of files is checked before.
    request.body = question.body.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  return sent(request);
}

Result<HttpResponse> GithubApi::sent(const HttpRequest& request) {
  auto response = http_.send(request);
  if (options_.on_answer) {
    options_.on_answer(response ? response->status : 0,
                       response ? number_in(response->header("x-ratelimit-remaining")) : std::nullopt);
  }
  return response;
}

long GithubApi::seconds_to_wait(const HttpResponse& response, std::string_view message) {
  if (const auto seconds = number_in(response.header("retry-after"))) return std::max(1L, *seconds);
  if (response.header("x-ratelimit-remaining") == "0") {
    const auto reset = number_in(response.header("x-ratelimit-reset"));
    if (reset) return std::max(1L, *reset - static_cast<long>(options_.now().time_since_epoch().count()));
  }
  const bool is_limited =
      response.status == 429 || lower(std::string(message)).find("rate limit") != std::string::npos;
  if (!is_limited) return 0;
  // GitHub asks for a minute at least, and for longer each time that it was not enough.
  return kSecondaryLimitSeconds << std::min(limits_in_a_row_++, kMostDoublings);
}

Error GithubApi::refusal(std::string_view method, const std::string& path, const HttpResponse& response) {
  const std::string message = message_of(response);
  const std::string what = fmt::format("GitHub refused {} {}: {}", method, path, message);
  switch (response.status) {
    case 401: return {ErrorCode::kUnauthorized, what + ". Check the token, or the App's id and private key"};
    case 403:
    case 429:
      if (const long seconds = seconds_to_wait(response, message); seconds > 0) {
        return {ErrorCode::kRateLimited, what, {}, seconds};
      }
      return {ErrorCode::kRefused,
              what + ". Check the permissions that were granted to the App or the token"};
    case 404: return {ErrorCode::kNotFound, what};
    case 409: return {ErrorCode::kConflict, what};
    case 422: return {ErrorCode::kInvalidInput, what};
    default: break;
  }
  if (response.status >= 500) return {ErrorCode::kUnavailable, what};
  return {ErrorCode::kRefused, what};
}

Result<json> GithubApi::answer(std::string_view method, const std::string& path,
                               const HttpResponse& response) {
  if (response.status < 200 || response.status >= 300)
    return std::unexpected(refusal(method, path, response));
  limits_in_a_row_ = 0;
  if (response.body.empty()) return json(nullptr);
  json body = json::parse(response.body, nullptr, false);
  if (body.is_discarded()) {
    return fail(ErrorCode::kUnavailable, fmt::format("GitHub's answer to {} {} is not JSON", method, path));
  }
  return body;
}

Result<HttpResponse> GithubApi::exchange(const Scope& scope, const Question& question) {
  HttpResponse response = MLX_TRY(send(MLX_TRY(token_for(scope)), question));
  const bool may_renew = response.status == 401 && is_app();
  if (!may_renew) return response;
  tokens_.forget(cache_key(scope));
  return send(MLX_TRY(token_for(scope)), question);
}

Result<json> GithubApi::request(const Scope& scope, std::string_view method, const std::string& path,
                                const json& body) {
  return answer(method, path,
                MLX_TRY(exchange(scope, {.method = method, .url = options_.api_url + path, .body = body})));
}

Result<void> GithubApi::download(const Scope& scope, const std::string& path, const ByteSink& take) {
  const json no_body;
  const Question question{
      .method = "GET", .url = options_.api_url + path, .body = no_body, .take_body = take};
  HttpResponse response = MLX_TRY(exchange(scope, question));
  for (int redirects = 0; is_redirect(response.status) && redirects < kMostRedirects; ++redirects) {
    const std::string address(response.header("location"));
    const bool is_safe = address.starts_with("https://") || origin_of(address) == origin_of(options_.api_url);
    if (!is_safe) {
      return fail(ErrorCode::kRefused, "GitHub answers GET " + path + " by an address that is not https");
    }
    // The address may hold a secret: it is in no message.
    const HttpRequest request{
        .url = address, .headers = {{"User-Agent", std::string(kUserAgent)}}, .take_body = take};
    response = MLX_TRY(sent(request));
  }
  if (response.status != 200) return std::unexpected(refusal("GET", path, response));
  return {};
}

Result<json> GithubApi::request_as_app(const GithubApp& app, std::string_view method, const std::string& path,
                                       const json& body) {
  const std::string jwt = MLX_TRY(app_jwt(app.id, app.private_key, options_.now()));
  return answer(method, path,
                MLX_TRY(send(jwt, {.method = method, .url = options_.api_url + path, .body = body})));
}

Result<json> GithubApi::get_as_app(const std::string& path) {
  return request_as_app(std::get<GithubApp>(options_.credentials), "GET", path, nullptr);
}

Result<std::string> GithubApi::token_for(const Scope& scope) {
  if (const auto* token = std::get_if<GithubToken>(&options_.credentials)) return token->token;
  const std::string key = cache_key(scope);
  if (auto token = tokens_.find(key, options_.now())) return *token;
  return new_installation_token(std::get<GithubApp>(options_.credentials), scope, key);
}

Result<std::string> GithubApi::new_installation_token(const GithubApp& app, const Scope& scope,
                                                      const std::string& key) {
  std::int64_t installation = scope.installation;
  if (installation == 0) {
    const json found = MLX_TRY(
        request_as_app(app, "GET", fmt::format("/repos/{}/installation", scope.repository.full()), nullptr));
    installation = MLX_TRY(JsonReader(found, "GitHub's installation").integer("id"));
  }
  const std::string path = fmt::format("/app/installations/{}/access_tokens", installation);
  json wanted = wanted_token(scope);
  auto created = request_as_app(app, "POST", path, wanted);
  // An owner may not have granted what was asked for later: there are no check runs then.
  const bool is_too_much = !created && created.error().code == ErrorCode::kInvalidInput &&
                           created.error().message.find("permissions requested") != std::string::npos &&
                           wanted["permissions"].erase("checks") > 0;
  if (is_too_much) created = request_as_app(app, "POST", path, wanted);
  if (!created) return std::unexpected(created.error());
  const JsonReader reader(*created, "GitHub's installation token");
  std::string token = MLX_TRY(reader.string("token"));
  tokens_.put(key, token, MLX_TRY(parse_timestamp(MLX_TRY(reader.string("expires_at")))));
  return token;
}

Result<std::string> GithubApi::viewer_login(const Scope& scope) {
  constexpr std::string_view kEnterprise = "/api/v3";
  const bool is_enterprise = options_.api_url.ends_with(kEnterprise);
  const std::string base =
      is_enterprise ? options_.api_url.substr(0, options_.api_url.size() - kEnterprise.size()) + "/api"
                    : options_.api_url;
  const json query = {{"query", "query { viewer { login } }"}};
  const Question question{.method = "POST", .url = base + "/graphql", .body = query};
  const HttpResponse response = MLX_TRY(send(MLX_TRY(token_for(scope)), question));
  if (response.status != 200) {
    // Whoever may not ask is taken for a job; a failure that passes must not make it one for good.
    Error error = refusal("POST", "/graphql", response);
    const bool may_not_ask = error.code == ErrorCode::kRefused || error.code == ErrorCode::kNotFound;
    if (!may_not_ask) return std::unexpected(std::move(error));
  }
  const json body = json::parse(response.body, nullptr, false);
  const json::json_pointer place("/data/viewer/login");
  const bool is_told = response.status == 200 && body.contains(place) && body.at(place).is_string();
  std::string login = is_told ? body.at(place).get<std::string>() : std::string(kActionsLogin);
  // As REST names authors.
  if (!login.ends_with(kBotSuffix)) login += kBotSuffix;
  return login;
}

Result<std::string> GithubApi::own_login(const Scope& scope) {
  const std::scoped_lock lock(login_mutex_);
  if (!login_.empty()) return login_;
  if (const auto* app = std::get_if<GithubApp>(&options_.credentials)) {
    const json described = MLX_TRY(request_as_app(*app, "GET", "/app", nullptr));
    login_ = MLX_TRY(JsonReader(described, "GitHub's App").string("slug")) + "[bot]";
  } else {
    const auto user = request(scope, "GET", "/user");
    // The token of an App, as jobs of Actions have one, is no user's.
    const bool is_of_app = !user && user.error().code == ErrorCode::kRefused;
    if (!user && !is_of_app) return std::unexpected(user.error());
    login_ = is_of_app ? MLX_TRY(viewer_login(scope))
                       : MLX_TRY(JsonReader(*user, "GitHub's user").string("login"));
  }
  return login_;
}

}  // namespace mlx::bot
