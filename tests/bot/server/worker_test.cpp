// The worker on a real queue, with a clock that the tests set. Nothing here waits for time to pass:
// tests wait for what the worker tells the queue.

#include "bot/worker.h"

#include <sstream>

#include <catch2/catch.hpp>

#include "tests/bot/server/observed_queue.h"
#include "tests/bot/server/running_server.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::bot::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr TimePoint kStart{std::chrono::hours(1000)};

/// Does what the test says; by default the repository is the body, and the work is done at once.
class ScriptedHandler final : public JobHandler {
 public:
  std::function<Result<std::string>(const Delivery&)> find_repository = [](const Delivery& delivery) {
    return Result<std::string>(delivery.body);
  };
  std::function<JobResult(const Job&)> work = [](const Job&) { return Done{"done"}; };

  Result<std::string> repository_of(const Delivery& delivery) override { return find_repository(delivery); }
  JobResult run(const Job& job) override { return work(job); }
};

/// A gate that handlers wait at, so that a test knows that they run.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return is_open_; });
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, seconds(10), [&] { return waiting_ >= count; }));
  }
  void open() {
    const std::scoped_lock lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool is_open_ = false;
};

struct Fixture {
  TemporaryDirectory directory;
  ObservedQueue queue{std::move(open_sqlite_queue(directory.path() / "queue.db")).value()};
  ScriptedHandler handler;
  std::atomic<TimePoint> now{kStart};
  Metrics metrics{"1.2.3"};
  std::ostringstream log_text;
  Log log = Log::to_stream(log_text, LogFormat::kJson, LogLevel::kInfo);

  Worker worker{queue, handler, [this] { return now.load(); }, metrics, log};

  void add(const std::string& id, const std::string& body = "o/x") {
    REQUIRE(queue.enqueue({id, "github", "push", body}, now) == EnqueueResult::kStored);
    worker.wake();
  }
  void advance(milliseconds time) {
    now = now.load() + time;
    worker.wake();
  }
  bool drain() { return worker.drain(std::chrono::steady_clock::now() + seconds(10)); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a job is claimed as soon as the worker is woken, run and completed") {
  std::optional<Job> ran;
  handler.work = [&](const Job& job) -> JobResult {
    ran = job;
    return Done{"refused"};
  };
  worker.start(1);
  queue.wait_for_claims(1);
  add("a");
  CHECK(queue.next_change() == "complete a refused");
  CHECK(drain());
  CHECK(ran->delivery.id == "a");
  CHECK(ran->repository == "o/x");
  CHECK(ran->attempt == 1);
  CHECK_THAT(metrics.render(std::nullopt, now), Catch::Contains("mlx_jobs_total{outcome=\"refused\"} 1"));
}

TEST_CASE_METHOD(Fixture, "jobs about no repository are run too") {
  add("a", "");
  worker.start(1);
  CHECK(queue.next_change() == "complete a done");
}

TEST_CASE_METHOD(Fixture, "jobs of one repository run in order, those of others beside them") {
  Gate gate;
  std::mutex mutex;
  std::vector<std::string> order;
  handler.work = [&](const Job& job) -> JobResult {
    {
      const std::scoped_lock lock(mutex);
      order.push_back(job.delivery.id);
    }
    if (job.delivery.id == "x1") gate.pass();
    return Done{"done"};
  };
  for (const auto* id : {"x1", "x2", "x3"}) add(id, "o/x");
  add("y1", "o/y");
  worker.start(2);
  gate.wait_for(1);
  CHECK(queue.next_change() == "complete y1 done");
  gate.open();
  for (const auto* id : {"x1", "x2", "x3"})
    CHECK(queue.next_change() == "complete " + std::string(id) + " done");
  CHECK(drain());
  CHECK(order == std::vector<std::string>{"x1", "y1", "x2", "x3"});
}

TEST_CASE_METHOD(Fixture, "exceptions are tried again with growing delays, and buried after eight attempts") {
  std::atomic<int> runs = 0;
  handler.work = [&](const Job&) -> JobResult {
    ++runs;
    throw std::runtime_error("boom");
  };
  add("a");
  worker.start(1);
  for (const auto delay : {1, 5, 30, 120, 600, 600, 600}) {
    const auto expected = "retry a at +" + std::to_string(delay) + " exception: boom";
    CHECK(queue.next_change(now) == expected);
    advance(seconds(delay));
  }
  CHECK(queue.next_change() == "bury a exception: boom");
  CHECK(runs == 8);
  CHECK(drain());
  CHECK_THAT(metrics.render(std::nullopt, now), Catch::Contains("mlx_jobs_total{outcome=\"dead\"} 1"));
}

TEST_CASE_METHOD(Fixture, "a rate limit puts the job off without counting, for a day") {
  std::atomic<int> attempt = 0;
  handler.work = [&](const Job& job) -> JobResult {
    attempt = job.attempt;
    return RetryLater{std::chrono::hours(1), "rate limit"};
  };
  add("a");
  worker.start(1);
  for (int hour = 0; hour < 24; ++hour) {
    CHECK(queue.next_change(now) == "postpone a at +3600 rate limit");
    CHECK(attempt == 1);
    advance(std::chrono::hours(1));
  }
  for (int count = 1; count < 8; ++count) {
    CHECK(queue.next_change(now) == "retry a at +3600 rate limit");
    advance(std::chrono::hours(1));
  }
  CHECK(queue.next_change() == "bury a rate limit");
}

TEST_CASE_METHOD(Fixture, "what cannot work is buried at once") {
  SECTION("as the handler says") {
    handler.work = [](const Job&) -> JobResult { return Failed{"no such thing"}; };
    add("a");
    worker.start(1);
    CHECK(queue.next_change() == "bury a no such thing");
  }
  SECTION("because the delivery cannot be read") {
    handler.find_repository = [](const Delivery&) -> Result<std::string> {
      return fail(ErrorCode::kInvalidInput, "not JSON");
    };
    add("a");
    worker.start(1);
    CHECK(queue.next_change() == "bury a not JSON");
  }
  SECTION("because every attempt ended the process") {
    add("a");
    for (int attempt = 1; attempt <= 8; ++attempt) {
      REQUIRE(queue.claim(now, now)->has_value());
    }
    worker.start(1);
    CHECK_THAT(queue.next_change(), Catch::StartsWith("bury a given up"));
  }
}

TEST_CASE_METHOD(Fixture, "reading the delivery may fail for the moment") {
  std::atomic<bool> is_good = false;
  handler.find_repository = [&](const Delivery&) -> Result<std::string> {
    if (is_good) return "o/x";
    throw std::runtime_error("boom");
  };
  add("a");
  worker.start(1);
  CHECK(queue.next_change(now) == "retry a at +1 exception: boom");
  is_good = true;
  advance(seconds(1));
  CHECK(queue.next_change() == "complete a done");
}

TEST_CASE_METHOD(Fixture, "every line of a job carries its delivery and its repository") {
  handler.work = [&](const Job&) -> JobResult {
    log.info("deep inside");
    return Done{"done"};
  };
  add("a");
  worker.start(1);
  CHECK(queue.next_change() == "complete a done");
  CHECK(drain());
  std::istringstream lines(log_text.str());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    CHECK_THAT(line, Catch::Contains(R"("delivery":"a")") && Catch::Contains(R"("repository":"o/x")"));
  }
  CHECK(count == 3);
}

TEST_CASE_METHOD(Fixture, "draining finishes what runs and claims nothing more") {
  Gate gate;
  handler.work = [&](const Job&) -> JobResult {
    gate.pass();
    return Done{"done"};
  };
  add("a", "o/x");
  worker.start(1);
  gate.wait_for(1);
  add("b", "o/y");
  CHECK_FALSE(worker.drain(std::chrono::steady_clock::now()));
  gate.open();
  CHECK(drain());
  CHECK(queue.next_change() == "complete a done");
  CHECK(queue.stats()->waiting == 1);
}

TEST_CASE_METHOD(Fixture, "what does not finish in time is left to its lease") {
  Gate gate;
  handler.work = [&](const Job&) -> JobResult {
    gate.pass();
    return Done{"done"};
  };
  add("a");
  worker.start(1);
  gate.wait_for(1);
  CHECK_FALSE(worker.drain(std::chrono::steady_clock::now()));
  // Another process takes it; what this one still does to the job fails.
  const auto taken = queue.claim(now.load() + seconds(60), now.load() + seconds(120));
  REQUIRE(taken);
  CHECK((*taken)->delivery.id == "a");
  gate.open();
  CHECK(queue.next_change() == "complete a conflict");
}

TEST_CASE("leases are renewed while a job runs") {
  TemporaryDirectory directory;
  ObservedQueue queue(std::move(open_sqlite_queue(directory.path() / "queue.db")).value());
  ScriptedHandler handler;
  Gate gate;
  handler.work = [&](const Job&) -> JobResult {
    gate.pass();
    return Done{"done"};
  };
  Metrics metrics("1.2.3");
  Worker worker(queue, handler, [] { return kStart; }, metrics, Log::to_nowhere(),
                {.lease = milliseconds(30)});
  REQUIRE(queue.enqueue({"a", "github", "push", "o/x"}, kStart));
  worker.start(1);
  gate.wait_for(1);
  CHECK(queue.next_change() == "extend a");
  CHECK(queue.next_change() == "extend a");
  gate.open();
}

TEST_CASE("an idle worker costs next to nothing") {
  TemporaryDirectory directory;
  ObservedQueue queue(std::move(open_sqlite_queue(directory.path() / "queue.db")).value());
  ScriptedHandler handler;
  Metrics metrics("1.2.3");
  Worker worker(queue, handler, [] { return kStart; }, metrics, Log::to_nowhere(),
                {.poll = milliseconds(50)});
  worker.start(2);
  const auto before = std::clock();
  // Ten polls by each of the threads, here every 50 ms: as many as in ten seconds of real use.
  queue.wait_for_claims(20);
  CHECK(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC < 0.1);
}
