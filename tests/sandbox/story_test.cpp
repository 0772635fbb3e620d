#include <catch2/catch.hpp>

#include "engine/base/digest.h"
#include "tests/sandbox/sandbox_fixture.h"

namespace mlx::testing {

TEST_CASE("A comment becomes a webhook, commits, a pull request and a merge") {
  Forge forge;
  Receiver receiver;
  receiver.hook_to(forge);
  Caller rita = forge.as("reader-rita");
  Caller bot = forge.as("bot");
  const std::string& repository = forge.repository;

  const int issue = rita.post(repository + "/issues", {{"title", "Serve the model"}}).body["number"];
  const std::string issue_path = repository + "/issues/" + std::to_string(issue);
  const Reply comment = rita.post(issue_path + "/comments", {{"body", "/mlx add api-serving"}});
  REQUIRE(comment.status == 201);
  REQUIRE(forge.sandbox->wait_idle());
  const auto heard = receiver.received().back();
  CHECK(heard.event == "issue_comment");
  CHECK(heard.payload["comment"]["body"] == "/mlx add api-serving");
  CHECK(heard.payload["sender"]["login"] == "reader-rita");
  CHECK(heard.payload["installation"]["id"] == forge.description["app"]["installation_id"]);
  const std::string secret = forge.description["webhook"]["secret"];
  CHECK(heard.signature == "sha256=" + hmac_sha256_hex(secret, heard.body));
  CHECK(heard.signature_sha1.starts_with("sha1="));
  CHECK(heard.user_agent.starts_with("GitHub-Hookshot/"));

  const std::string comment_path = repository + "/issues/comments/" + comment.body["id"].dump();
  CHECK(bot.post(comment_path + "/reactions", {{"content", "eyes"}}).status == 201);

  const std::string main = forge.main_sha();
  const std::string commit = forge.commit(main, "src/api/serve.py", "app = 1\n");
  const Reply ref =
      bot.post(repository + "/git/refs", {{"ref", "refs/heads/mlx/add/api-serving"}, {"sha", commit}});
  REQUIRE(ref.status == 201);
  const Reply pull = bot.post(repository + "/pulls", {{"title", "Add api-serving"},
                                                      {"head", "mlx/add/api-serving"},
                                                      {"base", "main"},
                                                      {"body", "Adds it."}});
  REQUIRE(pull.status == 201);
  CHECK(pull.body["head"]["sha"] == commit);
  CHECK(pull.body["mergeable"] == true);
  CHECK(pull.body["changed_files"] == 1);
  CHECK(pull.body["user"]["type"] == "Bot");
  const std::string pull_path = repository + "/pulls/" + pull.body["number"].dump();

  const Reply merged = forge.as("octocat").put(pull_path + "/merge");
  REQUIRE(merged.status == 200);
  CHECK(merged.body["merged"] == true);
  CHECK(forge.main_sha() == merged.body["sha"].get<std::string>());
  CHECK(bot.get(pull_path).body["merged"] == true);
  CHECK(bot.get(repository + "/contents/src/api/serve.py", {{"Accept", "application/vnd.github.raw"}}).text ==
        "app = 1\n");

  REQUIRE(forge.sandbox->wait_idle());
  CHECK(receiver.names() == std::vector<std::string>{"ping", "issues.opened", "issue_comment.created",
                                                     "create", "push", "pull_request.opened", "push",
                                                     "pull_request.closed"});
  CHECK(receiver.received().back().payload["pull_request"]["merged"] == true);
}

TEST_CASE("The description tells a client everything that it needs") {
  Forge forge;
  const Json& description = forge.description;
  CHECK(description["full_name"] == "octo-team/project");
  CHECK(description["api_url"] == forge.sandbox->api_url());
  CHECK(description["users"].size() == 6);
  CHECK(description["users"]["maintainer-mia"]["role"] == "maintain");
  CHECK(description["bot_login"] == "mlx-bot[bot]");
  CHECK(std::filesystem::exists(description["git"].get<std::string>() + "/HEAD"));
  CHECK(forge.as("bot").get("/user").body["login"] == "mlx-bot[bot]");
}

TEST_CASE("Nothing is left when it stops") {
  Forge forge;
  const auto git = forge.sandbox->git_directory();
  Caller open_connection = forge.as("nobody");
  REQUIRE(open_connection.get(forge.repository).status == 200);
  forge.sandbox->stop();
  forge.sandbox->stop();
  CHECK_FALSE(std::filesystem::exists(git));
  CHECK(open_connection.get(forge.repository).status == 0);
}

TEST_CASE("The first commit holds the project as it is") {
  ProjectDirectory project;
  project.write("run.sh", "#!/bin/sh\n");
  project.write("docs/guide.md", "# Guide\n");
  project.write(".git/config", "secret");
  std::filesystem::permissions(project.path() / "run.sh", std::filesystem::perms::owner_all);
  std::filesystem::create_symlink("/etc/hostname", project.path() / "link");
  std::filesystem::create_directory_symlink("docs", project.path() / "manual");
  SandboxOptions options;
  options.project = project.path();
  Forge forge(options);

  const Json tree = forge.as("nobody").get(forge.repository + "/git/trees/main?recursive=1").body["tree"];
  std::map<std::string, std::string> modes;
  for (const Json& entry : tree) modes[entry["path"]] = entry["mode"];
  CHECK(modes == std::map<std::string, std::string>{{"docs", "040000"},
                                                    {"docs/guide.md", "100644"},
                                                    {"link", "120000"},
                                                    {"manual", "120000"},
                                                    {"run.sh", "100755"}});
  const Reply link = forge.as("nobody").get(forge.repository + "/contents/link");
  CHECK(link.body["type"] == "symlink");
  CHECK(link.body["target"] == "/etc/hostname");
}

TEST_CASE("Starting fails with a reason") {
  Forge forge;
  SandboxOptions options;
  options.listen = forge.sandbox->address();
  CHECK(Sandbox::start(options).error().code == ErrorCode::kIo);
  options.listen = "nowhere";
  CHECK(Sandbox::start(options).error().code == ErrorCode::kInvalidInput);
  options = {};
  options.project = "/nonexistent/project";
  CHECK(Sandbox::start(options).error().code == ErrorCode::kIo);
  options = {};
  options.name = "a b";
  CHECK(Sandbox::start(options).error().code == ErrorCode::kInvalidInput);
}

}  // namespace mlx::testing
