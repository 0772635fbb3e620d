// What every JobQueue promises, one caller at a time. Times are made up: nothing here waits.

#include "tests/bot/queue/job_queue_contract.h"

#include <catch2/catch.hpp>

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::bot::test;

namespace {

constexpr std::int64_t kLease = 60'000;
constexpr std::int64_t kDay = 24L * 3600 * 1000;

/// The calls that a test cannot go on without.
void add(JobQueue& queue, const std::string& id, std::int64_t now = 0) {
  REQUIRE(queue.enqueue(delivery(id), at(now)) == EnqueueResult::kStored);
}

std::optional<Job> claim(JobQueue& queue, std::int64_t now) {
  auto job = queue.claim(at(now), at(now + kLease));
  REQUIRE(job);
  return *job;
}

Job must_claim(JobQueue& queue, const std::string& id, std::int64_t now) {
  const auto job = claim(queue, now);
  REQUIRE(job);
  REQUIRE(job->delivery.id == id);
  return *job;
}

Job must_hold(JobQueue& queue, const std::string& id, const std::string& repository, std::int64_t now) {
  const Job job = must_claim(queue, id, now);
  REQUIRE(queue.hold_repository(job, repository) == true);
  return job;
}

QueueStats stats(JobQueue& queue) {
  auto stats = queue.stats();
  REQUIRE(stats);
  return *stats;
}

struct Fixture {
  std::unique_ptr<QueueDatabase> database = make_queue_database();
  std::unique_ptr<JobQueue> queue = database->open();
};

template <typename T>
bool is_conflict(const Result<T>& result) {
  return !result && result.error().code == ErrorCode::kConflict;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a delivery comes back as it was stored") {
  std::string body = "{\"a\":\"\xff\"}";
  body += '\0';
  body += "tail";
  REQUIRE(queue->enqueue({"72d3162e-cc78", "github", "issue_comment", body}, at(1234)) ==
          EnqueueResult::kStored);
  const Job job = must_claim(*queue, "72d3162e-cc78", 2000);
  CHECK(job.delivery.forge == "github");
  CHECK(job.delivery.event == "issue_comment");
  CHECK(job.delivery.body == body);
  CHECK(job.received_at == at(1234));
  CHECK(job.attempt == 1);
  CHECK(job.repository.empty());
}

TEST_CASE_METHOD(Fixture, "bodies may be empty and may be large") {
  REQUIRE(queue->enqueue(delivery("empty", ""), at(0)) == EnqueueResult::kStored);
  const std::string large(25UL * 1024 * 1024, 'x');
  REQUIRE(queue->enqueue(delivery("large", large), at(0)) == EnqueueResult::kStored);
  CHECK(must_hold(*queue, "empty", "", 0).delivery.body.empty());
  CHECK(must_claim(*queue, "large", 0).delivery.body == large);
}

TEST_CASE_METHOD(Fixture, "a repeated id is a duplicate in every state of the job") {
  add(*queue, "a");
  CHECK(queue->enqueue(delivery("a", "other bytes"), at(1)) == EnqueueResult::kDuplicate);
  const Job job = must_claim(*queue, "a", 1);
  CHECK(job.delivery.body == "{}");
  CHECK(queue->enqueue(delivery("a"), at(2)) == EnqueueResult::kDuplicate);
  REQUIRE(queue->complete(job, "done", at(3)));
  CHECK(queue->enqueue(delivery("a"), at(4)) == EnqueueResult::kDuplicate);
  CHECK_FALSE(claim(*queue, 5));
}

TEST_CASE_METHOD(Fixture, "two forges may use one id") {
  add(*queue, "a");
  CHECK(queue->enqueue({"a", "gitlab", "push", "{}"}, at(0)) == EnqueueResult::kStored);
}

TEST_CASE_METHOD(Fixture, "jobs come in the order of arrival, whatever their times say") {
  add(*queue, "first", 900);
  add(*queue, "second", 100);
  must_hold(*queue, "first", "o/x", 1000);
  must_hold(*queue, "second", "o/y", 1000);
  CHECK_FALSE(claim(*queue, 1000));
}

TEST_CASE_METHOD(Fixture, "a claimed job of unknown repository holds up the later ones") {
  add(*queue, "first");
  add(*queue, "second");
  const Job first = must_claim(*queue, "first", 0);
  CHECK_FALSE(claim(*queue, 1));

  SECTION("until its repository is known") { REQUIRE(queue->hold_repository(first, "o/x") == true); }
  SECTION("until it is known to be about none") { REQUIRE(queue->hold_repository(first, "") == true); }
  SECTION("until it is completed") { REQUIRE(queue->complete(first, "ignored", at(1))); }
  SECTION("until it is put off") { REQUIRE(queue->retry(first, at(kDay), "broken")); }
  SECTION("until it is buried") { REQUIRE(queue->bury(first, "broken", at(1))); }
  must_claim(*queue, "second", 2);
}

TEST_CASE_METHOD(Fixture, "jobs of one repository run one at a time and in order") {
  for (const auto* id : {"x1", "x2", "y1", "x3"}) add(*queue, id);
  const Job first = must_hold(*queue, "x1", "o/x", 0);
  const Job second = must_claim(*queue, "x2", 1);
  CHECK(queue->hold_repository(second, "o/x") == false);
  CHECK(is_conflict(queue->complete(second, "done", at(1))));
  // What is held back does not hold up other repositories.
  must_hold(*queue, "y1", "o/y", 2);
  CHECK(queue->hold_repository(must_claim(*queue, "x3", 3), "o/x") == false);
  CHECK_FALSE(claim(*queue, 4));

  REQUIRE(queue->complete(first, "done", at(5)));
  const Job again = must_claim(*queue, "x2", 6);
  CHECK(again.repository == "o/x");
  CHECK(again.attempt == 1);
  CHECK(queue->hold_repository(again, "o/x") == true);
  CHECK_FALSE(claim(*queue, 7));
  REQUIRE(queue->bury(again, "broken", at(8)));
  must_claim(*queue, "x3", 9);
}

TEST_CASE_METHOD(Fixture, "jobs about no repository run beside each other") {
  add(*queue, "a");
  add(*queue, "b");
  must_hold(*queue, "a", "", 0);
  must_hold(*queue, "b", "", 0);
}

TEST_CASE_METHOD(Fixture, "a job that overtook another before its repository was known runs alone") {
  add(*queue, "a");
  add(*queue, "b");
  REQUIRE(queue->retry(must_claim(*queue, "a", 0), at(10), "not read yet"));
  const Job later = must_hold(*queue, "b", "o/x", 1);
  const Job earlier = must_claim(*queue, "a", 10);
  CHECK(queue->hold_repository(earlier, "o/x") == false);
  CHECK_FALSE(claim(*queue, 11));

  SECTION("when the later one is completed") {
    REQUIRE(queue->complete(later, "done", at(12)));
    must_claim(*queue, "a", 13);
  }
  SECTION("when the later one's worker died") {
    must_claim(*queue, "a", 1 + kLease);
    CHECK_FALSE(claim(*queue, 1 + kLease));
  }
}

TEST_CASE_METHOD(Fixture, "a lease that runs out lets the job be claimed again") {
  add(*queue, "a");
  const Job lost = must_claim(*queue, "a", 0);
  CHECK_FALSE(claim(*queue, kLease - 1));
  const Job taken = must_claim(*queue, "a", kLease);
  CHECK(taken.attempt == 2);
  CHECK(taken.lease != lost.lease);

  CHECK(is_conflict(queue->extend(lost, at(9 * kLease))));
  CHECK(is_conflict(queue->hold_repository(lost, "o/x")));
  CHECK(is_conflict(queue->complete(lost, "done", at(kLease))));
  CHECK(is_conflict(queue->retry(lost, at(kLease), "late")));
  CHECK(is_conflict(queue->postpone(lost, at(kLease), "late")));
  CHECK(is_conflict(queue->bury(lost, "late", at(kLease))));
  CHECK(queue->complete(taken, "done", at(kLease)));
}

TEST_CASE_METHOD(Fixture, "a lease that ran out is still good if nobody took the job") {
  add(*queue, "a");
  const Job job = must_claim(*queue, "a", 0);
  CHECK(queue->complete(job, "done", at(5 * kLease)));
}

TEST_CASE_METHOD(Fixture, "an extended lease lasts longer") {
  add(*queue, "a");
  const Job job = must_claim(*queue, "a", 0);
  REQUIRE(queue->extend(job, at(3 * kLease)));
  CHECK_FALSE(claim(*queue, 2 * kLease));
  CHECK(claim(*queue, 3 * kLease));
}

TEST_CASE_METHOD(Fixture, "a job whose worker died keeps its place in the repository") {
  add(*queue, "a");
  add(*queue, "b");
  must_hold(*queue, "a", "o/x", 0);
  CHECK(queue->hold_repository(must_claim(*queue, "b", 1), "o/x") == false);
  const Job again = must_claim(*queue, "a", kLease);
  CHECK(again.repository == "o/x");
  CHECK_FALSE(claim(*queue, kLease));
}

TEST_CASE_METHOD(Fixture, "a job that is tried again waits for its time, and its repository with it") {
  add(*queue, "a");
  add(*queue, "b");
  REQUIRE(queue->retry(must_hold(*queue, "a", "o/x", 0), at(1000), "the forge is down"));
  CHECK(queue->hold_repository(must_claim(*queue, "b", 1), "o/x") == false);
  CHECK_FALSE(claim(*queue, 999));
  const Job again = must_claim(*queue, "a", 1000);
  CHECK(again.attempt == 2);
  REQUIRE(queue->postpone(again, at(2000), "rate limit"));
  CHECK_FALSE(claim(*queue, 1999));
  CHECK(must_claim(*queue, "a", 2000).attempt == 2);
}

TEST_CASE_METHOD(Fixture, "a buried job is never claimed, and remembered") {
  add(*queue, "a");
  REQUIRE(queue->bury(must_claim(*queue, "a", 0), "cannot be read", at(1)));
  CHECK_FALSE(claim(*queue, 365 * kDay));
  REQUIRE(queue->prune(at(365 * kDay)) == 0);
  CHECK(queue->enqueue(delivery("a"), at(365 * kDay)) == EnqueueResult::kDuplicate);
  CHECK(stats(*queue).dead == 1);
}

TEST_CASE_METHOD(Fixture, "completed ids are forgotten after a week, and no others") {
  add(*queue, "done");
  REQUIRE(queue->complete(must_claim(*queue, "done", 0), "done", at(0)));
  add(*queue, "waiting");
  CHECK(queue->prune(at(7 * kDay)) == 0);
  CHECK(queue->enqueue(delivery("done"), at(7 * kDay)) == EnqueueResult::kDuplicate);
  CHECK(queue->prune(at(7 * kDay + 1)) == 1);
  CHECK(queue->enqueue(delivery("done"), at(7 * kDay + 2)) == EnqueueResult::kStored);
  CHECK(queue->enqueue(delivery("waiting"), at(7 * kDay + 2)) == EnqueueResult::kDuplicate);
}

TEST_CASE_METHOD(Fixture, "pruning removes any number") {
  for (int i = 0; i < 2500; ++i) {
    const std::string id = std::to_string(i);
    add(*queue, id);
    REQUIRE(queue->complete(must_claim(*queue, id, 0), "done", at(i)));
  }
  CHECK(queue->prune(at(7 * kDay + 2400)) == 2400);
  CHECK(queue->prune(at(8 * kDay)) == 100);
}

TEST_CASE_METHOD(Fixture, "stats count the states and the outcomes") {
  CHECK(stats(*queue).waiting == 0);
  CHECK_FALSE(stats(*queue).oldest_waiting);
  for (const auto* id : {"a", "b", "c", "d", "e"}) add(*queue, id, 100);
  REQUIRE(queue->complete(must_claim(*queue, "a", 200), "done", at(200)));
  REQUIRE(queue->complete(must_claim(*queue, "b", 200), "ignored", at(200)));
  REQUIRE(queue->bury(must_claim(*queue, "c", 200), "broken", at(200)));
  must_claim(*queue, "d", 200);
  const QueueStats now = stats(*queue);
  CHECK(now.waiting == 1);
  CHECK(now.running == 1);
  CHECK(now.dead == 1);
  CHECK(now.oldest_waiting == at(100));
  CHECK(now.finished == std::map<std::string, std::int64_t>{{"dead", 1}, {"done", 1}, {"ignored", 1}});
  REQUIRE(queue->prune(at(30 * kDay)) == 2);
  CHECK(stats(*queue).finished == now.finished);
}

TEST_CASE_METHOD(Fixture, "what one handle did, another sees, also after all are closed") {
  add(*queue, "a");
  add(*queue, "b");
  const auto other = database->open();
  CHECK(other->enqueue(delivery("a"), at(0)) == EnqueueResult::kDuplicate);
  const auto job = other->claim(at(0), at(kLease));
  REQUIRE(job);
  REQUIRE(*job);
  CHECK_FALSE(claim(*queue, 1));
  REQUIRE(queue->hold_repository(**job, "o/x") == true);
  queue = nullptr;
  queue = database->open();
  must_claim(*queue, "b", 2);
}
