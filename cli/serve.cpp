#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <sys/prctl.h>

#include "bot/app_file.h"
#include "bot/bot.h"
#include "bot/queue/sqlite_queue.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/project.h"
#include "cli/signals.h"
#include "engine/io/http_client.h"

namespace mlx::cli {
namespace {

constexpr std::chrono::seconds kDrainTime{8};  // `docker stop` kills after 10

bot::SettingValues environment() {
  bot::SettingValues values;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (text.starts_with("MLX_")) values.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return values;
}

Result<std::optional<std::string>> read_file(const std::string& path) {
  if (path.empty()) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::kIo, "cannot read the settings", {.file = path});
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<bot::Settings> read_settings(const ServeArguments& arguments) {
  const auto file = MLX_TRY(read_file(arguments.config_file));
  auto settings =
      bot::read_settings(arguments.flags, environment(),
                         file ? std::optional<std::string_view>(*file) : std::nullopt, bot::read_app_file);
  // Refused outright if everybody can; volumes of containers open it to a group by themselves.
  if (settings && bot::is_group_readable(settings->app_file)) {
    settings->notes.push_back(settings->app_file +
                              " is open to its group: `chmod 600` it, if that is not meant");
  }
  return settings;
}

bot::Log open_log(const bot::Settings& settings) {
  bot::Log log = bot::Log::to_stderr(settings.log_format, settings.log_level);
  for (const bot::Secret& secret : settings.webhook_secrets) log.keep_secret(secret);
  if (const auto* token = std::get_if<bot::Secret>(&settings.github_credentials)) log.keep_secret(*token);
  if (const auto* app = std::get_if<bot::GitHubApp>(&settings.github_credentials)) {
    if (!app->private_key.empty()) log.keep_secret(app->private_key);
  }
  if (settings.gitlab) {
    log.keep_secret(settings.gitlab->token);
    for (const bot::Secret& secret : settings.gitlab->webhook_secrets) log.keep_secret(secret);
  }
  if (settings.advisor && !settings.advisor->key.empty()) log.keep_secret(bot::Secret(settings.advisor->key));
  return log;
}

/// For the health check of a container, which has no other program to ask with.
int ask_health(const bot::Settings& settings) {
  const auto http = make_http_client({.connect_timeout = std::chrono::seconds(2),
                                      .answer_timeout = std::chrono::seconds(2),
                                      .largest_answer = 1'024,
                                      .whole_timeout = std::chrono::seconds(3)});
  const std::string url = bot::local_url(settings.host, settings.port) + "/healthz";
  const auto answer = http->send({.url = url});
  if (!answer) return report(answer.error());
  if (answer->status == 200) return kDone;
  fmt::print(stderr, "{} answered {}\n", url, answer->status);
  return kRefused;
}

}  // namespace

int serve(const ServeArguments& arguments) {
  // Secrets are in this process's memory: it must leave no core dump, nor be traced by its user's other
  // programs.
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  const StopSignals signals;
  const auto settings = read_settings(arguments);
  if (!settings) return report(settings.error());
  if (arguments.asks_health) return ask_health(*settings);
  const bot::Log log = open_log(*settings);
  const auto queue = bot::open_sqlite_queue(settings->database);
  if (!queue) return report(queue.error());
  HttpNetwork network = environment_network();
  if (!settings->ca_file.empty()) network.ca_file = settings->ca_file;
  const auto connections = make_http_client({.network = std::move(network)});
  PatientHttpClient http(*connections);
  const auto bot = bot::Bot::make(*settings, **queue, http, log);
  if (!bot) return report(bot.error());
  const auto port = (*bot)->start();
  if (!port) return report(port.error());
  log.info("listening", {{"address", fmt::format("http://{}:{}", settings->host, *port)}});

  signals.wait();
  log.info("stopping: finishing what has begun");
  const bool is_finished = (*bot)->drain(std::chrono::steady_clock::now() + kDrainTime);
  if (!is_finished) {
    log.warning("a job still runs; it is taken up again after the next start");
    std::_Exit(kDone);
  }
  log.info("stopped");
  return kDone;
}

}  // namespace mlx::cli
