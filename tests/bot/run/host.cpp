#include "tests/bot/run/host.h"

#include <catch2/catch.hpp>

#include "bot/forge/github/github.h"
#include "bot/forge/gitlab/gitlab.h"

namespace mlx::testing {
namespace {

using nlohmann::json;
using namespace mlx::bot;

std::chrono::sys_seconds system_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

json issue_of(TestSandbox& sandbox, std::int64_t number) {
  return sandbox.get("/issues/" + std::to_string(number));
}

std::int64_t number_in(const json& comment) {
  const std::string url = comment["issue_url"];
  return std::stoll(url.substr(url.rfind('/') + 1));
}

/// `2026-11-30T06:00:00Z` as GitLab's webhooks have it.
std::string hook_time(std::string text) {
  text[10] = ' ';
  text.replace(text.size() - 1, 1, " UTC");
  return text;
}

json gitlab_base(TestSandbox& sandbox, const std::string& kind, const std::string& sender) {
  const json& gitlab = sandbox.description()["gitlab"];
  const std::string name = sender == "bot" ? gitlab["bot_username"].get<std::string>() : sender;
  return {{"object_kind", kind},
          {"user", {{"id", 1}, {"username", name}, {"name", name}}},
          {"project", {{"id", gitlab["project_id"]}, {"path_with_namespace", gitlab["project"]}}}};
}

SentEvent gitlab_comment(TestSandbox& sandbox, const std::string& sender, const json& comment, bool is_new) {
  const std::int64_t number = number_in(comment);
  const bool is_pull = issue_of(sandbox, number).contains("pull_request");
  json payload = gitlab_base(sandbox, "note", sender);
  payload["object_attributes"] = {{"id", comment["id"]},
                                  {"note", comment["body"]},
                                  {"noteable_type", is_pull ? "MergeRequest" : "Issue"},
                                  {"system", false},
                                  {"action", is_new ? "create" : "update"},
                                  {"created_at", hook_time(comment["created_at"])}};
  payload[is_pull ? "merge_request" : "issue"] = {{"iid", number}};
  return {"note_hook", std::move(payload)};
}

SentEvent github_comment(TestSandbox& sandbox, const std::string& sender, const json& comment,
                         const json& previous_body) {
  const bool is_bot = sender == "bot";
  json payload = {
      {"action", previous_body.is_null() ? "created" : "edited"},
      {"issue", issue_of(sandbox, number_in(comment))},
      {"comment", comment},
      {"repository", sandbox.get("")},
      {"sender", {{"login", is_bot ? sandbox.bot_login() : sender}, {"type", is_bot ? "Bot" : "User"}}},
      {"installation", {{"id", sandbox.description()["app"]["installation_id"]}}}};
  if (!previous_body.is_null()) payload["changes"] = {{"body", {{"from", previous_body}}}};
  return {"issue_comment", std::move(payload)};
}

}  // namespace

Host each_host() { return GENERATE(Host::kGithub, Host::kGitlab); }

std::unique_ptr<Forge> forge_of(Host host, HttpClient& http, TestSandbox& sandbox) {
  if (host == Host::kGitlab) {
    const json& gitlab = sandbox.description()["gitlab"];
    return make_gitlab(
        http, {.url = gitlab["url"], .token = gitlab["token"], .now = system_seconds, .on_answer = {}});
  }
  const json& app = sandbox.description()["app"];
  auto forge = make_github(http, {.api_url = sandbox->api_url(),
                                  .credentials = GithubApp{.id = std::to_string(app["id"].get<long>()),
                                                           .private_key = app["private_key"]},
                                  .now = system_seconds});
  if (!forge) throw std::runtime_error(to_string(forge.error()));
  return std::move(*forge);
}

SentEvent comment_event(Host host, TestSandbox& sandbox, const std::string& sender, const json& comment,
                        const json& previous_body) {
  return host == Host::kGitlab ? gitlab_comment(sandbox, sender, comment, previous_body.is_null())
                               : github_comment(sandbox, sender, comment, previous_body);
}

SentEvent pull_request_event(Host host, TestSandbox& sandbox, std::int64_t number,
                             const std::string& action) {
  const json pull = sandbox.get("/pulls/" + std::to_string(number));
  if (host == Host::kGithub) {
    return {"pull_request",
            {{"action", action},
             {"number", number},
             {"pull_request", pull},
             {"repository", sandbox.get("")},
             {"sender", {{"login", "writer-will"}, {"type", "User"}}},
             {"installation", {{"id", sandbox.description()["app"]["installation_id"]}}}}};
  }
  json payload = gitlab_base(sandbox, "merge_request", "writer-will");
  payload["object_attributes"] = {{"iid", number},
                                  {"action", action == "opened" ? "open" : "update"},
                                  {"source_branch", pull["head"]["ref"]},
                                  {"source_project_id", payload["project"]["id"]},
                                  {"target_project_id", payload["project"]["id"]}};
  if (action != "opened") payload["object_attributes"]["oldrev"] = pull["base"]["sha"];
  return {"merge_request_hook", std::move(payload)};
}

std::int64_t port_number(Host host, TestSandbox& sandbox, std::int64_t number) {
  const bool is_apart = host == Host::kGitlab && !issue_of(sandbox, number).contains("pull_request");
  return is_apart ? -number : number;
}

std::int64_t installation_of(Host host, const TestSandbox& sandbox) {
  const json& description = sandbox.description();
  return host == Host::kGitlab ? description["gitlab"]["project_id"] : description["app"]["installation_id"];
}

}  // namespace mlx::testing
