#include "bot/metrics.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

#include <fmt/format.h>

namespace mlx::bot {
namespace {

/// Upper bounds in seconds; one more bucket has none.
constexpr std::array kDurations = {0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0};

/// The events of GitHub that a bot may be subscribed to. Sorted.
constexpr std::array<std::string_view, 60> kKnownEvents = {
    "branch_protection_rule",
    "check_run",
    "check_suite",
    "code_scanning_alert",
    "commit_comment",
    "create",
    "delete",
    "dependabot_alert",
    "deploy_key",
    "deployment",
    "deployment_status",
    "discussion",
    "discussion_comment",
    "fork",
    "github_app_authorization",
    "gollum",
    "installation",
    "installation_repositories",
    "installation_target",
    "issue_comment",
    "issues",
    "label",
    "marketplace_purchase",
    "member",
    "membership",
    "merge_group",
    "meta",
    "milestone",
    "org_block",
    "organization",
    "package",
    "page_build",
    "ping",
    "project",
    "project_card",
    "project_column",
    "public",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "push",
    "registry_package",
    "release",
    "repository",
    "repository_dispatch",
    "repository_import",
    "repository_ruleset",
    "repository_vulnerability_alert",
    "secret_scanning_alert",
    "security_advisory",
    "sponsorship",
    "star",
    "status",
    "team",
    "team_add",
    "watch",
    "workflow_dispatch",
    "workflow_job",
    "workflow_run",
};
static_assert(std::ranges::is_sorted(kKnownEvents));

/// Outcomes are our own words, but come through an interface: no more of them than this.
constexpr std::size_t kMostOutcomes = 32;

std::string known_event(std::string_view event) {
  return std::string(std::ranges::binary_search(kKnownEvents, event) ? event : "other");
}

std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text;
}

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void series(std::string& out, std::string_view name, std::span<const std::string_view> labels,
            const std::map<std::vector<std::string>, std::int64_t>& values) {
  for (const auto& [label_values, value] : values) {
    std::string list;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      fmt::format_to(std::back_inserter(list), "{}{}=\"{}\"", i == 0 ? "" : ",", labels[i],
                     escaped(label_values[i]));
    }
    fmt::format_to(std::back_inserter(out), "{}{{{}}} {}\n", name, list, value);
  }
}

void queue_gauges(std::string& out, const QueueStats& queue, TimePoint now) {
  constexpr std::array<std::string_view, 1> kState = {"state"};
  head(out, "mlx_queue_jobs", "gauge", "Jobs in the queue, by state.");
  series(out, "mlx_queue_jobs", kState,
         {{{"waiting"}, queue.waiting}, {{"running"}, queue.running}, {{"dead"}, queue.dead}});
  head(out, "mlx_queue_oldest_age_seconds", "gauge", "How long ago the longest waiting job was received.");
  const auto age = queue.oldest_waiting ? now - *queue.oldest_waiting : std::chrono::milliseconds(0);
  fmt::format_to(std::back_inserter(out), "mlx_queue_oldest_age_seconds {}\n",
                 std::max(0.0, std::chrono::duration<double>(age).count()));
}

}  // namespace

Metrics::Metrics(std::string version)
    : version_(std::move(version)), duration_counts_(kDurations.size() + 1, 0) {}

void Metrics::count_delivery(std::string_view forge, std::string_view event, std::string_view result) {
  Labels labels = {std::string(forge), known_event(event), std::string(result)};
  const std::scoped_lock lock(mutex_);
  ++deliveries_[std::move(labels)];
}

void Metrics::count_job(std::string_view outcome, std::chrono::duration<double> duration) {
  const auto bucket = std::ranges::lower_bound(kDurations, duration.count()) - kDurations.begin();
  Labels labels = {std::string(outcome)};
  const std::scoped_lock lock(mutex_);
  if (jobs_.size() >= kMostOutcomes && !jobs_.contains(labels)) labels = {"other"};
  ++jobs_[std::move(labels)];
  ++duration_counts_[static_cast<std::size_t>(bucket)];
  duration_sum_ += duration.count();
}

void Metrics::count_forge_request(std::string_view forge, int status) {
  Labels labels = {std::string(forge), std::to_string(status >= 100 && status < 600 ? status : 0)};
  const std::scoped_lock lock(mutex_);
  ++forge_requests_[std::move(labels)];
}

void Metrics::set_rate_limit_remaining(std::string_view forge, std::int64_t remaining) {
  const std::scoped_lock lock(mutex_);
  rate_limit_remaining_[{std::string(forge)}] = remaining;
}

std::string Metrics::render(const std::optional<QueueStats>& queue, TimePoint now) const {
  constexpr std::array<std::string_view, 3> kDelivery = {"forge", "event", "result"};
  constexpr std::array<std::string_view, 1> kJob = {"outcome"};
  constexpr std::array<std::string_view, 2> kRequest = {"forge", "status"};
  std::string out;
  const auto to_out = std::back_inserter(out);
  const std::scoped_lock lock(mutex_);

  head(out, "mlx_deliveries_total", "counter", "Webhook deliveries, by what became of them.");
  series(out, "mlx_deliveries_total", kDelivery, deliveries_);
  if (queue) queue_gauges(out, *queue, now);
  head(out, "mlx_jobs_total", "counter", "Runs of jobs, by outcome.");
  series(out, "mlx_jobs_total", kJob, jobs_);

  head(out, "mlx_job_duration_seconds", "histogram", "How long a run of a job took.");
  std::int64_t cumulated = 0;
  for (std::size_t i = 0; i < kDurations.size(); ++i) {
    cumulated += duration_counts_[i];
    fmt::format_to(to_out, "mlx_job_duration_seconds_bucket{{le=\"{}\"}} {}\n", kDurations[i], cumulated);
  }
  cumulated += duration_counts_.back();
  fmt::format_to(to_out, "mlx_job_duration_seconds_bucket{{le=\"+Inf\"}} {}\n", cumulated);
  fmt::format_to(to_out, "mlx_job_duration_seconds_sum {}\nmlx_job_duration_seconds_count {}\n",
                 duration_sum_, cumulated);

  head(out, "mlx_forge_requests_total", "counter", "Requests to a forge, by status; 0 is no answer.");
  series(out, "mlx_forge_requests_total", kRequest, forge_requests_);
  head(out, "mlx_forge_rate_limit_remaining", "gauge", "Requests left, as the forge said last.");
  series(out, "mlx_forge_rate_limit_remaining", std::span(kRequest).first(1), rate_limit_remaining_);
  head(out, "mlx_build_info", "gauge", "The version that runs.");
  fmt::format_to(to_out, "mlx_build_info{{version=\"{}\"}} 1\n", escaped(version_));
  return out;
}

}  // namespace mlx::bot
