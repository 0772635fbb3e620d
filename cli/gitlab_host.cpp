#include <cstdio>
#include <tuple>

#include <fmt/format.h>

#include "action/gitlab/environment.h"
#include "action/gitlab/permission_advice.h"
#include "action/gitlab/reports.h"
#include "action/published.h"
#include "bot/forge/gitlab/gitlab.h"
#include "cli/environment.h"
#include "cli/job_files.h"
#include "cli/job_host.h"
#include "engine/compat/sarif.h"

namespace mlx::cli {
namespace {

using action::JobReport;
using action::gitlab::Environment;

std::string report_path(std::string_view name) {
  return std::string(kReportDirectory) + "/" + std::string(name);
}

/// The findings of the whole tree, for reports that are compared with another tree's.
RuleFindings all_findings(const JobReport& report) {
  RuleFindings all = report.findings;
  all.insert(all.end(), report.kept.begin(), report.kept.end());
  return all;
}

class GitlabHost final : public JobHost {
 public:
  Result<void> read_environment() override {
    // So that what is wrong with the rest can be told.
    environment_.workspace = environment_variable("CI_PROJECT_DIR").value_or(".");
    environment_ = MLX_TRY(action::gitlab::read_environment(
        [](std::string_view name) { return environment_variable(std::string(name)); }));
    return {};
  }

  Result<action::Job> read_job(const std::string& now) override {
    std::optional<std::string> payload;
    if (!environment_.payload_file.empty())
      payload = MLX_TRY(read_event_file(environment_.payload_file, "TRIGGER_PAYLOAD"));
    return action::gitlab::read_job(environment_, payload, now);
  }

  Result<std::unique_ptr<bot::Forge>> make_forge(
      HttpClient& http, std::function<std::chrono::sys_seconds()> now) const override {
    return bot::make_gitlab(http, {.url = environment_.url,
                                   .token = environment_.inputs.token,
                                   .now = std::move(now),
                                   .on_answer = {}});
  }

  [[nodiscard]] HttpNetwork network() const override {
    HttpNetwork network = environment_network();
    // What the runner says of GitLab's certificate counts more than what is said of everybody's.
    if (network.ca_file.empty()) network.ca_file = environment_.ca_file;
    return network;
  }

  [[nodiscard]] action::PermissionAdvice permission_advice() const override {
    return action::gitlab::permission_advice;
  }

  [[nodiscard]] std::string no_token() const override {
    const std::string wanted =
        "MLX_TOKEN (the input `token`) to an access token of the project with the scope `api` and the role "
        "Developer";
    if (!environment_.merge_request) return "there is no token to ask GitLab with: set " + wanted;
    return "the checkout has not all that is needed, and there is no token to ask GitLab with: set "
           "GIT_DEPTH to 0, or " +
           wanted;
  }

  void log(const std::string& text) const override { fmt::print("{}", action::gitlab::logged(text)); }

  void publish(JobReport& report) const override {
    const std::string report_name = report_path("report.md");
    const auto outputs = action::outputs_of(report, report_name);
    std::vector<std::pair<std::string, std::string>> files = {
        {"report.md", action::summary_of(report)},
        {"outputs.env", action::gitlab::dotenv(outputs)},
        {"gl-code-quality-report.json", action::gitlab::code_quality(all_findings(report))}};
    if (report.has_findings) files.emplace_back("findings.sarif", to_sarif(report.findings, MLX_VERSION));
    const auto written = write_reports(environment_.workspace, files);
    if (!written) report.notes.push_back("The report was not written: " + to_string(written.error()) + ".");
    fmt::print("{}", action::gitlab::job_log(report));
    if (written) log("The whole report: " + report_name);
  }

  void report_error(const Error& error) const override {
    const std::string text = to_string(error);
    fmt::print(stderr, "mlx: {}", action::gitlab::logged(text));
    std::ignore =
        write_reports(environment_.workspace,
                      {{"report.md", action::summary_of({.title = "Failed", .text = {}, .notes = {text}})}});
  }

  [[nodiscard]] bool is_debug() const override { return environment_.is_debug; }

 private:
  Environment environment_;
};

}  // namespace

std::unique_ptr<JobHost> gitlab_host() { return std::make_unique<GitlabHost>(); }

}  // namespace mlx::cli
