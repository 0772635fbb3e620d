#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "bot/forge/forge.h"
#include "bot/logging.h"
#include "bot/metrics.h"
#include "bot/queue/job_queue.h"
#include "bot/run/run_event.h"
#include "bot/settings.h"
#include "engine/base/http.h"

namespace mlx::bot {

struct BotOptions {
  /// What time it is; the default is the system's clock.
  std::function<TimePoint()> now;
};

/// The whole bot, put together from its settings and from what reaches the outside: a queue
/// and an HTTP client, which the caller makes (and tests wrap).
class Bot {
 public:
  /// Fails for settings that only show to be wrong when they are used: the private key's file,
  /// the registry. `queue` and `http` must outlive the bot.
  [[nodiscard]] static Result<std::unique_ptr<Bot>> make(const Settings& settings, JobQueue& queue,
                                                         HttpClient& http, const Log& log,
                                                         BotOptions options = {});
  Bot(const Bot&) = delete;
  Bot& operator=(const Bot&) = delete;
  /// Waits for jobs that run.
  ~Bot();

  /// Listens and works on threads of its own. Returns the port. Without credentials for any forge
  /// it serves the pages that ask for them (bot/setup), and works once it has some.
  [[nodiscard]] Result<int> start();

  /// Takes no more work, answers what has arrived, and waits for running jobs until the
  /// deadline. False if one still runs then: leave by std::_Exit, its lease will run out.
  [[nodiscard]] bool drain(std::chrono::steady_clock::time_point deadline);

 private:
  struct Parts;
  explicit Bot(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace mlx::bot
