#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <sys/prctl.h>

#include "action/gitlab/environment.h"
#include "action/job_variables.h"
#include "action/run_job.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/job_host.h"
#include "engine/base/timestamp.h"
#include "engine/io/http_client.h"
#include "engine/io/time_zone_directory.h"

namespace mlx::cli {
namespace {

using action::JobReport;
using action::Phase;
using action::Phases;

/// Where there is no token, nothing is asked: a forge answers strangers little, and seldom.
class NoTokenHttpClient final : public HttpClient {
 public:
  explicit NoTokenHttpClient(std::string complaint) : complaint_(std::move(complaint)) {}

  Result<HttpResponse> send(const HttpRequest&) override {
    return fail(ErrorCode::kUnauthorized, complaint_);
  }

 private:
  std::string complaint_;
};

class TimedHttpClient final : public HttpClient {
 public:
  TimedHttpClient(HttpClient& http, Phases& phases) : http_(http), phases_(phases) {}

  Result<HttpResponse> send(const HttpRequest& request) override {
    const auto begin = Phases::Clock::now();
    auto response = http_.send(request);
    phases_.waited(std::chrono::duration_cast<Phases::Duration>(Phases::Clock::now() - begin));
    return response;
  }

 private:
  HttpClient& http_;
  Phases& phases_;
};

/// A project's configuration may name variables for the headers of registries. That of a fork is anybody's,
/// and gets none.
std::function<std::optional<std::string>(const std::string&)> variables_for_registries(
    const action::Job& job) {
  const bool is_from_fork = job.branches && job.branches->is_from_fork;
  return [is_from_fork](const std::string& name) {
    const bool is_hidden = is_from_fork || action::is_variable_of_job(name);
    return is_hidden ? std::nullopt : environment_variable(name);
  };
}

std::unique_ptr<JobHost> job_host() {
  const auto variable = [](std::string_view name) { return environment_variable(std::string(name)); };
  const bool is_github = variable("GITHUB_ACTIONS") == "true";
  return !is_github && action::gitlab::is_job(variable) ? gitlab_host() : github_host();
}

Result<JobReport> run(JobHost& host, Phases& phases) {
  MLX_CHECK(host.read_environment());
  phases.enter(Phase::kEvent);
  const auto now = [] { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); };
  const action::Job job = MLX_TRY(host.read_job(to_timestamp(now())));

  phases.enter(Phase::kSnapshot);
  const auto connections = make_http_client({.network = host.network()});
  PatientHttpClient http(*connections);
  NoTokenHttpClient no_token(host.no_token());
  HttpClient& asked = job.inputs.token.empty() ? static_cast<HttpClient&>(no_token) : http;
  TimedHttpClient timed(asked, phases);
  const auto forge = MLX_TRY(host.make_forge(timed, now));
  const auto checkout = GitWorkspace::open(job.workspace);
  if (!checkout && checkout.error().code != ErrorCode::kNotFound)
    host.log("The checkout is not used: " + to_string(checkout.error()));
  const auto registry_http = make_registry_http_client();
  const auto git_http = make_git_http_client();
  const TimeZoneDirectory zones;
  const auto whom = MLX_TRY(advisor());
  action::JobTools tools{.forge = *forge,
                         .checkout = checkout ? checkout->get() : nullptr,
                         .options = {.time_zones = &zones, .advisor = whom.get()},
                         .registries = {.http = *registry_http,
                                        .git_http = *git_http,
                                        .cache_directory = cache_directory(),
                                        .variable = variables_for_registries(job)},
                         .permission_advice = host.permission_advice(),
                         .phases = phases,
                         .wait = [](std::chrono::seconds time) { std::this_thread::sleep_for(time); }};
  auto report = action::run_job(job, tools);
  phases.enter(Phase::kReport);
  return report;
}

}  // namespace

int action_job(const ActionArguments& arguments) {
  // The token is in this process's memory: no core dump, no tracing by other programs.
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  Phases phases;
  const auto host = job_host();
  auto report = run(*host, phases);
  if (report) host->publish(*report);
  phases.enter(Phase::kReport);
  if (arguments.verbose || host->is_debug()) fmt::print("time: {}\n", phases.summary());
  if (report) return report->is_failed ? kRefused : kDone;
  host->report_error(report.error());
  return kFailed;
}

}  // namespace mlx::cli
