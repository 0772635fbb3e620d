#include "sandbox/gitlab/service.h"

#include "sandbox/gitlab/form.h"
#include "sandbox/gitlab/json.h"
#include "sandbox/gitlab/routes.h"
#include "sandbox/keys.h"

namespace mlx::sandbox::gitlab {
namespace {

constexpr std::string_view kPrefix = "/api/v4";

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    if (path.front() == '/') {
      path.remove_prefix(1);
      continue;
    }
    const auto end = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

bool fits(const std::vector<std::string_view>& pattern, const std::vector<std::string_view>& path,
          Call& call) {
  if (pattern.size() != path.size()) return false;
  call.parameters.clear();
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const std::string_view part = pattern[at];
    if (part.starts_with('{')) {
      call.parameters.insert_or_assign(std::string(part.substr(1, part.size() - 2)),
                                       percent_decode(path[at]));
    } else if (part != path[at]) {
      return false;
    }
  }
  return true;
}

HttpResponse to_http(Response response) {
  HttpResponse http{.status = response.status,
                    .headers = std::move(response.headers),
                    .content_type = "application/json",
                    .body = {}};
  if (!response.body.is_null()) {
    http.body = response.body.dump(-1, ' ', false, Json::error_handler_t::replace);
  } else if (!response.text.empty()) {
    http.content_type = "application/octet-stream";
    http.body = std::move(response.text);
  }
  return http;
}

std::string token_of(const HttpRequest& request) {
  const std::string token = request.header("private-token");
  const std::string authorization = request.header("authorization");
  constexpr std::string_view kBearer = "bearer ";
  const bool is_bearer = token.empty() && to_lower(authorization).starts_with(kBearer);
  return is_bearer ? authorization.substr(kBearer.size()) : token;
}

Role needed_role(Need need) {
  switch (need) {
    case Need::kNothing: return Role::kNone;
    case Need::kReporter: return Role::kTriage;
    case Need::kDeveloper: return Role::kWrite;
    case Need::kMaintainer: return Role::kMaintain;
  }
  return Role::kNone;
}

/// To the same of the project's id.
Response moved(const State& state, const HttpRequest& request, const std::string& path) {
  const auto rest = path.find('/', std::string_view("/projects/").size());
  Response response{.status = request.method == "GET" ? 301 : 308};
  response.headers.emplace_back("Location",
                                state.url + "/api/v4/projects/" + std::to_string(state.repository.id) +
                                    (rest == std::string::npos ? std::string() : path.substr(rest)));
  return response;
}

bool names_project(const State& state, const std::string& id) {
  return id == std::to_string(state.repository.id) || to_lower(id) == to_lower(state.repository.full_name());
}

}  // namespace

Service::Service(State& state, GitStore& git, github::Service& github)
    : state_(state), git_(git), github_(github) {
  for (const auto& routes : {project_routes(), repository_routes(), commit_routes(), issue_routes(),
                             merge_request_routes(), note_routes(), discussion_routes(), hook_routes()}) {
    for (const Route& route : routes) entries_.push_back({split(route.pattern), &route});
  }
}

const Route* Service::find(const HttpRequest& request, Call& call) const {
  const auto path = split(call.path);
  const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : request.method;
  for (const Entry& entry : entries_) {
    if (entry.route->method == method && fits(entry.segments, path, call)) return entry.route;
  }
  return nullptr;
}

Answer<Response> Service::handle(const HttpRequest& request) {
  const auto known = state_.tokens.find(token_of(request));
  const bool is_known = known != state_.tokens.end() && !known->second.login.empty();
  const User* user = is_known ? state_.find_user(known->second.login) : nullptr;
  if (user == nullptr) return refuse(401, "401 Unauthorized");
  Call call{.state = state_,
            .git = git_,
            .github = github_,
            .user = *user,
            .path = request.path.substr(kPrefix.size()),
            .query = request.query};
  const Route* route = find(request, call);
  if (route == nullptr) return std::unexpected(Refusal{.status = 404, .body = {{"error", "404 Not Found"}}});
  const auto project = call.parameters.find("id");
  if (project != call.parameters.end() && !names_project(state_, project->second)) {
    // A project that was renamed is still found by its old name.
    const bool is_former = state_.former_names.contains(to_lower(project->second));
    if (is_former) return moved(state_, request, call.path);
    return not_found("Project");
  }
  if (!request.body.empty()) {
    const auto form = read_form(request.header("content-type"), request.body);
    call.body = form ? *form : Json::parse(request.body, nullptr, false);
    if (!call.body.is_object())
      return std::unexpected(Refusal{.status = 400, .body = {{"error", "The body is not a JSON object"}}});
  }
  if (user->role < needed_role(route->need)) return refuse(403, "403 Forbidden");
  return route->handler(call);
}

HttpResponse Service::answer(const HttpRequest& request) {
  const std::scoped_lock lock(state_.mutex);
  HttpResponse response;
  try {
    auto answer = handle(request);
    response = answer ? to_http(std::move(*answer))
                      : to_http(Response{.status = answer.error().status, .body = answer.error().body});
  } catch (const std::exception& error) {
    response = to_http({.status = 500, .body = {{"message", std::string("500 ") + error.what()}}});
  }
  response.headers.emplace_back("X-Request-Id", random_guid());
  response.headers.emplace_back("X-Gitlab-Meta", R"({"correlation_id":"sandbox","version":"1"})");
  return response;
}

}  // namespace mlx::sandbox::gitlab
