#include <cstdio>
#include <fstream>
#include <tuple>

#include <fmt/format.h>

#include "action/github/environment.h"
#include "action/github/output_lines.h"
#include "action/github/permission_advice.h"
#include "action/github/workflow_commands.h"
#include "action/published.h"
#include "bot/forge/github/github.h"
#include "cli/environment.h"
#include "cli/job_files.h"
#include "cli/job_host.h"
#include "engine/compat/sarif.h"

namespace mlx::cli {
namespace {

using action::JobReport;
using action::github::Environment;

std::string value_of(std::string_view name) { return environment_variable(std::string(name)).value_or(""); }

/// What a later step uploads: findings for code scanning, else the report as text.
Result<std::string> write_report(const JobReport& report, const std::filesystem::path& workspace) {
  const std::string name = report.has_findings ? "findings.sarif" : "report.md";
  const std::string text =
      report.has_findings ? to_sarif(report.findings, MLX_VERSION) : action::summary_of(report);
  MLX_CHECK(write_reports(workspace, {{name, text}}));
  return std::string(kReportDirectory) + "/" + name;
}

/// Appends to a file of the runner, or shows it where there is none.
void append(const std::filesystem::path& file, const std::string& text, const std::string& shown) {
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

class GithubHost final : public JobHost {
 public:
  Result<void> read_environment() override {
    mask_secrets();
    // So that what is wrong with the rest can be told.
    environment_.is_runner = value_of("GITHUB_ACTIONS") == "true";
    environment_.summary_file = value_of("GITHUB_STEP_SUMMARY");
    environment_ = MLX_TRY(action::github::read_environment(
        [](std::string_view name) { return environment_variable(std::string(name)); }));
    return {};
  }

  Result<action::Job> read_job(const std::string& now) override {
    std::optional<std::string> event;
    if (!environment_.event_file.empty())
      event = MLX_TRY(read_event_file(environment_.event_file, "GITHUB_EVENT_PATH"));
    return action::github::read_job(environment_, event, now);
  }

  Result<std::unique_ptr<bot::Forge>> make_forge(
      HttpClient& http, std::function<std::chrono::sys_seconds()> now) const override {
    return bot::make_github(http, {.api_url = environment_.api_url,
                                   .credentials = bot::GithubToken{.token = environment_.inputs.token},
                                   .now = std::move(now),
                                   .on_answer = {}});
  }

  [[nodiscard]] action::PermissionAdvice permission_advice() const override {
    return action::github::permission_advice;
  }

  [[nodiscard]] std::string no_token() const override {
    return "there is no token to ask GitHub with: give the input `token`";
  }

  void log(const std::string& text) const override { fmt::print("{}", action::github::logged(text)); }

  void publish(JobReport& report) const override {
    const auto path = write_report(report, environment_.workspace);
    if (!path) report.notes.push_back("The report was not written: " + to_string(path.error()) + ".");
    log(report.title);
    for (const std::string& note : report.notes) log(note);
    if (environment_.is_runner) fmt::print("{}", action::github::annotation_commands(report.annotations));
    const std::string summary = action::summary_of(report);
    append(environment_.summary_file, action::github::step_summary(summary), summary);
    const auto outputs = action::outputs_of(report, path.value_or(""));
    append(environment_.output_file, action::github::output_lines(outputs), shown_outputs(outputs));
  }

  void report_error(const Error& error) const override {
    const std::string text = to_string(error);
    if (environment_.is_runner) {
      fmt::print("{}", action::github::error_command(text));
    } else {
      fmt::print(stderr, "mlx: {}", action::github::logged(text));
    }
    if (environment_.summary_file.empty()) return;
    append(environment_.summary_file, action::summary_of({.title = "Failed", .text = {}, .notes = {text}}),
           "");
  }

  [[nodiscard]] bool is_debug() const override { return environment_.is_debug; }

 private:
  /// Before anything else is said, since any input may be quoted.
  static void mask_secrets() {
    if (value_of("GITHUB_ACTIONS") != "true") return;
    for (const std::string_view name : {"INPUT_TOKEN", "GITHUB_TOKEN", "MLX_LLM_KEY"}) {
      if (const std::string secret = value_of(name); !secret.empty())
        fmt::print("{}", action::github::mask_command(secret));
    }
    std::ignore = std::fflush(stdout);
  }

  Environment environment_;
};

}  // namespace

std::unique_ptr<JobHost> github_host() { return std::make_unique<GithubHost>(); }

}  // namespace mlx::cli
