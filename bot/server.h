#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/http_limits.h"
#include "bot/logging.h"
#include "bot/metrics.h"
#include "bot/queue/job_queue.h"
#include "bot/secret.h"
#include "bot/setup/site.h"

namespace mlx::bot {

/// Something that must work for the bot to be of use. Its name is shown to whoever asks
/// /readyz, its error only logged.
struct ReadinessCheck {
  std::string name;
  std::function<Result<void>()> run;
};

struct Content {
  std::string type;
  std::string body;
};
/// The content at a path (without the query), or nothing: 404.
using Page = std::function<std::optional<Content>(std::string_view path)>;

struct ServerOptions {
  std::vector<Secret> webhook_secrets;      ///< any of them may sign: rotate by adding the new one first
  std::vector<Secret> gitlab_secrets = {};  ///< likewise; none: nothing comes from there
  HttpLimits limits = {};
  std::function<TimePoint()> clock;
  std::function<void()> on_stored = [] {};  ///< called after a new delivery was stored; must not block
  std::vector<ReadinessCheck> readiness = {};
  std::map<std::string, Page, std::less<>> pages = {};  ///< by the beginning of their paths: "/r/"
  setup::Site* setup = nullptr;  ///< has the addresses that are its own, and must outlive the server
};

/// The bot's HTTP side.
///
///     POST /webhooks/github  202 stored, 200 had it already; refusals are 4xx with {"error": …};
///                            503 with Retry-After if it could not be stored
///     POST /webhooks/gitlab  the same, of GitLab
///     GET  /healthz          200 as long as the process answers
///     GET  /readyz           200, or 503 while draining or if the queue or a check fails
///     GET  /metrics          for Prometheus
///
/// The webhook of a forge that has no secrets here is 404.
///
/// A delivery is verified and stored, nothing else: what it says is for the worker. A body above
/// the limit is refused as soon as it is known to be, and is never held in memory.
class Server {
 public:
  /// `queue` and `metrics` must outlive this.
  Server(JobQueue& queue, Metrics& metrics, Log log, ServerOptions options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Port 0 takes a free one. Returns the port.
  [[nodiscard]] Result<int> bind(const std::string& host, int port);
  /// Serves until stop(). Call once, after bind().
  void serve();

  /// From now on the webhook of GitHub is served. Once, and only if there were no secrets for it.
  void serve_github(std::vector<Secret> webhook_secrets);

  /// From now on /readyz answers 503, so that no more traffic is sent here. Deliveries that come
  /// nevertheless are stored.
  void drain();
  /// Takes no more connections; serve() returns when requests that had begun to arrive are
  /// answered. drain() and stop() may be called from any thread, though not from a signal handler.
  void stop();

 private:
  class Routes;
  std::unique_ptr<Routes> routes_;
};

}  // namespace mlx::bot
