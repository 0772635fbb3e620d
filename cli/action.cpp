#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <thread>
#include <tuple>

#include <fmt/format.h>
#include <sys/prctl.h>

#include "action/github/environment.h"
#include "action/github/permission_advice.h"
#include "action/github/published.h"
#include "action/github/workflow_commands.h"
#include "action/run_job.h"
#include "bot/forge/github/github.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "engine/base/timestamp.h"
#include "engine/compat/sarif.h"
#include "engine/io/apply_plan.h"
#include "engine/io/directory.h"
#include "engine/io/http_client.h"
#include "engine/io/time_zone_directory.h"

namespace mlx::cli {
namespace {

using action::JobReport;
using action::Phase;
using action::Phases;
using action::github::Environment;

constexpr std::size_t kLargestEvent = 25U << 20U;  // GitHub's own limit
constexpr std::string_view kReportDirectory = "mlx-report";

/// Where there is no token, nothing is asked: GitHub would answer strangers sixty times an hour.
class NoTokenHttpClient final : public HttpClient {
 public:
  Result<HttpResponse> send(const HttpRequest&) override {
    return fail(ErrorCode::kUnauthorized, "there is no token to ask GitHub with: give the input `token`");
  }
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

Result<std::string> read_event_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const Location place{.file = path.string()};
  if (!file)
    return fail(ErrorCode::kInvalidInput, "the file of the event, GITHUB_EVENT_PATH, cannot be read", place);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (text.empty()) return fail(ErrorCode::kInvalidInput, "the file of the event is empty", place);
  if (text.size() > kLargestEvent)
    return fail(ErrorCode::kInvalidInput, "the file of the event is larger than events are", place);
  return text;
}

std::string value_of(std::string_view name) { return environment_variable(std::string(name)).value_or(""); }

/// Before anything else is said, since any input may be quoted.
void mask_secrets() {
  if (value_of("GITHUB_ACTIONS") != "true") return;
  for (const std::string_view name : {"INPUT_TOKEN", "GITHUB_TOKEN", "MLX_LLM_KEY"}) {
    if (const std::string secret = value_of(name); !secret.empty())
      fmt::print("{}", action::github::mask_command(secret));
  }
  std::ignore = std::fflush(stdout);
}

/// A project's configuration may name variables for the headers of registries. That of a fork is anybody's,
/// and gets none.
std::function<std::optional<std::string>(const std::string&)> variables_for_registries(
    const action::Job& job) {
  const bool is_from_fork = job.branches && job.branches->is_from_fork;
  return [is_from_fork](const std::string& name) {
    const bool is_hidden = is_from_fork || action::github::is_variable_of_job(name);
    return is_hidden ? std::nullopt : environment_variable(name);
  };
}

/// What a later step uploads: findings for code scanning, else the report as text. Ignored by git, so that
/// no later step commits it.
Result<std::string> write_report(const JobReport& report, const std::filesystem::path& workspace) {
  const std::string directory(kReportDirectory);
  std::string name = directory + (report.has_findings ? "/findings.sarif" : "/report.md");
  const std::string text =
      report.has_findings ? to_sarif(report.findings, MLX_VERSION) : action::github::summary_of(report);
  const Directory top = MLX_TRY(Directory::open(workspace));
  ChangePlan plan;
  for (auto& [path, content] :
       {std::pair{directory + "/.gitignore", std::string("*\n")}, std::pair{name, text}}) {
    FileChange change{.path = MLX_TRY(RepoPath::parse(path)), .before = {}, .after = content};
    if (is_file(MLX_TRY(top.kind(change.path)))) change.before = MLX_TRY(top.read(change.path));
    if (change.before != change.after) plan.files.push_back(std::move(change));
  }
  MLX_CHECK(apply_plan(plan, workspace));
  return name;
}

/// Appends to a file of the runner, or shows it where there is none.
void publish(const std::filesystem::path& file, const std::string& text, const std::string& shown) {
  if (!file.empty()) {
    std::ofstream out(file, std::ios::binary | std::ios::app);
    if (out << text << std::flush) return;
    fmt::print("{}", action::github::logged("Cannot write " + file.string() +
                                            ": the job's user must be the runner's, or root. It would say:"));
  }
  fmt::print("{}", action::github::logged(shown));
}

std::string shown_outputs(const std::vector<std::pair<std::string, std::string>>& outputs) {
  std::string text;
  for (const auto& [name, value] : outputs) text += value.empty() ? "" : fmt::format("{}={}\n", name, value);
  return text;
}

void publish(JobReport& report, const Environment& environment) {
  const auto path = write_report(report, environment.workspace);
  if (!path) report.notes.push_back("The report was not written: " + to_string(path.error()) + ".");
  fmt::print("{}", action::github::logged(report.title));
  for (const std::string& note : report.notes) fmt::print("{}", action::github::logged(note));
  if (environment.is_runner) fmt::print("{}", action::github::annotation_commands(report.annotations));
  const std::string summary = action::github::summary_of(report);
  publish(environment.summary_file, summary, summary);
  const auto outputs = action::github::outputs_of(report, path.value_or(""));
  publish(environment.output_file, action::github::output_lines(outputs), shown_outputs(outputs));
}

/// Says why nothing came of it, where whoever looks at the job looks.
int report_error(const Error& error, const Environment& environment) {
  const std::string text = to_string(error);
  if (environment.is_runner) {
    fmt::print("{}", action::github::error_command(text));
  } else {
    fmt::print(stderr, "mlx: {}", action::github::logged(text));
  }
  if (!environment.summary_file.empty()) {
    publish(environment.summary_file,
            action::github::summary_of({.title = "Failed", .text = {}, .notes = {text}}), "");
  }
  return kFailed;
}

Result<JobReport> run(const Environment& environment, Phases& phases) {
  phases.enter(Phase::kEvent);
  std::optional<std::string> event;
  if (!environment.event_file.empty()) event = MLX_TRY(read_event_file(environment.event_file));
  const auto now = [] { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); };
  const action::Job job = MLX_TRY(action::github::read_job(environment, event, to_timestamp(now())));

  phases.enter(Phase::kSnapshot);
  const auto connections = make_http_client();
  PatientHttpClient http(*connections);
  NoTokenHttpClient no_token;
  HttpClient& asked = job.inputs.token.empty() ? static_cast<HttpClient&>(no_token) : http;
  TimedHttpClient timed(asked, phases);
  const auto forge =
      MLX_TRY(bot::make_github(timed, {.api_url = environment.api_url,
                                       .credentials = bot::GithubToken{.token = job.inputs.token},
                                       .now = now,
                                       .on_answer = {}}));
  const auto checkout = GitWorkspace::open(job.workspace);
  if (!checkout && checkout.error().code != ErrorCode::kNotFound)
    fmt::print("{}", action::github::logged("The checkout is not used: " + to_string(checkout.error())));
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
                         .permission_advice = action::github::permission_advice,
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
  mask_secrets();
  const auto environment = action::github::read_environment(
      [](std::string_view name) { return environment_variable(std::string(name)); });
  if (!environment) {
    Environment known;
    known.is_runner = value_of("GITHUB_ACTIONS") == "true";
    known.summary_file = value_of("GITHUB_STEP_SUMMARY");
    return report_error(environment.error(), known);
  }
  auto report = run(*environment, phases);
  if (report) publish(*report, *environment);
  phases.enter(Phase::kReport);
  if (arguments.verbose || environment->is_debug) fmt::print("time: {}\n", phases.summary());
  if (!report) return report_error(report.error(), *environment);
  return report->is_failed ? kRefused : kDone;
}

}  // namespace mlx::cli
