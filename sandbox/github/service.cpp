#include "sandbox/github/service.h"

#include "engine/base/digest.h"
#include "sandbox/github/archives.h"
#include "sandbox/github/authenticate.h"
#include "sandbox/github/check_runs.h"
#include "sandbox/keys.h"

namespace mlx::sandbox::github {
namespace {

constexpr int kRateLimit = 5000;
constexpr std::chrono::hours kRateWindow{1};
constexpr std::string_view kPrefix = "/api/v3";
constexpr std::string_view kDocumentation = "https://docs.github.com/rest";

/// Counts the request; a window that is used up begins anew instead of refusing.
const RateLimit& count(State& state, const std::string& login, bool is_free) {
  RateLimit& limit = state.rate_limits[login];
  const bool is_over = limit.reset <= now() || limit.used >= kRateLimit;
  if (is_over) limit = {.used = 0, .reset = now() + kRateWindow};
  if (!is_free) ++limit.used;
  return limit;
}

/// Page links name the repository by id: `/repositories/ID/…` is `/repos/O/R/…`.
std::string with_names(const State& state, std::string path) {
  const std::string by_id = "/repositories/" + std::to_string(state.repository.id);
  if (path == by_id || path.starts_with(by_id + "/")) {
    path = "/repos/" + state.repository.full_name() + path.substr(by_id.size());
  }
  return path;
}

bool names_other_repository(const State& state, const Request& request) {
  const auto& owner = request.parameter("owner");
  const auto& name = request.parameter("repo");
  return !owner.empty() && (to_lower(owner) != to_lower(state.repository.owner.login) ||
                            to_lower(name) != to_lower(state.repository.name));
}

HttpResponse to_http(const Refusal& refusal, std::string_view documentation) {
  Json body{{"message", refusal.message},
            {"documentation_url",
             std::string(kDocumentation) + (documentation.empty() ? "" : "/" + std::string(documentation))},
            {"status", std::to_string(refusal.status)}};
  if (!refusal.errors.is_null()) body["errors"] = refusal.errors;
  return {.status = refusal.status,
          .headers = {},
          .content_type = "application/json; charset=utf-8",
          .body = body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

HttpResponse to_http(Response response) {
  HttpResponse http{.status = response.status,
                    .headers = std::move(response.headers),
                    .content_type = std::move(response.content_type),
                    .body = std::move(response.text)};
  if (!response.body.is_null()) {
    http.body = response.body.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return http;
}

/// Answers 304 when the client already has this answer. True if it does.
bool apply_etag(const HttpRequest& request, HttpResponse& response) {
  if (request.method != "GET" || response.status != 200) return false;
  const std::string etag = "\"" + sha256_hex(response.body) + "\"";
  response.headers.emplace_back("ETag", "W/" + etag);
  response.headers.emplace_back("Cache-Control", "private, max-age=60, s-maxage=60");
  if (request.header("if-none-match").find(etag) == std::string::npos) return false;
  response.status = 304;
  response.body.clear();
  return true;
}

void add_headers(HttpResponse& response, const RateLimit& limit) {
  const auto number = [](auto value) { return std::to_string(value); };
  for (auto& header : Fields{{"X-RateLimit-Limit", number(kRateLimit)},
                             {"X-RateLimit-Remaining", number(kRateLimit - limit.used)},
                             {"X-RateLimit-Reset", number(limit.reset.time_since_epoch().count())},
                             {"X-RateLimit-Used", number(limit.used)},
                             {"X-RateLimit-Resource", "core"},
                             {"X-GitHub-Request-Id", random_hex(24)},
                             {"X-GitHub-Media-Type", "github.v3; format=json"},
                             {"X-GitHub-Enterprise-Version", "3.19.0"},
                             {"Server", "github.com"}}) {
    response.headers.push_back(std::move(header));
  }
}

}  // namespace

Service::Service(State& state, GitStore& git, WebhookSender& webhooks, Listener listener)
    : state_(state), git_(git), webhooks_(webhooks), listener_(listener) {}

HttpResponse Service::answer(const HttpRequest& request) {
  const std::scoped_lock lock(state_.mutex);
  return answer(request, authenticate(state_, request.header("authorization")));
}

HttpResponse Service::answer_archive(const HttpRequest& request) {
  const std::scoped_lock lock(state_.mutex);
  return github::answer_archive(state_, git_, request);
}

HttpResponse Service::answer_graphql(const HttpRequest& request) {
  const std::scoped_lock lock(state_.mutex);
  const auto identity = authenticate(state_, request.header("authorization"));
  const bool is_known = identity && identity->kind != Identity::Kind::kAnonymous;
  if (!is_known) return to_http(Refusal{.status = 401, .message = "Bad credentials"}, "graphql");
  const Json body = Json::parse(request.body, nullptr, false);
  const std::string query = body.is_object() ? body.value("query", "") : "";
  const bool asks_who = query.find("viewer") != std::string::npos && query.find("login") != std::string::npos;
  if (!asks_who)
    return to_http(
        Response{.body = {{"errors", {{{"message", "the sandbox knows `viewer { login }` only"}}}}}});
  return to_http(Response{.body = {{"data", {{"viewer", {{"login", identity->login}}}}}}});
}

HttpResponse Service::answer_as(const std::string& login, const std::string& method, const std::string& path,
                                const Json& body) {
  const std::scoped_lock lock(state_.mutex);
  return answer_locked_as(login, method, path, body);
}

HttpResponse Service::answer_locked_as(const std::string& login, const std::string& method,
                                       const std::string& path, const Json& body) {
  const HttpRequest request{.method = method,
                            .path = std::string(kPrefix) + path,
                            .query = {},
                            .headers = {},
                            .body = body.is_null() ? std::string() : body.dump()};
  if (state_.find_user(login) == nullptr)
    return to_http(Refusal{.status = 401, .message = "Bad credentials"}, "");
  return answer(request, Identity{.kind = Identity::Kind::kUser, .login = login});
}

Answer<Context> Service::context_of(const std::string& login) {
  if (state_.find_user(login) == nullptr) return refuse(401, "Bad credentials");
  return Context{.state = state_,
                 .git = git_,
                 .webhooks = webhooks_,
                 .actor = {.kind = Identity::Kind::kUser, .login = login},
                 .listener = listener_};
}

Answer<std::string> Service::register_app_as(const std::string& login, const AppManifest& manifest,
                                             const std::string& owner) {
  Context context = MLX_TRY(context_of(login));
  return register_app(context, manifest, owner);
}

Answer<void> Service::install_app_as(const std::string& login) {
  Context context = MLX_TRY(context_of(login));
  return install_app(context);
}

HttpResponse Service::press(const std::string& login, Id check_run,
                            const std::optional<std::string>& identifier) {
  const std::scoped_lock lock(state_.mutex);
  auto context = context_of(login);
  if (!context) return to_http(context.error(), "");
  auto done = identifier ? request_check_action(*context, check_run, *identifier)
                         : request_check_again(*context, check_run);
  return done ? to_http(std::move(*done)) : to_http(done.error(), "");
}

HttpResponse Service::answer(const HttpRequest& request, Answer<Identity> identity) {
  Request api{.method = request.method,
              .path = with_names(state_, request.path.substr(kPrefix.size())),
              .parameters = {},
              .query = request.query,
              .headers = request.headers};
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  const Router::Match match = router_.find(method, api.path);
  const std::string_view documentation = match.route == nullptr ? "" : match.route->documentation;
  HttpResponse response;
  std::string login;
  if (!identity) {
    response = to_http(identity.error(), "");
  } else if (match.route == nullptr) {
    login = identity->login;
    response = to_http(Refusal{.status = 404, .message = "Not Found"}, "");
  } else {
    login = identity->login;
    api.parameters = match.parameters;
    Context context{.state = state_,
                    .git = git_,
                    .webhooks = webhooks_,
                    .actor = std::move(*identity),
                    .listener = listener_};
    try {
      auto answer = handle(context, *match.route, std::move(api), request.body);
      response = answer ? to_http(std::move(*answer)) : to_http(answer.error(), documentation);
    } catch (const std::exception& error) {
      response = to_http(Refusal{.status = 500, .message = std::string("Server Error: ") + error.what()}, "");
    }
  }
  const bool is_free = apply_etag(request, response) || request.path.ends_with("/rate_limit");
  add_headers(response, count(state_, login, is_free));
  return response;
}

Answer<Response> Service::handle(Context& context, const Route& route, Request request,
                                 const std::string& body) {
  if (names_other_repository(state_, request)) return not_found();
  if (!body.empty() && request.method != "GET") {
    request.body = Json::parse(body, nullptr, false);
    if (request.body.is_discarded()) return refuse(400, "Problems parsing JSON");
    // Labels may be sent as a bare list.
    if (request.body.is_array()) request.body = Json{{"labels", request.body}};
    if (!request.body.is_object()) return refuse(400, "Body should be a JSON object");
  }
  MLX_CHECK(check_access(context, route));
  return route.handler(context, request);
}

}  // namespace mlx::sandbox::github
