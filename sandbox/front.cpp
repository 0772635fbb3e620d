#include "sandbox/front.h"

#include "sandbox/github/archives.h"

namespace mlx::sandbox {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kGithubApi = "/api/v3";
constexpr std::string_view kGitlabApi = "/api/v4";
constexpr std::string_view kGraphql = "/api/graphql";
constexpr std::string_view kControls = "/_sandbox/";

HttpResponse json_response(int status, const Json& body) {
  return {.status = status,
          .headers = {},
          .content_type = "application/json; charset=utf-8",
          .body = body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

HttpResponse fault_response(const Fault& fault) {
  const std::string body = fault.body.empty() ? R"({"message":"Server Error"})" : fault.body;
  return {.status = fault.status,
          .headers = fault.headers,
          .content_type = "application/json; charset=utf-8",
          .body = body};
}

bool is_below(const std::string& path, std::string_view api) {
  return path == api || path.starts_with(std::string(api) + "/");
}

bool is_loopback_host(std::string host) {
  const auto bracket = host.rfind(']');
  const auto colon = host.rfind(':');
  if (colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) host.resize(colon);
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

}  // namespace

Front::Front(Parts parts, bool is_loopback) : parts_(parts), is_loopback_(is_loopback) {}

HttpResponse Front::answer(const HttpRequest& request) {
  const bool is_api = is_below(request.path, kGithubApi) || is_below(request.path, kGitlabApi);
  if (is_api) return answer_api(request);
  if (request.path.starts_with(github::kArchives)) return parts_.github.answer_archive(request);
  if (request.path == kGraphql && request.method == "POST") return parts_.github.answer_graphql(request);
  const bool is_write = request.method != "GET" && request.method != "HEAD";
  // Registering an App begins with a form of another site; what it sends is only shown.
  const bool is_from_elsewhere = request.method == "POST" && request.path.ends_with("/settings/apps/new");
  if (is_write && !is_from_elsewhere) {
    // Credentials are not asked for here, so other sites' pages must not get through.
    const std::string host = request.header("host");
    const std::string origin = request.header("origin");
    const bool is_foreign_host = is_loopback_ && !is_loopback_host(host);
    if (is_foreign_host || (!origin.empty() && origin != "http://" + host)) {
      return {.status = 403, .headers = {}, .body = "This form was sent by another site.\n"};
    }
  }
  if (request.path.starts_with(kControls)) return answer_control(request);
  return parts_.pages.answer(request);
}

HttpResponse Front::answer_api(const HttpRequest& request) {
  const auto fault = parts_.faults.take(request.method, request.path);
  if (fault && fault->when == Fault::When::kSilence) return keep_silent(request);
  HttpResponse response;
  const bool is_done = !fault || fault->when == Fault::When::kAfter;
  if (is_done) {
    response =
        is_below(request.path, kGitlabApi) ? parts_.gitlab.answer(request) : parts_.github.answer(request);
  }
  if (fault) response = fault_response(*fault);
  parts_.recorder.record(request, &response);
  return response;
}

HttpResponse Front::keep_silent(const HttpRequest& request) {
  parts_.recorder.record(request, nullptr);
  std::unique_lock lock(mutex_);
  stopped_.wait(lock, [this] { return is_stopped_; });
  return {.headers = {}, .body = {}, .is_silent = true};
}

HttpResponse Front::answer_control(const HttpRequest& request) {
  const std::string what = request.path.substr(kControls.size());
  if (what == "faults" && request.method == "POST") {
    const auto fault = Fault::parse(Json::parse(request.body, nullptr, false));
    const auto added = fault ? parts_.faults.add(*fault) : std::unexpected(fault.error());
    if (!added) return json_response(422, {{"message", to_string(added.error())}});
    return json_response(201, {{"message", "added"}});
  }
  if (what == "faults" && request.method == "DELETE") {
    parts_.faults.clear();
    return {.status = 204, .headers = {}, .body = {}};
  }
  if (what == "requests" && request.method == "GET") return json_response(200, parts_.recorder.requests());
  if (what == "requests" && request.method == "DELETE") {
    parts_.recorder.clear();
    return {.status = 204, .headers = {}, .body = {}};
  }
  if (what == "idle" && request.method == "GET") {
    const bool is_idle = parts_.webhooks.wait_idle(std::chrono::seconds(30));
    return json_response(is_idle ? 200 : 504, {{"idle", is_idle}});
  }
  if (what.starts_with("avatars/")) return parts_.pages.avatar(percent_decode(what.substr(8)));
  return json_response(404, {{"message", "Not Found"}});
}

void Front::stop() {
  const std::scoped_lock lock(mutex_);
  is_stopped_ = true;
  stopped_.notify_all();
}

}  // namespace mlx::sandbox
