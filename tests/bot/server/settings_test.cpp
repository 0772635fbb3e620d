#include "bot/settings.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/bot/server/running_server.h"

using namespace mlx;
using namespace mlx::bot;

namespace {

constexpr const char* kWebhookSecret = "0123456789abcdef";

SettingValues enough() { return {{"MLX_WEBHOOK_SECRET", kWebhookSecret}, {"MLX_GITHUB_TOKEN", "ghp_token"}}; }

SettingValues enough_with(const std::string& name, const std::string& value) {
  SettingValues values = enough();
  values.insert_or_assign(name, value);
  return values;
}

/// One line that holds every one of the words, and none of the values.
void check_error(const Result<Settings>& settings, std::initializer_list<const char*> words,
                 std::initializer_list<const char*> values = {}) {
  REQUIRE_FALSE(settings);
  const std::string message = to_string(settings.error());
  INFO(message);
  CHECK_FALSE(message.contains('\n'));
  for (const auto* word : words) CHECK(message.contains(word));
  for (const auto* value : values) CHECK_FALSE(message.contains(value));
}

}  // namespace

TEST_CASE("the least that must be set, and the defaults of the rest") {
  const auto settings = read_settings({}, enough());
  REQUIRE(settings);
  CHECK(settings->host == "127.0.0.1");
  CHECK(settings->port == 8080);
  CHECK(settings->database == "mlx.db");
  REQUIRE(settings->webhook_secrets.size() == 1);
  CHECK(settings->webhook_secrets[0].reveal() == kWebhookSecret);
  CHECK(settings->github_api_url == "https://api.github.com");
  CHECK(std::get<Secret>(settings->github_credentials).reveal() == "ghp_token");
  CHECK(settings->log_format == LogFormat::kText);
  CHECK(settings->log_level == LogLevel::kInfo);
  CHECK(settings->registry == "builtin");
  CHECK(settings->workers == 2);
}

TEST_CASE("GitLab may be served beside GitHub, or alone") {
  const SettingValues gitlab = {
      {"MLX_GITLAB_TOKEN", "glpat-token"},
      {"MLX_GITLAB_WEBHOOK_SECRET", "0123456789abcdef,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}};
  const auto alone = read_settings({}, gitlab);
  REQUIRE(alone);
  REQUIRE(alone->gitlab);
  CHECK(alone->gitlab->url == "https://gitlab.com");
  CHECK(alone->gitlab->token.reveal() == "glpat-token");
  CHECK(alone->gitlab->webhook_secrets.size() == 2);
  CHECK(alone->webhook_secrets.empty());
  CHECK(std::holds_alternative<std::monostate>(alone->github_credentials));

  SettingValues both = enough();
  both.insert(gitlab.begin(), gitlab.end());
  const auto served = read_settings({{"gitlab-url", "https://gitlab.example.com/"}}, both);
  REQUIRE(served);
  CHECK(served->gitlab->url == "https://gitlab.example.com");
  CHECK(served->webhook_secrets.size() == 1);
  CHECK_FALSE(read_settings({}, enough())->gitlab);
}

TEST_CASE("half of GitLab's settings, or half of GitHub's beside them, are complained about") {
  const auto with = [](std::initializer_list<SettingValues::value_type> values) {
    return read_settings({}, SettingValues(values));
  };
  check_error(with({{"MLX_GITLAB_TOKEN", "glpat-token"}}), {"MLX_GITLAB_WEBHOOK_SECRET"}, {"glpat-token"});
  check_error(with({{"MLX_GITLAB_WEBHOOK_SECRET", kWebhookSecret}}), {"MLX_GITLAB_TOKEN", "api"},
              {kWebhookSecret});
  check_error(with({{"MLX_GITLAB_URL", "https://gitlab.example.com"}}), {"MLX_GITLAB_WEBHOOK_SECRET"});
  check_error(with({{"MLX_GITLAB_TOKEN", "x"}, {"MLX_GITLAB_WEBHOOK_SECRET", "tooshort"}}),
              {"MLX_GITLAB_WEBHOOK_SECRET", "16"}, {"tooshort"});
  check_error(with({{"MLX_GITLAB_TOKEN", "x"}, {"MLX_GITLAB_WEBHOOK_SECRET", "whsec_no base64 at all"}}),
              {"MLX_GITLAB_WEBHOOK_SECRET", "base64"}, {"whsec_no"});
  check_error(with({{"MLX_GITLAB_TOKEN", "x"},
                    {"MLX_GITLAB_WEBHOOK_SECRET", kWebhookSecret},
                    {"MLX_GITLAB_URL", "gitlab.example.com"}}),
              {"MLX_GITLAB_URL", "https://gitlab.example.com"});
  check_error(with({{"MLX_GITLAB_TOKEN", "x"},
                    {"MLX_GITLAB_WEBHOOK_SECRET", kWebhookSecret},
                    {"MLX_GITHUB_TOKEN", "y"}}),
              {"MLX_WEBHOOK_SECRET"});
}

TEST_CASE("flags come before the environment, the environment before the file") {
  const std::string file = "MLX_LISTEN=127.0.0.1:1\nMLX_DATABASE=file.db\nMLX_REGISTRY=file\n";
  auto environment = enough_with("MLX_LISTEN", "127.0.0.1:2");
  environment["MLX_DATABASE"] = "environment.db";
  const auto settings = read_settings({{"listen", "[::1]:3"}}, environment, file);
  REQUIRE(settings);
  CHECK(settings->host == "::1");
  CHECK(settings->port == 3);
  CHECK(settings->database == "environment.db");
  CHECK(settings->registry == "file");
}

TEST_CASE("what listens is reached on this machine by an address that can be asked") {
  CHECK(local_url("127.0.0.1", 8080) == "http://127.0.0.1:8080");
  CHECK(local_url("0.0.0.0", 8080) == "http://127.0.0.1:8080");
  CHECK(local_url("::", 8080) == "http://[::1]:8080");
  CHECK(local_url("::1", 8080) == "http://[::1]:8080");
  CHECK(local_url("localhost", 1) == "http://localhost:1");
}

TEST_CASE("an empty value counts as not given") {
  CHECK(read_settings({{"listen", ""}}, enough_with("MLX_LISTEN", ""))->port == 8080);
}

TEST_CASE("schedules are looked for unless that is turned off") {
  CHECK(read_settings({}, enough())->has_scheduler);
  CHECK_FALSE(read_settings({}, enough_with("MLX_SCHEDULER", "off"))->has_scheduler);
}

TEST_CASE("a file may hold everything, with comments and quotes") {
  const auto settings =
      read_settings({}, {},
                    "# the bot\r\n"
                    "\n"
                    "export MLX_WEBHOOK_SECRET = \"0123456789abcdef,fedcba9876543210\"\n"
                    "  MLX_GITHUB_APP_ID=12345\n"
                    "MLX_GITHUB_PRIVATE_KEY='-----BEGIN RSA PRIVATE KEY-----\\nMII=\\n-----END'\n"
                    "OTHER_PROGRAM=yes\n"
                    "MLX_LOG_FORMAT=json\nMLX_LOG_LEVEL=debug\nMLX_WORKERS=4");
  REQUIRE(settings);
  CHECK(settings->webhook_secrets.size() == 2);
  CHECK(settings->webhook_secrets[1].reveal() == "fedcba9876543210");
  const auto& app = std::get<GitHubApp>(settings->github_credentials);
  CHECK(app.id == "12345");
  CHECK(app.private_key.reveal() == "-----BEGIN RSA PRIVATE KEY-----\nMII=\n-----END");
  CHECK(settings->log_format == LogFormat::kJson);
  CHECK(settings->log_level == LogLevel::kDebug);
  CHECK(settings->workers == 4);
}

TEST_CASE("a file with an unknown MLX name is refused, with what was probably meant") {
  check_error(read_settings({}, enough(), "\nMLX_GITHUB_TOKN=hidden"),
              {"line 2", "MLX_GITHUB_TOKN", "MLX_GITHUB_TOKEN"}, {"hidden"});
  check_error(read_settings({}, enough(), "MLX_ZZZ=hidden"), {"line 1", "MLX_ZZZ"}, {"hidden"});
  check_error(read_settings({}, enough(), "MLX_LISTEN=x:1\nof a longer hidden value"), {"line 2"},
              {"hidden"});
}

TEST_CASE("what is missing is named") {
  check_error(read_settings({}, {{"MLX_GITHUB_TOKEN", "x"}}), {"MLX_WEBHOOK_SECRET"});
  check_error(read_settings({}, {{"MLX_WEBHOOK_SECRET", kWebhookSecret}}),
              {"MLX_GITHUB_TOKEN", "MLX_GITHUB_APP_ID"});
  check_error(read_settings({}, {{"MLX_WEBHOOK_SECRET", kWebhookSecret}, {"MLX_GITHUB_APP_ID", "1"}}),
              {"MLX_GITHUB_PRIVATE_KEY", "MLX_GITHUB_PRIVATE_KEY_FILE"});
  check_error(
      read_settings({}, {{"MLX_WEBHOOK_SECRET", kWebhookSecret}, {"MLX_GITHUB_PRIVATE_KEY_FILE", "key.pem"}}),
      {"MLX_GITHUB_PRIVATE_KEY_FILE", "MLX_GITHUB_APP_ID"});
}

TEST_CASE("what is wrong is named, and shown only if it is no secret") {
  check_error(read_settings({}, enough_with("MLX_WEBHOOK_SECRET", "tooshort")), {"MLX_WEBHOOK_SECRET", "16"},
              {"tooshort"});
  check_error(read_settings({}, enough_with("MLX_WEBHOOK_SECRET", "0123456789abcdef,,0123456789abcdef")),
              {"MLX_WEBHOOK_SECRET"}, {kWebhookSecret});
  check_error(read_settings({}, enough_with("MLX_GITHUB_APP_ID", "1")),
              {"MLX_GITHUB_TOKEN", "MLX_GITHUB_APP_ID"}, {"ghp_token"});
  check_error(read_settings({}, {{"MLX_WEBHOOK_SECRET", kWebhookSecret},
                                 {"MLX_GITHUB_APP_ID", "1"},
                                 {"MLX_GITHUB_PRIVATE_KEY", "hidden"}}),
              {"MLX_GITHUB_PRIVATE_KEY", "PEM"}, {"hidden"});
  check_error(read_settings({}, enough_with("MLX_LOG_FORMAT", "xml")), {"MLX_LOG_FORMAT", "xml"});
  check_error(read_settings({}, enough_with("MLX_LOG_LEVEL", "loud")), {"MLX_LOG_LEVEL", "loud"});
  for (const auto* workers : {"0", "65", "two", "2x", "-1"}) {
    check_error(read_settings({{"workers", workers}}, enough()), {"MLX_WORKERS"});
  }
  check_error(read_settings({{"scheduler", "yes"}}, enough()), {"MLX_SCHEDULER", "yes"});
  for (const auto* listen :
       {"8080", "127.0.0.1", ":8080", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:http"}) {
    check_error(read_settings({{"listen", listen}}, enough()), {"MLX_LISTEN", listen});
  }
  for (const auto* url : {"api.github.com", "ftp://x", "https://", "https:///x", "https://x/?a=b",
                          "https://x/#f", "https://user:hidden@x/", "https://x y"}) {
    check_error(read_settings({{"github-api-url", url}}, enough()), {"MLX_GITHUB_API_URL"}, {"hidden"});
  }
}

TEST_CASE("the API's address loses the slash at its end") {
  const auto settings = read_settings({{"github-api-url", "http://127.0.0.1:3000/api/v3/"}}, enough());
  CHECK(settings->github_api_url == "http://127.0.0.1:3000/api/v3");
}

TEST_CASE("the bot's own address may be given, and is checked") {
  CHECK(read_settings({}, enough())->public_url.empty());
  CHECK(read_settings({{"public-url", "https://mlx.example.com/bot/"}}, enough())->public_url ==
        "https://mlx.example.com/bot");
  for (const auto* url : {"mlx.example.com", "https://", "https://user:hidden@x/", "https://x/?a=b"}) {
    check_error(read_settings({{"public-url", url}}, enough()), {"MLX_PUBLIC_URL"}, {"hidden"});
  }
}

TEST_CASE("findings are explained by nobody, unless an address is given") {
  CHECK_FALSE(read_settings({}, enough())->advisor);
  CHECK_FALSE(read_settings({}, enough_with("MLX_LLM_MODEL", "small"))->advisor);
  const auto settings =
      read_settings({{"llm-url", "http://localhost:11434"}}, enough_with("MLX_LLM_KEY", "hidden"),
                    "MLX_LLM_MODEL=small\nMLX_LLM_DAILY_REQUESTS=5\n");
  REQUIRE(settings);
  REQUIRE(settings->advisor);
  CHECK(settings->advisor->url == "http://localhost:11434/v1/chat/completions");
  CHECK(settings->advisor->model == "small");
  CHECK(settings->advisor->key == "hidden");
  CHECK(settings->advisor->budget.requests == 5);
}

TEST_CASE("a model that is set wrongly is named") {
  auto values = enough_with("MLX_LLM_URL", "http://llm.test");
  values["MLX_LLM_KEY"] = "hidden";
  check_error(read_settings({}, values), {"MLX_LLM_URL", "MLX_LLM_ALLOW_HTTP"}, {"hidden"});
  values["MLX_LLM_ALLOW_HTTP"] = "on";
  check_error(read_settings({}, values), {"MLX_LLM_MODEL"}, {"hidden"});
  values["MLX_LLM_MODEL"] = "small";
  CHECK(read_settings({}, values));
  check_error(read_settings({{"llm-daily-tokens", "lots"}}, values), {"MLX_LLM_DAILY_TOKENS"}, {"hidden"});
}

TEST_CASE("the help names the defaults that hold") {
  const AdvisorSettings defaults;
  const auto fallback = [](std::string_view name) {
    return std::string(std::ranges::find(setting_names(), name, &SettingName::name)->fallback);
  };
  CHECK(fallback("MLX_LLM_TIMEOUT") == std::to_string(defaults.timeout.count()));
  CHECK(fallback("MLX_LLM_DAILY_REQUESTS") == std::to_string(defaults.budget.requests));
  CHECK(fallback("MLX_LLM_DAILY_TOKENS") == std::to_string(defaults.budget.tokens));
}

TEST_CASE("no secret has a flag") {
  for (const SettingName& setting : setting_names()) {
    INFO(setting.name);
    const bool is_secret = setting.name == "MLX_WEBHOOK_SECRET" || setting.name == "MLX_GITHUB_TOKEN" ||
                           setting.name == "MLX_GITLAB_TOKEN" ||
                           setting.name == "MLX_GITLAB_WEBHOOK_SECRET" ||
                           setting.name == "MLX_GITHUB_PRIVATE_KEY" || setting.name == "MLX_LLM_KEY";
    CHECK(setting.flag.empty() == is_secret);
  }
}

TEST_CASE("the private key is read from its file") {
  const test::TemporaryDirectory directory;
  const std::string file = directory.path() / "key.pem";
  GitHubApp app{.id = "1", .private_key = {}, .private_key_file = file};
  CHECK_THAT(load_private_key(app).error().message, Catch::Contains("MLX_GITHUB_PRIVATE_KEY_FILE"));
  std::ofstream(file) << "not a key";
  CHECK_FALSE(load_private_key(app));
  std::ofstream(file) << "-----BEGIN PRIVATE KEY-----\n";
  CHECK(load_private_key(app)->reveal() == "-----BEGIN PRIVATE KEY-----\n");
  CHECK(
      load_private_key({.id = "1", .private_key = Secret("-----BEGIN"), .private_key_file = ""})->reveal() ==
      "-----BEGIN");
}

TEST_CASE("secrets print as stars, and are overwritten when they go") {
  Secret secret("a secret that is too long for the string itself");
  std::ostringstream out;
  out << secret;
  CHECK(out.str() == "***");
  CHECK(fmt::format("{}", secret) == "***");

  Secret copy = secret;
  Secret moved = std::move(secret);
  CHECK(copy.reveal() == moved.reveal());
  CHECK(secret.empty());  // NOLINT(bugprone-use-after-move): that it is empty is the promise
  secret = copy;
  CHECK(secret.reveal() == copy.reveal());

  alignas(Secret) std::byte memory[sizeof(Secret)];
  auto* const placed = new (memory) Secret("fifteen letters");
  CHECK(std::string_view(reinterpret_cast<char*>(memory), sizeof memory).contains("fifteen"));
  placed->~Secret();
  CHECK_FALSE(std::string_view(reinterpret_cast<char*>(memory), sizeof memory).contains("fifteen"));
}
