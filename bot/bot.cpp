#include "bot/bot.h"

#include <map>
#include <thread>
#include <vector>

#include "bot/advisor.h"
#include "bot/delivery_handler.h"
#include "bot/file_beside.h"
#include "bot/forge/github/github.h"
#include "bot/forge/gitlab/gitlab.h"
#include "bot/registry_pages.h"
#include "bot/run/kept_index.h"
#include "bot/scheduler.h"
#include "bot/server.h"
#include "bot/worker.h"
#include "engine/component/registry.h"
#include "engine/io/catalogue.h"
#include "engine/io/directory.h"
#include "engine/io/time_zone_directory.h"

namespace mlx::bot {
namespace {

TimePoint system_time() { return std::chrono::time_point_cast<std::chrono::milliseconds>(Clock::now()); }

Result<std::variant<GithubToken, GithubApp>> credentials_of(const Settings& settings) {
  if (const auto* token = std::get_if<Secret>(&settings.github_credentials)) {
    return GithubToken{.token = std::string(token->reveal())};
  }
  const auto& app = std::get<GitHubApp>(settings.github_credentials);
  const Secret key = MLX_TRY(load_private_key(app));
  return GithubApp{.id = app.id, .private_key = std::string(key.reveal())};
}

/// Counts what a forge answers.
std::function<void(int, std::optional<long>)> counted(Metrics& metrics, std::string_view forge) {
  return [&metrics, forge](int status, std::optional<long> remaining) {
    metrics.count_forge_request(forge, status);
    if (remaining) metrics.set_rate_limit_remaining(forge, *remaining);
  };
}

using OwnedForges = std::map<std::string, std::unique_ptr<Forge>, std::less<>>;

/// Those that there are settings for.
Result<OwnedForges> make_forges(const Settings& settings, HttpClient& http, Metrics& metrics,
                                const std::function<TimePoint()>& now) {
  const auto seconds = [now] { return std::chrono::floor<std::chrono::seconds>(now()); };
  OwnedForges forges;
  if (!std::holds_alternative<std::monostate>(settings.github_credentials)) {
    auto credentials = MLX_TRY(credentials_of(settings));
    forges["github"] = MLX_TRY(make_github(http, {.api_url = settings.github_api_url,
                                                  .credentials = std::move(credentials),
                                                  .now = seconds,
                                                  .on_answer = counted(metrics, "github")}));
  }
  if (settings.gitlab) {
    forges["gitlab"] = make_gitlab(http, {.url = settings.gitlab->url,
                                          .token = std::string(settings.gitlab->token.reveal()),
                                          .now = seconds,
                                          .on_answer = counted(metrics, "gitlab")});
  }
  return forges;
}

/// The catalogue is opened for every job; that it can be is better known at the start.
Result<RunOptions> open_registry(const Settings& settings) {
  const RegistryLocation location = MLX_TRY(locate_registry(settings.registry));
  const auto files = MLX_TRY(open_directory_snapshot(location.directory));
  MLX_CHECK(Registry::open(*files, location.name));
  return RunOptions{.registry_name = location.name, .registry_directory = location.directory};
}

/// In a file beside the queue's; in memory only where that cannot be.
std::shared_ptr<IndexCache> open_index(const Settings& settings, const Log& log) {
  const std::filesystem::path file = file_beside(settings.database, "index");
  if (file.empty()) return std::make_shared<IndexMemory>();
  auto index = open_kept_index(file);
  if (index) return *std::move(index);
  log.warning("what is read of repositories is kept in memory only", {{"reason", to_string(index.error())}});
  return std::make_shared<IndexMemory>();
}

/// The catalogue as it is when it is asked for: a snapshot is for one thread.
Page registry_pages(const RunOptions& options, const Settings& settings) {
  return [directory = options.registry_directory,
          address = settings.public_url](std::string_view path) -> std::optional<Content> {
    const auto catalogue = open_directory_snapshot(directory);
    if (!catalogue) return std::nullopt;
    auto page = registry_page(**catalogue, path, address);
    return page ? std::optional(*std::move(page)) : std::nullopt;
  };
}

}  // namespace

struct Bot::Parts {
  std::string host;
  int port;
  int workers;
  Log log;
  Metrics metrics{MLX_VERSION};
  TimeZoneDirectory zones;
  std::unique_ptr<Advisor> advisor;  ///< null if findings are not to be explained
  OwnedForges forges;
  std::unique_ptr<DeliveryHandler> handler;
  std::unique_ptr<Worker> worker;
  std::vector<std::unique_ptr<Scheduler>> schedulers;  ///< one for each forge; none if there are to be none
  std::unique_ptr<Server> server;
  std::jthread serving;
};

Bot::Bot(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Bot::~Bot() {
  if (parts_->serving.joinable()) parts_->server->stop();
}

Result<std::unique_ptr<Bot>> Bot::make(const Settings& settings, JobQueue& queue, HttpClient& http,
                                       const Log& log, BotOptions bot_options) {
  const auto now = bot_options.now ? std::move(bot_options.now) : system_time;
  RunOptions options = MLX_TRY(open_registry(settings));
  options.index_cache = open_index(settings, log);
  options.now = [now] { return std::chrono::floor<std::chrono::seconds>(now()); };
  std::unique_ptr<Parts> parts(
      new Parts{.host = settings.host, .port = settings.port, .workers = settings.workers, .log = log});
  parts->forges = MLX_TRY(make_forges(settings, http, parts->metrics, now));
  Forges forges;
  for (const auto& [name, forge] : parts->forges) forges.emplace(name, *forge);
  options.time_zones = &parts->zones;
  parts->advisor = make_advisor(settings, log);
  options.advisor = parts->advisor.get();
  const WorkerOptions worker_options;
  Page registry = registry_pages(options, settings);
  parts->handler =
      std::make_unique<DeliveryHandler>(forges, std::move(options), log, worker_options.attempts);
  parts->worker = std::make_unique<Worker>(queue, *parts->handler, now, parts->metrics, log, worker_options);
  const auto wake = [worker = parts->worker.get()] { worker->wake(); };
  if (settings.has_scheduler) {
    for (const auto& [name, forge] : parts->forges) {
      parts->schedulers.push_back(std::make_unique<Scheduler>(
          Scheduler::Parts{.forge = *forge, .zones = parts->zones, .queue = queue, .forge_name = name}, now,
          log, wake));
    }
  }
  std::vector<Secret> gitlab_secrets;
  if (settings.gitlab) gitlab_secrets = settings.gitlab->webhook_secrets;
  parts->server = std::make_unique<Server>(queue, parts->metrics, log,
                                           ServerOptions{.webhook_secrets = settings.webhook_secrets,
                                                         .gitlab_secrets = std::move(gitlab_secrets),
                                                         .clock = now,
                                                         .on_stored = wake,
                                                         .pages = {{"/r/", std::move(registry)}}});
  return std::unique_ptr<Bot>(new Bot(std::move(parts)));
}

Result<int> Bot::start() {
  const int port = MLX_TRY(parts_->server->bind(parts_->host, parts_->port));
  parts_->serving = std::jthread([server = parts_->server.get()] { server->serve(); });
  parts_->worker->start(parts_->workers);
  for (const auto& scheduler : parts_->schedulers) scheduler->start();
  return port;
}

bool Bot::drain(std::chrono::steady_clock::time_point deadline) {
  parts_->server->drain();
  for (const auto& scheduler : parts_->schedulers) scheduler->stop();
  bool is_finished = parts_->worker->drain(deadline);
  for (const auto& scheduler : parts_->schedulers) {
    const bool is_scheduler_finished = scheduler->drain(deadline);
    is_finished = is_finished && is_scheduler_finished;
  }
  parts_->server->stop();
  return is_finished;
}

}  // namespace mlx::bot
