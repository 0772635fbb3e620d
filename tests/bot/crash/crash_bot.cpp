// The bot, with one difference: it can be told to kill itself (SIGKILL, so that nothing is
// tidied up) right before or right after its N-th effect: a request to the forge, or a write
// to the queue. Prints its port, and on SIGTERM the number of effects that it had.
//
//     crash_bot PORT DATABASE API_URL TOKEN SECRET (none | before:N | after:N) CLOCK_OFFSET_SECONDS REGISTRY

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include "bot/bot.h"
#include "bot/queue/sqlite_queue.h"
#include "cli/signals.h"
#include "engine/io/http_client.h"

namespace {

using namespace mlx;
using namespace mlx::bot;

/// Counts effects, and dies at the one that was chosen.
class Fuse {
 public:
  explicit Fuse(const std::string& when) {
    const auto colon = when.find(':');
    if (colon == std::string::npos) return;
    is_before_ = when.starts_with("before");
    at_ = std::stol(when.substr(colon + 1));
  }

  template <typename Effect>
  auto around(Effect&& effect) {
    const long number = ++count_;
    if (number == at_ && is_before_) die();
    auto result = effect();
    if (number == at_ && !is_before_) die();
    return result;
  }

  /// For an effect of which only its result tells whether it was one.
  void after_effect() {
    const long number = ++count_;
    if (number == at_) die();
  }

  [[nodiscard]] long count() const { return count_; }

 private:
  [[noreturn]] static void die() {
    ::kill(::getpid(), SIGKILL);
    std::abort();
  }

  bool is_before_ = false;
  long at_ = 0;
  std::atomic<long> count_ = 0;
};

class FusedHttpClient final : public HttpClient {
 public:
  FusedHttpClient(HttpClient& inner, Fuse& fuse) : inner_(inner), fuse_(fuse) {}
  Result<HttpResponse> send(const HttpRequest& request) override {
    return fuse_.around([&] { return inner_.send(request); });
  }

 private:
  HttpClient& inner_;
  Fuse& fuse_;
};

class FusedQueue final : public JobQueue {
 public:
  FusedQueue(JobQueue& inner, Fuse& fuse) : inner_(inner), fuse_(fuse) {}

  Result<EnqueueResult> enqueue(const Delivery& delivery, TimePoint now) override {
    return fuse_.around([&] { return inner_.enqueue(delivery, now); });
  }
  Result<std::optional<Job>> claim(TimePoint now, TimePoint lease_until) override {
    auto job = inner_.claim(now, lease_until);
    if (job && *job) fuse_.after_effect();
    return job;
  }
  Result<bool> hold_repository(const Job& job, std::string_view repository) override {
    return fuse_.around([&] { return inner_.hold_repository(job, repository); });
  }
  Result<void> extend(const Job& job, TimePoint lease_until) override {
    return inner_.extend(job, lease_until);
  }
  Result<void> complete(const Job& job, std::string_view outcome, TimePoint now) override {
    return fuse_.around([&] { return inner_.complete(job, outcome, now); });
  }
  Result<void> retry(const Job& job, TimePoint at, std::string_view reason) override {
    return fuse_.around([&] { return inner_.retry(job, at, reason); });
  }
  Result<void> postpone(const Job& job, TimePoint at, std::string_view reason) override {
    return fuse_.around([&] { return inner_.postpone(job, at, reason); });
  }
  Result<void> bury(const Job& job, std::string_view reason, TimePoint now) override {
    return fuse_.around([&] { return inner_.bury(job, reason, now); });
  }
  Result<std::int64_t> prune(TimePoint now) override { return inner_.prune(now); }
  Result<QueueStats> stats() override { return inner_.stats(); }

 private:
  JobQueue& inner_;
  Fuse& fuse_;
};

int run(char** arguments) {
  const cli::StopSignals signals;
  const std::string port = arguments[1];
  const auto settings = read_settings({}, {{"MLX_LISTEN", "127.0.0.1:" + port},
                                           {"MLX_GITHUB_API_URL", arguments[3]},
                                           {"MLX_GITHUB_TOKEN", arguments[4]},
                                           {"MLX_WEBHOOK_SECRET", arguments[5]},
                                           {"MLX_REGISTRY", arguments[8]},
                                           {"MLX_WORKERS", "1"},
                                           // Its requests would come in between, each time elsewhere.
                                           {"MLX_SCHEDULER", "off"}});
  if (!settings) throw std::runtime_error(to_string(settings.error()));
  const std::chrono::seconds offset(std::stol(arguments[7]));
  Fuse fuse(arguments[6]);
  const auto queue = open_sqlite_queue(arguments[2]);
  if (!queue) throw std::runtime_error(to_string(queue.error()));
  FusedQueue fused_queue(**queue, fuse);
  const auto http = make_http_client();
  FusedHttpClient fused_http(*http, fuse);
  const auto bot = Bot::make(*settings, fused_queue, fused_http,
                             Log::to_stderr(LogFormat::kText, LogLevel::kInfo), {.now = [offset] {
                               return std::chrono::time_point_cast<std::chrono::milliseconds>(
                                   std::chrono::system_clock::now() + offset);
                             }});
  if (!bot) throw std::runtime_error(to_string(bot.error()));
  const auto bound = (*bot)->start();
  if (!bound) throw std::runtime_error(to_string(bound.error()));
  std::cout << *bound << '\n' << std::flush;
  signals.wait();
  if (!(*bot)->drain(std::chrono::steady_clock::now() + std::chrono::seconds(20))) std::_Exit(1);
  std::cout << fuse.count() << '\n' << std::flush;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return argc == 9 ? run(argv) : 2;
  } catch (const std::exception& error) {
    std::cerr << "crash_bot: " << error.what() << "\n";
    return 1;
  }
}
