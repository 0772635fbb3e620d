#include "bot/metrics.h"

#include <catch2/catch.hpp>

using namespace mlx::bot;

namespace {

constexpr TimePoint kNow{std::chrono::hours(1000)};

}  // namespace

TEST_CASE("every metric has its help and type, and values by label") {
  Metrics metrics("1.2.3");
  metrics.count_delivery("github", "push", "stored");
  metrics.count_delivery("github", "push", "stored");
  metrics.count_job("done", std::chrono::milliseconds(300));
  metrics.count_job("dead", std::chrono::seconds(1000));
  metrics.count_forge_request("github", 200);
  metrics.count_forge_request("github", 99999);
  metrics.set_rate_limit_remaining("github", 4999);
  metrics.set_rate_limit_remaining("github", 4998);
  QueueStats queue{
      .waiting = 3, .running = 2, .dead = 1, .oldest_waiting = kNow - std::chrono::milliseconds(1500)};
  CHECK(metrics.render(queue, kNow) ==
        R"(# HELP mlx_deliveries_total Webhook deliveries, by what became of them.
# TYPE mlx_deliveries_total counter
mlx_deliveries_total{forge="github",event="push",result="stored"} 2
# HELP mlx_queue_jobs Jobs in the queue, by state.
# TYPE mlx_queue_jobs gauge
mlx_queue_jobs{state="dead"} 1
mlx_queue_jobs{state="running"} 2
mlx_queue_jobs{state="waiting"} 3
# HELP mlx_queue_oldest_age_seconds How long ago the longest waiting job was received.
# TYPE mlx_queue_oldest_age_seconds gauge
mlx_queue_oldest_age_seconds 1.5
# HELP mlx_jobs_total Runs of jobs, by outcome.
# TYPE mlx_jobs_total counter
mlx_jobs_total{outcome="dead"} 1
mlx_jobs_total{outcome="done"} 1
# HELP mlx_job_duration_seconds How long a run of a job took.
# TYPE mlx_job_duration_seconds histogram
mlx_job_duration_seconds_bucket{le="0.1"} 0
mlx_job_duration_seconds_bucket{le="0.25"} 0
mlx_job_duration_seconds_bucket{le="0.5"} 1
mlx_job_duration_seconds_bucket{le="1"} 1
mlx_job_duration_seconds_bucket{le="2.5"} 1
mlx_job_duration_seconds_bucket{le="5"} 1
mlx_job_duration_seconds_bucket{le="10"} 1
mlx_job_duration_seconds_bucket{le="30"} 1
mlx_job_duration_seconds_bucket{le="60"} 1
mlx_job_duration_seconds_bucket{le="120"} 1
mlx_job_duration_seconds_bucket{le="300"} 1
mlx_job_duration_seconds_bucket{le="+Inf"} 2
mlx_job_duration_seconds_sum 1000.3
mlx_job_duration_seconds_count 2
# HELP mlx_forge_requests_total Requests to a forge, by status; 0 is no answer.
# TYPE mlx_forge_requests_total counter
mlx_forge_requests_total{forge="github",status="0"} 1
mlx_forge_requests_total{forge="github",status="200"} 1
# HELP mlx_forge_rate_limit_remaining Requests left, as the forge said last.
# TYPE mlx_forge_rate_limit_remaining gauge
mlx_forge_rate_limit_remaining{forge="github"} 4998
# HELP mlx_build_info The version that runs.
# TYPE mlx_build_info gauge
mlx_build_info{version="1.2.3"} 1
)");
}

TEST_CASE("made-up events and outcomes make no more than a few series") {
  Metrics metrics("x");
  for (int i = 0; i < 1000; ++i) {
    metrics.count_delivery("github", "event_" + std::to_string(i), "stored");
    metrics.count_job("outcome " + std::to_string(i), std::chrono::seconds(1));
  }
  const std::string text = metrics.render(std::nullopt, kNow);
  CHECK_THAT(text, Catch::Contains("event=\"other\",result=\"stored\"} 1000") &&
                       Catch::Contains("mlx_jobs_total{outcome=\"other\"} 968"));
  CHECK(std::ranges::count(text, '\n') < 80);
  CHECK_THAT(text, !Catch::Contains("mlx_queue"));
}

TEST_CASE("label values are escaped") {
  Metrics metrics("1\"2\\3\n");
  CHECK_THAT(metrics.render(std::nullopt, kNow), Catch::Contains(R"(mlx_build_info{version="1\"2\\3\n"} 1)"));
}
