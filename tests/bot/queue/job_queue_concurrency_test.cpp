// What every JobQueue promises to several threads and processes, and to those who read what a
// killed process was answered.

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <sys/wait.h>

#include "tests/bot/queue/job_queue_contract.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::bot::test;

namespace {

constexpr int kThreads = 8;

/// Claims and completes until nothing is left, noting who ran when.
class Consumer {
 public:
  explicit Consumer(JobQueue& queue) : queue_(queue) {}

  /// The repository is the part of the id before the dash.
  void run() {
    while (true) {
      const auto job = queue_.claim(at(0), at(60'000));
      if (!job) return fail_with(job.error());
      if (!*job) {
        const auto stats = queue_.stats();
        if (!stats) return fail_with(stats.error());
        if (stats->waiting == 0 && stats->running == 0) return;
        std::this_thread::yield();
        continue;
      }
      work_on(**job);
    }
  }

  static inline std::mutex mutex;
  static inline std::map<std::string, int> running;
  static inline std::map<std::string, std::vector<std::string>> order;
  static inline std::atomic<int> overlaps;
  static inline std::atomic<int> errors;

 private:
  void work_on(const Job& job) {
    const std::string repository = job.delivery.id.substr(0, job.delivery.id.find('-'));
    const auto is_held = queue_.hold_repository(job, repository);
    if (!is_held) return fail_with(is_held.error());
    if (!*is_held) return;
    {
      const std::scoped_lock lock(mutex);
      if (++running[repository] > 1) ++overlaps;
      order[repository].push_back(job.delivery.id);
    }
    std::this_thread::yield();
    {
      const std::scoped_lock lock(mutex);
      --running[repository];
    }
    const auto done = queue_.complete(job, "done", at(0));
    if (!done) fail_with(done.error());
  }

  static void fail_with(const Error& error) {
    ++errors;
    const std::scoped_lock lock(mutex);
    order["errors"].push_back(to_string(error));
  }

  JobQueue& queue_;
};

/// Enqueues without end, and writes each id to the pipe once it was answered, as an ingress would.
[[noreturn]] void enqueue_forever(QueueDatabase& database, int output) {
  const auto queue = database.open();
  std::vector<std::jthread> threads;
  threads.reserve(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0;; ++i) {
        const std::string id = std::to_string(thread) + "-" + std::to_string(i);
        if (!queue->enqueue(delivery(id, std::string(5000, 'x')), at(0))) ::_exit(1);
        const std::string line = id + "\n";
        if (::write(output, line.data(), line.size()) < 0) ::_exit(2);
      }
    });
  }
  threads.clear();
  ::_exit(0);
}

}  // namespace

TEST_CASE("threads that store the same deliveries store each once") {
  const auto database = make_queue_database();
  const auto queue = database->open();
  std::atomic<int> stored = 0;
  std::atomic<int> duplicates = 0;
  {
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) {
          const auto result = queue->enqueue(delivery(std::to_string(i)), at(0));
          if (result == EnqueueResult::kStored) ++stored;
          if (result == EnqueueResult::kDuplicate) ++duplicates;
        }
      });
    }
  }
  CHECK(stored == 200);
  CHECK(duplicates == 200 * (kThreads - 1));
  CHECK(queue->stats()->waiting == 200);
}

TEST_CASE("threads on two handles run every job once, and each repository's one at a time in order") {
  constexpr int kRepositories = 5;
  constexpr int kJobs = 200;
  const auto database = make_queue_database();
  const auto queue = database->open();
  const auto other = database->open();
  for (int i = 0; i < kJobs; ++i) {
    const std::string id = "r" + std::to_string(i % kRepositories) + "-" + std::to_string(1000 + i);
    REQUIRE(queue->enqueue(delivery(id), at(0)) == EnqueueResult::kStored);
  }
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] { Consumer(i % 2 == 0 ? *queue : *other).run(); });
    }
  }
  INFO((Consumer::order["errors"].empty() ? "" : Consumer::order["errors"].front()));
  CHECK(Consumer::errors == 0);
  CHECK(Consumer::overlaps == 0);
  CHECK(queue->stats()->finished["done"] == kJobs);
  for (int i = 0; i < kRepositories; ++i) {
    auto ids = Consumer::order["r" + std::to_string(i)];
    CHECK(ids.size() == kJobs / kRepositories);
    CHECK(std::ranges::is_sorted(ids));
  }
}

TEST_CASE("processes that start at once on a new database share it") {
  const auto database = make_queue_database();
  std::vector<pid_t> children;
  for (int process = 0; process < 4; ++process) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      bool is_good = true;
      // Nothing may leave the child: what is below on its stack would remove the others' directory.
      try {
        const auto queue = database->open();
        for (int i = 0; is_good && i < 50; ++i) {
          const std::string id = std::to_string(process) + "-" + std::to_string(i);
          is_good = queue->enqueue(delivery(id), at(0)) == EnqueueResult::kStored;
        }
      } catch (const std::exception& error) {
        std::cerr << "process " << process << ": " << error.what() << '\n';
        is_good = false;
      }
      ::_exit(is_good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  CHECK(database->open()->stats()->waiting == 200);
}

TEST_CASE("a process that is killed while it stores loses nothing that it answered") {
  const auto database = make_queue_database();
  for (int round = 1; round <= 5; ++round) {
    int pipe[2] = {};
    REQUIRE(::pipe(pipe) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) enqueue_forever(*database, pipe[1]);
    ::close(pipe[1]);

    // Killed at a moment that the child does not know: while its threads are within transactions.
    std::string answered;
    char buffer[512];
    ssize_t got = 0;
    while ((got = ::read(pipe[0], buffer, sizeof buffer)) > 0) {
      answered.append(buffer, static_cast<std::size_t>(got));
      if (answered.size() > static_cast<std::size_t>(round) * 700) ::kill(child, SIGKILL);
    }
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));

    const auto queue = database->open();
    int count = 0;
    for (std::size_t at_line = 0; at_line < answered.size(); at_line = answered.find('\n', at_line) + 1) {
      const std::string id = answered.substr(at_line, answered.find('\n', at_line) - at_line);
      CHECK(queue->enqueue(delivery(id), at(0)) == EnqueueResult::kDuplicate);
      ++count;
    }
    CHECK(count > 100);
  }
}
