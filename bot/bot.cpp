#include "bot/bot.h"

#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "bot/advisor.h"
#include "bot/app_file.h"
#include "bot/delivery_handler.h"
#include "bot/file_beside.h"
#include "bot/forge/github/github.h"
#include "bot/forge/gitlab/gitlab.h"
#include "bot/registry_pages.h"
#include "bot/run/kept_index.h"
#include "bot/scheduler.h"
#include "bot/server.h"
#include "bot/setup/site.h"
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

/// Where a person on this machine opens the set-up page.
std::string setup_address(const Settings& settings, int port) {
  return local_url(settings.host, port) + "/setup";
}

/// What works for the forges that there are credentials for.
struct Work {
  OwnedForges forges;
  std::unique_ptr<DeliveryHandler> handler;
  std::unique_ptr<Worker> worker;
  std::vector<std::unique_ptr<Scheduler>> schedulers;  ///< one for each forge; none if there are to be none

  void start(int threads) const {
    worker->start(threads);
    for (const auto& scheduler : schedulers) scheduler->start();
  }
};

}  // namespace

struct Bot::Parts {
  const Settings settings;
  JobQueue& queue;
  HttpClient& http;
  std::function<TimePoint()> now;
  Log log;
  Metrics metrics{MLX_VERSION};
  TimeZoneDirectory zones;
  std::unique_ptr<Advisor> advisor;  ///< null if findings are not to be explained
  RunOptions run_options;

  std::mutex mutex;
  bool is_draining = false;
  std::unique_ptr<Work> work;             ///< null until there are credentials
  std::atomic<Worker*> worker = nullptr;  ///< that of `work`
  std::unique_ptr<setup::Site> setup;     ///< null if there were credentials from the start
  std::unique_ptr<Server> server;
  std::jthread serving;

  [[nodiscard]] Result<std::unique_ptr<Work>> make_work(const Settings& complete);
  void make_setup();
  void make_server();
  /// Keeps the credentials, and begins to work with them.
  [[nodiscard]] Result<void> take(const setup::RegisteredApp& app);
};

Result<std::unique_ptr<Work>> Bot::Parts::make_work(const Settings& complete) {
  auto made = std::make_unique<Work>();
  made->forges = MLX_TRY(make_forges(complete, http, metrics, now));
  Forges served;
  for (const auto& [name, forge] : made->forges) served.emplace(name, *forge);
  const WorkerOptions worker_options;
  made->handler = std::make_unique<DeliveryHandler>(served, run_options, log, worker_options.attempts);
  made->worker = std::make_unique<Worker>(queue, *made->handler, now, metrics, log, worker_options);
  if (!complete.has_scheduler) return made;
  const auto wake = [worker = made->worker.get()] { worker->wake(); };
  for (const auto& [name, forge] : made->forges) {
    made->schedulers.push_back(std::make_unique<Scheduler>(
        Scheduler::Parts{.forge = *forge, .zones = zones, .queue = queue, .forge_name = name}, now, log,
        wake));
  }
  return made;
}

Result<void> Bot::Parts::take(const setup::RegisteredApp& app) {
  const Secret key(app.private_key);
  const Secret webhook_secret(app.webhook_secret);
  log.keep_secret(key);
  log.keep_secret(webhook_secret);
  Settings complete = settings;
  complete.github_api_url = app.api;
  complete.github_credentials = GitHubApp{.id = app.id, .private_key = key, .private_key_file = {}};
  // Before anything is kept: this reads the key.
  auto made = MLX_TRY(make_work(complete));
  MLX_CHECK(write_app_file(settings.app_file, app));
  log.info("set up", {{"app", app.slug}, {"id", app.id}, {"file", settings.app_file}});
  const std::scoped_lock lock(mutex);
  if (is_draining) return {};
  work = std::move(made);
  work->start(settings.workers);
  worker = work->worker.get();
  server->serve_github({webhook_secret});
  return {};
}

void Bot::Parts::make_setup() {
  constexpr std::size_t kRandomBytes = 20;
  setup = std::make_unique<setup::Site>(
      http, setup::SiteOptions{
                .public_url = settings.public_url,
                .github = setup::github_with_api(settings.github_api_url),
                .file = settings.app_file,
                .now = [this] { return std::chrono::floor<std::chrono::seconds>(now()); },
                .random = [] { return random_hex(kRandomBytes); },
                .check = [this] { return check_app_file(settings.app_file); },
                .take = [this](const setup::RegisteredApp& app) { return take(app); },
                .tell = [this](std::string_view what,
                               std::string_view detail) { log.warning(what, {{"detail", detail}}); }});
}

void Bot::Parts::make_server() {
  std::vector<Secret> gitlab_secrets;
  if (settings.gitlab) gitlab_secrets = settings.gitlab->webhook_secrets;
  const auto wake = [this] {
    if (Worker* const present = worker) present->wake();
  };
  server = std::make_unique<Server>(queue, metrics, log,
                                    ServerOptions{.webhook_secrets = settings.webhook_secrets,
                                                  .gitlab_secrets = std::move(gitlab_secrets),
                                                  .clock = now,
                                                  .on_stored = wake,
                                                  .pages = {{"/r/", registry_pages(run_options, settings)}},
                                                  .setup = setup.get()});
}

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
      new Parts{.settings = settings, .queue = queue, .http = http, .now = now, .log = log});
  options.time_zones = &parts->zones;
  parts->advisor = make_advisor(settings, log);
  options.advisor = parts->advisor.get();
  parts->run_options = std::move(options);
  if (settings.needs_setup()) {
    parts->make_setup();
  } else {
    parts->work = MLX_TRY(parts->make_work(settings));
    parts->worker = parts->work->worker.get();
  }
  parts->make_server();
  return std::unique_ptr<Bot>(new Bot(std::move(parts)));
}

Result<int> Bot::start() {
  const Settings& settings = parts_->settings;
  const int port = MLX_TRY(parts_->server->bind(settings.host, settings.port));
  for (const std::string& note : settings.notes) parts_->log.warning(note);
  if (parts_->setup != nullptr) {
    parts_->log.warning("not set up yet: open /setup on this machine, or from elsewhere with the code",
                        {{"page", setup_address(settings, port)}, {"code", parts_->setup->code()}});
  } else {
    parts_->work->start(settings.workers);
  }
  parts_->serving = std::jthread([server = parts_->server.get()] { server->serve(); });
  return port;
}

bool Bot::drain(std::chrono::steady_clock::time_point deadline) {
  parts_->server->drain();
  Work* work = nullptr;
  {
    // From now on none begins.
    const std::scoped_lock lock(parts_->mutex);
    parts_->is_draining = true;
    work = parts_->work.get();
  }
  bool is_finished = true;
  if (work != nullptr) {
    for (const auto& scheduler : work->schedulers) scheduler->stop();
    is_finished = work->worker->drain(deadline);
    for (const auto& scheduler : work->schedulers) {
      const bool is_scheduler_finished = scheduler->drain(deadline);
      is_finished = is_finished && is_scheduler_finished;
    }
  }
  parts_->server->stop();
  return is_finished;
}

}  // namespace mlx::bot
