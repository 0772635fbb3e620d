#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bot/logging.h"
#include "bot/secret.h"
#include "engine/advise/advisor_settings.h"
#include "engine/base/error.h"

namespace mlx::bot {

/// A GitHub App: it signs in with its private key.
struct GitHubApp {
  std::string id;
  Secret private_key;            ///< PEM; empty if the key is in `private_key_file`
  std::string private_key_file;  ///< a path; empty if the key was given itself
};

/// A GitLab: the bot acts there with a token.
struct GitlabSettings {
  std::string url;  ///< without a slash at the end
  Secret token;
  std::vector<Secret> webhook_secrets;  ///< at least one: tokens, or keys that sign (`whsec_…`)
};

/// What `mlx serve` needs to know. It serves GitHub, GitLab, or both.
struct Settings {
  std::string host;
  int port = 0;
  std::string database;
  std::vector<Secret> webhook_secrets;  ///< of GitHub: any of them may have signed a delivery
  std::string github_api_url;           ///< without a slash at the end
  /// A token, or an App; nothing: GitHub is not served, and has no secrets either.
  std::variant<std::monostate, Secret, GitHubApp> github_credentials;
  std::optional<GitlabSettings> gitlab = {};  ///< nothing: GitLab is not served
  LogFormat log_format = LogFormat::kText;
  LogLevel log_level = LogLevel::kInfo;
  std::string registry;
  std::string app_file;  ///< in which credentials of an App are kept that the set-up page registers
  std::vector<std::string> notes = {};  ///< what whoever runs the bot should know: one line each
  std::string public_url;               ///< without a slash at the end; empty if nobody said
  std::string ca_file;                  ///< PEM of authorities to trust; empty: the system's
  int workers = 0;
  bool has_scheduler = true;
  std::optional<AdvisorSettings> advisor;  ///< nothing if findings are not to be explained

  /// Nobody gave credentials for any forge: the bot asks for them on a page of its own.
  [[nodiscard]] bool needs_setup() const {
    return std::holds_alternative<std::monostate>(github_credentials) && !gitlab;
  }
};

/// Where a program on this machine reaches what listens there: any address is a loopback one.
[[nodiscard]] std::string local_url(const std::string& host, int port);

/// One setting, for the help text and for declaring flags.
struct SettingName {
  std::string_view name;  ///< "MLX_LISTEN", in the environment and in the file
  std::string_view
      flag;  ///< "listen" for `--listen`; empty if it is secret: a command line can be seen by others
  std::string_view fallback;  ///< empty if there is none
  std::string_view help;
};
[[nodiscard]] std::span<const SettingName> setting_names();

/// Flags by SettingName::flag, and variables by their names.
using SettingValues = std::map<std::string, std::string, std::less<>>;

/// Flags come before the environment, the environment before the file. An empty value counts as
/// not given. The file has lines `NAME=value`, optionally quoted or after `export`, and comments
/// with `#`; names in it that begin with MLX_ must be known.
///
/// `load_app` reads the file of the App that the set-up page registered (bot/app_file.h); what it says counts
/// only if nothing else says who the bot is on GitHub, which is then noted.
///
/// Errors are one line, name the setting, and never hold the value of a secret one.
using LoadApp = std::function<Result<std::optional<SettingValues>>(const std::string& path)>;
[[nodiscard]] Result<Settings> read_settings(
    const SettingValues& flags, const SettingValues& environment,
    std::optional<std::string_view> file = std::nullopt,
    const LoadApp& load_app = [](const std::string&) { return std::optional<SettingValues>(); });

/// The App's private key, read from its file if it was given so.
[[nodiscard]] Result<Secret> load_private_key(const GitHubApp& app);

}  // namespace mlx::bot
