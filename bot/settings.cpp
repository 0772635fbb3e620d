#include "bot/settings.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "bot/settings_file.h"
#include "engine/base/digest.h"

namespace mlx::bot {
namespace {

constexpr std::size_t kShortestWebhookSecret = 16;
constexpr int kMostWorkers = 64;

constexpr std::array<SettingName, 26> kSettings = {{
    {"MLX_LISTEN", "listen", "127.0.0.1:8080", "address and port for webhooks, as HOST:PORT"},
    {"MLX_DATABASE", "database", "mlx.db", "file of the queue; what else is kept is in files beside it"},
    {"MLX_WEBHOOK_SECRET", "", "",
     "secret of the webhook, at least 16 characters; several with commas, to rotate it"},
    {"MLX_GITHUB_API_URL", "github-api-url", "https://api.github.com", "address of GitHub's API"},
    {"MLX_GITHUB_TOKEN", "", "", "token to act with, if it is not an App"},
    {"MLX_GITHUB_APP_ID", "github-app-id", "", "id of the GitHub App"},
    {"MLX_GITHUB_PRIVATE_KEY", "", "", "the App's private key (PEM; \\n for line ends)"},
    {"MLX_GITHUB_PRIVATE_KEY_FILE", "github-private-key-file", "", "file with the App's private key"},
    {"MLX_GITHUB_APP_FILE", "github-app-file", "",
     "file for the credentials of an App that the set-up page registers (default: mlx-github-app.env beside "
     "the "
     "database)"},
    {"MLX_GITLAB_URL", "gitlab-url", "https://gitlab.com", "address of GitLab"},
    {"MLX_GITLAB_TOKEN", "", "", "token to act with on GitLab, of a user, a group or a project"},
    {"MLX_GITLAB_WEBHOOK_SECRET", "", "",
     "secret token of the webhook there, or the key that signs it (whsec_…); several with commas, to rotate "
     "it"},
    {"MLX_LOG_FORMAT", "log-format", "text", "text or json"},
    {"MLX_LOG_LEVEL", "log-level", "info", "debug, info, warning or error"},
    {"MLX_REGISTRY", "registry", "builtin", "where components come from"},
    {"MLX_PUBLIC_URL", "public-url", "", "address at which others reach the bot, named in what /r/ serves"},
    {"MLX_CA_FILE", "ca-file", "",
     "file of the certificate authorities to trust instead of the system's (PEM)"},
    {"MLX_WORKERS", "workers", "2", "how many jobs run at once, 1 to 64"},
    {"MLX_SCHEDULER", "scheduler", "on", "on or off: whether repositories are updated by their schedules"},
    {"MLX_LLM_URL", "llm-url", "", "an OpenAI-compatible API that explains findings; without it none are"},
    {"MLX_LLM_MODEL", "llm-model", "", "the model to ask there"},
    {"MLX_LLM_KEY", "", "", "key of that API, if it needs one"},
    {"MLX_LLM_TIMEOUT", "llm-timeout", "20", "seconds to wait for its answer, 1 to 600"},
    {"MLX_LLM_DAILY_REQUESTS", "llm-daily-requests", "200", "how often it is asked in a day (UTC)"},
    {"MLX_LLM_DAILY_TOKENS", "llm-daily-tokens", "500000", "how many tokens may be spent in a day (UTC)"},
    {"MLX_LLM_ALLOW_HTTP", "llm-allow-http", "off",
     "on or off: whether it may be plain http on another machine"},
}};

std::unexpected<Error> wrong(std::string_view name, std::string_view complaint) {
  return fail(ErrorCode::kInvalidInput, std::string(name) + " " + std::string(complaint));
}

/// Where the settings come from, the more specific first.
class Sources {
 public:
  Sources(const SettingValues& flags, const SettingValues& environment, const SettingValues& file)
      : flags_(flags), environment_(environment), file_(file) {}

  [[nodiscard]] std::string get(std::string_view name) const {
    const auto setting = std::ranges::find(kSettings, name, &SettingName::name);
    for (const auto& [values, key] :
         {std::pair(&flags_, setting->flag), std::pair(&environment_, name), std::pair(&file_, name)}) {
      const auto found = key.empty() ? values->end() : values->find(key);
      if (found != values->end() && !found->second.empty()) return found->second;
    }
    return std::string(setting->fallback);
  }

  /// Whether somebody said anything for one of them.
  [[nodiscard]] bool has_any(std::initializer_list<std::string_view> names) const {
    return std::ranges::any_of(names, [&](std::string_view name) {
      const auto setting = std::ranges::find(kSettings, name, &SettingName::name);
      return get(name) != setting->fallback;
    });
  }

 private:
  const SettingValues& flags_;
  const SettingValues& environment_;
  const SettingValues& file_;
};

std::optional<int> to_number(std::string_view text, int least, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most) {
    return std::nullopt;
  }
  return number;
}

Result<bool> parse_switch(std::string_view name, const std::string& text) {
  if (text != "on" && text != "off") return wrong(name, "must be on or off, and is `" + text + "`");
  return text == "on";
}

Result<std::pair<std::string, int>> parse_listen(const std::string& text) {
  const auto colon = text.rfind(':');
  std::string host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const auto port = colon == std::string::npos ? std::nullopt : to_number(text.substr(colon + 1), 0, 65535);
  if (host.empty() || !port) {
    return wrong("MLX_LISTEN", "must be HOST:PORT, such as 127.0.0.1:8080, and is `" + text + "`");
  }
  return std::pair(host, *port);
}

Result<std::vector<Secret>> parse_webhook_secrets(std::string_view name, const std::string& text) {
  std::vector<Secret> secrets;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (end < kShortestWebhookSecret) {
      return wrong(name, "has a secret of fewer than 16 characters; make one with `openssl rand -hex 32`");
    }
    secrets.emplace_back(std::string(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (secrets.empty()) {
    return wrong(name, "is missing; set it to the secret that is entered in the settings of the webhook");
  }
  return secrets;
}

Result<std::string> parse_url(std::string_view name, std::string url, std::string_view example) {
  const auto scheme = url.find("://");
  const bool is_http = url.starts_with("https://") || url.starts_with("http://");
  const bool is_plain = url.find_first_of("?#@ \t\r\n") == std::string::npos;
  if (!is_http || !is_plain || url.size() == scheme + 3 || url[scheme + 3] == '/') {
    return wrong(name, "must be a http or https address without user, query or fragment, such as " +
                           std::string(example));
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string with_line_ends(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text.substr(i, 2) == "\\n";
    result += is_escape ? '\n' : text[i];
    if (is_escape) ++i;
  }
  return result;
}

Result<GitHubApp> parse_app(const Sources& sources, std::string id) {
  GitHubApp app{
      .id = std::move(id), .private_key = {}, .private_key_file = sources.get("MLX_GITHUB_PRIVATE_KEY_FILE")};
  app.private_key = Secret(with_line_ends(sources.get("MLX_GITHUB_PRIVATE_KEY")));
  const auto is_id_character = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.';
  };
  if (!std::ranges::all_of(app.id, is_id_character)) {
    return wrong("MLX_GITHUB_APP_ID",
                 "must be the App id or client id that the settings page of the App shows");
  }
  if (app.private_key.empty() == app.private_key_file.empty()) {
    return wrong("MLX_GITHUB_APP_ID",
                 "needs either MLX_GITHUB_PRIVATE_KEY or MLX_GITHUB_PRIVATE_KEY_FILE, and just one of them");
  }
  if (!app.private_key.empty() && !app.private_key.reveal().starts_with("-----BEGIN ")) {
    return wrong("MLX_GITHUB_PRIVATE_KEY", "must be a private key in PEM, beginning with -----BEGIN");
  }
  return app;
}

Result<std::variant<std::monostate, Secret, GitHubApp>> parse_credentials(const Sources& sources) {
  Secret token(sources.get("MLX_GITHUB_TOKEN"));
  std::string app_id = sources.get("MLX_GITHUB_APP_ID");
  if (!token.empty() && !app_id.empty()) {
    return wrong("MLX_GITHUB_TOKEN", "and MLX_GITHUB_APP_ID are both set; remove one of them");
  }
  if (!app_id.empty()) return MLX_TRY(parse_app(sources, std::move(app_id)));
  for (const std::string_view name : {"MLX_GITHUB_PRIVATE_KEY", "MLX_GITHUB_PRIVATE_KEY_FILE"}) {
    if (!sources.get(name).empty())
      return wrong(name, "is set without MLX_GITHUB_APP_ID; set the id of the App too");
  }
  if (token.empty()) {
    return wrong("MLX_GITHUB_TOKEN",
                 "is missing; set it, or MLX_GITHUB_APP_ID with MLX_GITHUB_PRIVATE_KEY_FILE");
  }
  return token;
}

Result<void> read_github_settings(const Sources& sources, Settings& settings) {
  settings.webhook_secrets =
      MLX_TRY(parse_webhook_secrets("MLX_WEBHOOK_SECRET", sources.get("MLX_WEBHOOK_SECRET")));
  settings.github_credentials = MLX_TRY(parse_credentials(sources));
  return {};
}

Result<GitlabSettings> read_gitlab_settings(const Sources& sources) {
  GitlabSettings gitlab;
  gitlab.url =
      MLX_TRY(parse_url("MLX_GITLAB_URL", sources.get("MLX_GITLAB_URL"), "https://gitlab.example.com"));
  gitlab.webhook_secrets =
      MLX_TRY(parse_webhook_secrets("MLX_GITLAB_WEBHOOK_SECRET", sources.get("MLX_GITLAB_WEBHOOK_SECRET")));
  for (const Secret& secret : gitlab.webhook_secrets) {
    constexpr std::string_view kSigningKey = "whsec_";
    const std::string_view text = secret.reveal();
    if (text.starts_with(kSigningKey) && !decode_base64(text.substr(kSigningKey.size())))
      return wrong("MLX_GITLAB_WEBHOOK_SECRET", "has a signing key that is not base64 after whsec_");
  }
  gitlab.token = Secret(sources.get("MLX_GITLAB_TOKEN"));
  if (gitlab.token.empty()) {
    return wrong(
        "MLX_GITLAB_TOKEN",
        "is missing; set it to an access token with the scope `api`, of a user, a group or a project");
  }
  return gitlab;
}

/// Takes the credentials from the App's own file. Its address of the API may be overridden, its
/// credentials only as a whole: half of an App's would fit no other half.
Result<void> read_app_settings(const SettingValues& app, const Sources& sources, Settings& settings) {
  const auto& api = app.at("MLX_GITHUB_API_URL");
  if (!sources.has_any({"MLX_GITHUB_API_URL"})) {
    settings.github_api_url = MLX_TRY(parse_url("MLX_GITHUB_API_URL", api, "https://api.github.com"));
  } else if (settings.github_api_url != api) {
    settings.notes.push_back("MLX_GITHUB_API_URL is set, and used instead of the address in " +
                             settings.app_file);
  }
  const SettingValues none;
  return read_github_settings(Sources(none, none, app), settings);
}

/// Whom the bot serves, and as whom.
Result<void> read_forges(const Sources& sources, const LoadApp& load_app, Settings& settings) {
  const bool has_gitlab =
      sources.has_any({"MLX_GITLAB_URL", "MLX_GITLAB_TOKEN", "MLX_GITLAB_WEBHOOK_SECRET"});
  if (has_gitlab) settings.gitlab = MLX_TRY(read_gitlab_settings(sources));
  const auto app = load_app(settings.app_file);
  if (sources.has_any({"MLX_WEBHOOK_SECRET", "MLX_GITHUB_TOKEN", "MLX_GITHUB_APP_ID",
                       "MLX_GITHUB_PRIVATE_KEY", "MLX_GITHUB_PRIVATE_KEY_FILE"})) {
    if (!app || app->has_value()) {
      settings.notes.push_back(settings.app_file +
                               " is not used: other settings say who the bot is on GitHub");
    }
    return read_github_settings(sources, settings);
  }
  if (!app) return std::unexpected(app.error());
  const auto& known = *app;
  if (!known) return {};
  auto read = read_app_settings(*known, sources, settings);
  if (!read) return fail(read.error().code, read.error().message, {.file = settings.app_file});
  return read;
}

/// `mlx-github-app.env` beside `mlx.db`, as the other files there are named.
std::string app_file_beside(const std::string& database) {
  const bool is_file = !database.contains("://");
  const std::filesystem::path path(is_file ? database : "mlx.db");
  return (path.parent_path() / (path.stem().string() + "-github-app.env")).string();
}

Result<LogFormat> parse_log_format(std::string_view text) {
  if (text == "text") return LogFormat::kText;
  if (text == "json") return LogFormat::kJson;
  return wrong("MLX_LOG_FORMAT", "must be text or json, and is `" + std::string(text) + "`");
}

Result<LogLevel> parse_log_level(std::string_view text) {
  if (text == "debug") return LogLevel::kDebug;
  if (text == "info") return LogLevel::kInfo;
  if (text == "warning") return LogLevel::kWarning;
  if (text == "error") return LogLevel::kError;
  return wrong("MLX_LOG_LEVEL", "must be debug, info, warning or error, and is `" + std::string(text) + "`");
}

}  // namespace

std::string local_url(const std::string& host, int port) {
  if (host == "0.0.0.0") return fmt::format("http://127.0.0.1:{}", port);
  if (host == "::") return fmt::format("http://[::1]:{}", port);
  return host.contains(':') ? fmt::format("http://[{}]:{}", host, port)
                            : fmt::format("http://{}:{}", host, port);
}

std::span<const SettingName> setting_names() { return kSettings; }

Result<Settings> read_settings(const SettingValues& flags, const SettingValues& environment,
                               std::optional<std::string_view> file, const LoadApp& load_app) {
  const SettingValues in_file = file ? MLX_TRY(parse_settings_file(*file)) : SettingValues();
  const Sources sources(flags, environment, in_file);
  Settings settings;
  std::tie(settings.host, settings.port) = MLX_TRY(parse_listen(sources.get("MLX_LISTEN")));
  settings.database = sources.get("MLX_DATABASE");
  settings.github_api_url = MLX_TRY(parse_url("MLX_GITHUB_API_URL", sources.get("MLX_GITHUB_API_URL"),
                                              "https://github.example.com/api/v3"));
  settings.app_file = sources.get("MLX_GITHUB_APP_FILE");
  if (settings.app_file.empty()) settings.app_file = app_file_beside(settings.database);
  MLX_CHECK(read_forges(sources, load_app, settings));
  settings.log_format = MLX_TRY(parse_log_format(sources.get("MLX_LOG_FORMAT")));
  settings.log_level = MLX_TRY(parse_log_level(sources.get("MLX_LOG_LEVEL")));
  settings.registry = sources.get("MLX_REGISTRY");
  settings.ca_file = sources.get("MLX_CA_FILE");
  settings.public_url = sources.get("MLX_PUBLIC_URL");
  if (!settings.public_url.empty()) {
    settings.public_url =
        MLX_TRY(parse_url("MLX_PUBLIC_URL", std::move(settings.public_url), "https://mlx.example.com"));
  }
  const auto workers = to_number(sources.get("MLX_WORKERS"), 1, kMostWorkers);
  if (!workers) return wrong("MLX_WORKERS", "must be a number from 1 to 64");
  settings.workers = *workers;
  settings.has_scheduler = MLX_TRY(parse_switch("MLX_SCHEDULER", sources.get("MLX_SCHEDULER")));
  settings.advisor = MLX_TRY(read_advisor_settings([&](std::string_view name) { return sources.get(name); }));
  return settings;
}

Result<Secret> load_private_key(const GitHubApp& app) {
  if (app.private_key_file.empty()) return app.private_key;
  std::ifstream file(app.private_key_file, std::ios::binary);
  Secret key(std::string(std::istreambuf_iterator<char>(file), {}));
  if (!file || !key.reveal().starts_with("-----BEGIN ")) {
    return wrong("MLX_GITHUB_PRIVATE_KEY_FILE", "must name a readable file with a private key in PEM; `" +
                                                    app.private_key_file + "` is none");
  }
  return key;
}

}  // namespace mlx::bot
