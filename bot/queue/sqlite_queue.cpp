#include "bot/queue/sqlite_queue.h"

#include <utility>

#include "bot/queue/group_commit.h"
#include "bot/queue/sqlite_schema.h"
#include "engine/io/sqlite_database.h"

namespace mlx::bot {
namespace {

using sqlite::Blob;
using sqlite::Database;
using sqlite::Rows;
using sqlite::Statement;

constexpr std::int64_t kPrunedAtOnce = 1000;

std::int64_t milliseconds(TimePoint time) { return time.time_since_epoch().count(); }
TimePoint time_point(std::int64_t milliseconds) { return TimePoint(std::chrono::milliseconds(milliseconds)); }

/// Waiting and due, or running with a lease that has run out. A job of unknown repository waits
/// for the one that is being looked at; a job of a known one for the earlier jobs of it, and for
/// a later one that overtook it before its repository was known.
constexpr std::string_view kFindClaimable =
    "SELECT id FROM jobs AS job"
    " WHERE ((state = 0 AND not_before <= ?1) OR (state = 1 AND lease_until <= ?1))"
    " AND CASE"
    "  WHEN repository IS NULL THEN id < (SELECT coalesce(min(other.id), 9223372036854775807)"
    "   FROM jobs AS other INDEXED BY jobs_running"
    "   WHERE other.state = 1 AND other.lease_until > ?1 AND other.repository IS NULL)"
    "  WHEN repository = '' THEN 1"
    "  ELSE NOT EXISTS (SELECT 1 FROM jobs AS other INDEXED BY jobs_of_repository"
    "    WHERE other.repository = job.repository AND other.id < job.id)"
    "   AND NOT EXISTS (SELECT 1 FROM jobs AS other INDEXED BY jobs_running"
    "    WHERE other.state = 1 AND other.lease_until > ?1 AND other.repository = job.repository"
    "     AND other.id <> job.id)"
    "  END"
    " ORDER BY id LIMIT 1";

struct Statements {
  Statement insert_delivery;
  Statement insert_job;
  Statement find_claimable;
  Statement claim;
  Statement read_delivery;
  Statement find_held;
  Statement is_repository_busy;
  Statement hold;
  Statement put_back;
  Statement extend;
  Statement put_off;
  Statement end_job;
  Statement complete;
  Statement bury;
  Statement count_outcome;
  Statement stats;
  Statement outcomes;
  Statement prune;
};

Result<Statements> prepare_statements(Database& database) {
  const auto prepare = [&](std::string_view sql) { return database.prepare(sql); };
  Statements result;
  result.insert_delivery = MLX_TRY(
      prepare("INSERT INTO deliveries (delivery, forge, event, received_at, body) VALUES (?1, ?2, ?3, ?4, ?5)"
              " ON CONFLICT DO NOTHING RETURNING id"));
  result.insert_job = MLX_TRY(prepare("INSERT INTO jobs (id, received_at) VALUES (?1, ?2)"));
  result.find_claimable = MLX_TRY(prepare(kFindClaimable));
  result.claim =
      MLX_TRY(prepare("UPDATE jobs SET state = 1, lease = lease + 1, lease_until = ?2, attempt = attempt + 1"
                      " WHERE id = ?1 RETURNING received_at, attempt, repository, lease"));
  result.read_delivery =
      MLX_TRY(prepare("SELECT delivery, forge, event, body FROM deliveries WHERE id = ?1"));
  result.find_held =
      MLX_TRY(prepare("SELECT repository FROM jobs WHERE id = ?1 AND lease = ?2 AND state = 1"));
  result.is_repository_busy =
      MLX_TRY(prepare("SELECT 1 FROM jobs INDEXED BY jobs_of_repository"
                      " WHERE repository = ?2 AND id <> ?1 AND (id < ?1 OR state = 1) LIMIT 1"));
  result.hold = MLX_TRY(prepare("UPDATE jobs SET repository = ?2 WHERE id = ?1"));
  result.put_back =
      MLX_TRY(prepare("UPDATE jobs SET repository = ?2, state = 0, attempt = attempt - 1 WHERE id = ?1"));
  result.extend =
      MLX_TRY(prepare("UPDATE jobs SET lease_until = ?3 WHERE id = ?1 AND lease = ?2 AND state = 1"));
  result.put_off =
      MLX_TRY(prepare("UPDATE jobs SET state = 0, not_before = ?3, reason = ?4, attempt = attempt - ?5"
                      " WHERE id = ?1 AND lease = ?2 AND state = 1"));
  result.end_job = MLX_TRY(prepare("DELETE FROM jobs WHERE id = ?1 AND lease = ?2 AND state = 1"));
  result.complete =
      MLX_TRY(prepare("UPDATE deliveries SET outcome = ?2, finished_at = ?3, body = NULL WHERE id = ?1"));
  result.bury =
      MLX_TRY(prepare("UPDATE deliveries SET outcome = 'dead', reason = ?2, finished_at = ?3 WHERE id = ?1"));
  result.count_outcome =
      MLX_TRY(prepare("INSERT INTO outcomes (outcome, count) VALUES (?1, 1)"
                      " ON CONFLICT DO UPDATE SET count = count + 1"));
  result.stats =
      MLX_TRY(prepare("SELECT count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1),"
                      " (SELECT count(*) FROM deliveries INDEXED BY deliveries_dead WHERE outcome = 'dead'),"
                      " min(received_at) FILTER (WHERE state = 0) FROM jobs"));
  result.outcomes = MLX_TRY(prepare("SELECT outcome, count FROM outcomes"));
  result.prune = MLX_TRY(
      prepare("DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries INDEXED BY deliveries_completed"
              " WHERE finished_at < ?1 AND finished_at IS NOT NULL AND outcome <> 'dead'"
              " ORDER BY finished_at LIMIT ?2)"));
  return result;
}

class SqliteQueue final : public JobQueue {
 public:
  explicit SqliteQueue(Database database) : database_(std::move(database)) {}

  [[nodiscard]] Result<void> prepare(const std::string& path) {
    MLX_CHECK(prepare_schema(database_, path));
    MLX_CHECK(transactions_.prepare(database_));
    sql_ = MLX_TRY(prepare_statements(database_));
    return {};
  }

  Result<EnqueueResult> enqueue(const Delivery& delivery, TimePoint now) override {
    auto answer = EnqueueResult::kDuplicate;
    const auto work = [&]() -> Result<void> {
      std::int64_t id = 0;
      MLX_CHECK(sql_.insert_delivery.each([&](const Rows& row) { id = row.integer(0); }, delivery.id,
                                          delivery.forge, delivery.event, milliseconds(now),
                                          Blob{delivery.body}));
      if (id == 0) return {};
      answer = EnqueueResult::kStored;
      return sql_.insert_job.run(id, milliseconds(now));
    };
    MLX_CHECK(transactions_.run(work));
    return answer;
  }

  Result<std::optional<Job>> claim(TimePoint now, TimePoint lease_until) override {
    std::optional<Job> job;
    const auto work = [&]() -> Result<void> {
      std::int64_t id = 0;
      MLX_CHECK(sql_.find_claimable.each([&](const Rows& row) { id = row.integer(0); }, milliseconds(now)));
      if (id == 0) return {};
      const auto read_job = [&](const Rows& row) {
        job = Job{.id = id,
                  .delivery = {},
                  .received_at = time_point(row.integer(0)),
                  .attempt = static_cast<int>(row.integer(1)),
                  .repository = row.text(2),
                  .lease = row.integer(3)};
      };
      MLX_CHECK(sql_.claim.each(read_job, id, milliseconds(lease_until)));
      return sql_.read_delivery.each(
          [&](const Rows& row) { job->delivery = {row.text(0), row.text(1), row.text(2), row.text(3)}; }, id);
    };
    MLX_CHECK(transactions_.run(work));
    return job;
  }

  Result<bool> hold_repository(const Job& job, std::string_view repository) override {
    bool is_held = false;
    const auto work = [&]() -> Result<void> {
      bool is_ours = false;
      bool is_known = false;
      const auto read = [&](const Rows& row) {
        is_ours = true;
        is_known = !row.is_null(0) && row.text(0) == repository;
      };
      MLX_CHECK(sql_.find_held.each(read, job.id, job.lease));
      if (!is_ours) return lost_lease(job);
      // With the repository known, claim() has looked for what the job must wait for.
      bool is_busy = false;
      if (!is_known && !repository.empty()) {
        MLX_CHECK(sql_.is_repository_busy.each([&](const Rows&) { is_busy = true; }, job.id, repository));
      }
      is_held = !is_busy;
      return (is_busy ? sql_.put_back : sql_.hold).run(job.id, repository);
    };
    MLX_CHECK(transactions_.run(work));
    return is_held;
  }

  Result<void> extend(const Job& job, TimePoint lease_until) override {
    return transactions_.run([&]() -> Result<void> {
      MLX_CHECK(sql_.extend.run(job.id, job.lease, milliseconds(lease_until)));
      return if_ours(job);
    });
  }

  Result<void> complete(const Job& job, std::string_view outcome, TimePoint now) override {
    return transactions_.run([&]() -> Result<void> {
      MLX_CHECK(sql_.end_job.run(job.id, job.lease));
      MLX_CHECK(if_ours(job));
      MLX_CHECK(sql_.complete.run(job.id, outcome, milliseconds(now)));
      return sql_.count_outcome.run(outcome);
    });
  }

  Result<void> retry(const Job& job, TimePoint at, std::string_view reason) override {
    return put_off(job, at, reason, 0);
  }

  Result<void> postpone(const Job& job, TimePoint at, std::string_view reason) override {
    return put_off(job, at, reason, 1);
  }

  Result<void> bury(const Job& job, std::string_view reason, TimePoint now) override {
    return transactions_.run([&]() -> Result<void> {
      MLX_CHECK(sql_.end_job.run(job.id, job.lease));
      MLX_CHECK(if_ours(job));
      MLX_CHECK(sql_.bury.run(job.id, reason, milliseconds(now)));
      return sql_.count_outcome.run(std::string_view("dead"));
    });
  }

  Result<QueueStats> stats() override {
    QueueStats stats;
    const auto work = [&]() -> Result<void> {
      const auto read = [&](const Rows& row) {
        stats.waiting = row.integer(0);
        stats.running = row.integer(1);
        stats.dead = row.integer(2);
        if (!row.is_null(3)) stats.oldest_waiting = time_point(row.integer(3));
      };
      MLX_CHECK(sql_.stats.each(read));
      return sql_.outcomes.each([&](const Rows& row) { stats.finished[row.text(0)] = row.integer(1); });
    };
    MLX_CHECK(transactions_.run(work));
    return stats;
  }

  Result<std::int64_t> prune(TimePoint now) override {
    // In steps, so that an enqueue never waits for all of it.
    std::int64_t total = 0;
    std::int64_t removed = 0;
    do {
      const auto work = [&]() -> Result<void> {
        MLX_CHECK(sql_.prune.run(milliseconds(now - kIdsAreKept), kPrunedAtOnce));
        removed = database_.changes();
        return {};
      };
      MLX_CHECK(transactions_.run(work));
      total += removed;
    } while (removed == kPrunedAtOnce);
    return total;
  }

 private:
  Result<void> put_off(const Job& job, TimePoint at, std::string_view reason, std::int64_t uncounted) {
    return transactions_.run([&]() -> Result<void> {
      MLX_CHECK(sql_.put_off.run(job.id, job.lease, milliseconds(at), reason, uncounted));
      return if_ours(job);
    });
  }

  /// Whether the statement that just ran found the job under its lease.
  [[nodiscard]] Result<void> if_ours(const Job& job) const {
    if (database_.changes() == 1) return {};
    return lost_lease(job);
  }

  static std::unexpected<Error> lost_lease(const Job& job) {
    return fail(ErrorCode::kConflict,
                "the lease of delivery " + job.delivery.id + " was taken over or given back");
  }

  Database database_;
  GroupCommit transactions_;
  Statements sql_;
};

}  // namespace

Result<std::unique_ptr<JobQueue>> open_sqlite_queue(const std::string& path) {
  auto queue = std::make_unique<SqliteQueue>(MLX_TRY(Database::open(path)));
  MLX_CHECK(queue->prepare(path));
  return queue;
}

}  // namespace mlx::bot
