// An App is made from a manifest, as GitHub's "Registering a GitHub App from a manifest" tells.
#include <catch2/catch.hpp>

#include "engine/base/digest.h"
#include "tests/sandbox/sandbox_fixture.h"

namespace mlx::testing {
namespace {

Json manifest(const std::string& hook) {
  return {{"name", "My Bot"},
          {"url", "https://bot.example.com"},
          {"hook_attributes", {{"url", hook}}},
          {"redirect_url", "http://127.0.0.1:1/setup/created"},
          {"public", false},
          {"default_permissions", {{"issues", "write"}, {"checks", "write"}}},
          {"default_events", {"issues", "issue_comment"}}};
}

Reply create(Caller& browser, const Json& manifest, const std::string& user = "octocat",
             const std::string& owner = "/organizations/octo-team") {
  return browser.submit(
      owner + "/settings/apps/manifests",
      {{"manifest", manifest.dump()}, {"state", "a-b"}, {"user", user}, {"name", manifest["name"]}});
}

std::string code_in(const Reply& reply) {
  const std::string location = reply.header("Location");
  const std::string begin = "http://127.0.0.1:1/setup/created?code=";
  REQUIRE(location.starts_with(begin));
  CHECK(location.ends_with("&state=a-b"));
  return location.substr(begin.size(), location.find('&') - begin.size());
}

}  // namespace

TEST_CASE("A manifest becomes an App, and its code the credentials, once") {
  Forge forge;
  Receiver receiver;
  Caller browser = forge.as("nobody");
  const Reply shown = browser.submit("/organizations/octo-team/settings/apps/new?state=a-b",
                                     {{"manifest", manifest(receiver.url()).dump()}}, {{"Origin", "null"}});
  CHECK(shown.status == 200);
  CHECK(shown.text.contains("Create GitHub App for octo-team"));
  CHECK(shown.header("Content-Security-Policy").contains("form-action 'self' http://127.0.0.1:1;"));
  // Shown is not made.
  CHECK(browser.page("/apps/my-bot").status == 404);

  const std::string code = code_in(create(browser, manifest(receiver.url())));
  CHECK(browser.post_text("/app-manifests/" + std::string(40, '0') + "/conversions", "").status == 404);
  const Reply converted = browser.post_text("/app-manifests/" + code + "/conversions", "");
  CHECK(converted.status == 201);
  CHECK(converted.body["slug"] == "my-bot");
  CHECK(converted.body["name"] == "My Bot");
  CHECK(converted.body["owner"]["login"] == "octo-team");
  CHECK(converted.body["pem"].get<std::string>().starts_with("-----BEGIN "));
  CHECK(converted.body["events"] == Json{"issues", "issue_comment"});
  CHECK(converted.body["permissions"] ==
        Json{{"checks", "write"}, {"issues", "write"}, {"metadata", "read"}});
  CHECK(browser.post_text("/app-manifests/" + code + "/conversions", "").status == 404);

  // It hears of nothing before it is installed.
  forge.issue();
  REQUIRE(forge.sandbox->wait_idle());
  CHECK(receiver.names() == std::vector<std::string>{"ping"});
  CHECK(browser.submit("/apps/my-bot/installations/new", {{"user", "writer-will"}}).status == 404);
  CHECK(browser.submit("/apps/my-bot/installations/new", {{"user", "octocat"}}).status == 303);
  forge.issue();
  REQUIRE(forge.sandbox->wait_idle());
  CHECK(receiver.names() == std::vector<std::string>{"ping", "installation.created", "issues.opened"});
  CHECK(receiver.received().back().signature ==
        "sha256=" + hmac_sha256_hex(converted.body["webhook_secret"].get<std::string>(),
                                    receiver.received().back().body));
}

TEST_CASE("An App is made by whom it belongs to, and a private one installed nowhere else") {
  Forge forge;
  Caller browser = forge.as("nobody");
  CHECK(create(browser, manifest("http://127.0.0.1:1/hook"), "writer-will").status == 404);
  CHECK(create(browser, manifest("http://127.0.0.1:1/hook"), "octocat", "/organizations/others").status ==
        404);
  CHECK(create(browser, manifest("http://127.0.0.1:1/hook"), "octocat", "").status == 302);
  const Reply refused = browser.submit("/apps/my-bot/installations/new", {{"user", "octocat"}});
  CHECK(refused.status == 403);
  CHECK(refused.text.contains("octocat only"));
  // The name is taken now.
  CHECK(create(browser, manifest("http://127.0.0.1:1/hook")).status == 422);
  // To make it takes a form of this site.
  CHECK(browser.submit("/settings/apps/manifests", {}, {{"Origin", "null"}}).status == 403);
}

TEST_CASE("A manifest that GitHub would not take is refused with its reasons") {
  Forge forge;
  Caller browser = forge.as("nobody");
  Json wrong = manifest("http://127.0.0.1:1/hook");
  std::string reason;
  std::tie(wrong, reason) = GENERATE_COPY(table<Json, std::string>({
      {Json{{"url", nullptr}}, "url must be a string"},
      {Json{{"redirect_url", "nowhere"}}, "Redirect url is not a valid URL"},
      {Json{{"name", std::string(35, 'a')}}, "Name is too long"},
      {Json{{"hook_attributes", Json::object()}}, "Hook url is not a valid URL"},
      {Json{{"public", "yes"}}, "public must be a boolean"},
      {Json{{"default_permissions", {{"everything", "write"}}}}, "Default permission everything"},
      {Json{{"default_permissions", {{"metadata", "write"}}}}, "Default permission metadata"},
      {Json{{"default_permissions", Json::array()}}, "default_permissions must be an object"},
      {Json{{"default_events", {"push"}}}, "Default events unsupported: push"},
      {Json{{"default_events", "push"}}, "default_events must be an array"},
      {Json{{"callback_urls", "x"}}, "callback_urls"},
  }));
  Json whole = manifest("http://127.0.0.1:1/hook");
  whole.update(wrong);
  for (const char* path : {"/settings/apps/new", "/settings/apps/manifests"}) {
    const Reply reply = browser.submit(path, {{"manifest", whole.dump()}});
    CHECK(reply.status == 422);
    CHECK(reply.text.contains(reason));
  }
  CHECK(browser.submit("/settings/apps/new", {{"manifest", "[]"}}).status == 422);
  CHECK(browser.submit("/settings/apps/new", {}).status == 200);
  CHECK(browser.page("/settings/apps/new").status == 200);
}

}  // namespace mlx::testing
