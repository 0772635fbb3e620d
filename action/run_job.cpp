#include "action/run_job.h"

#include <algorithm>
#include <utility>

#include "action/checkout_repository.h"
#include "action/jobs.h"
#include "action/tool_run.h"
#include "bot/core/markdown.h"
#include "bot/core/render_parts.h"

namespace mlx::action {
namespace {

constexpr int kAttempts = 3;
constexpr std::size_t kLongestDifference = 200'000;
constexpr std::chrono::seconds kPause{2};
/// A job that waits costs money; a limit that lasts longer is told instead.
constexpr std::chrono::seconds kLongestPause{60};

/// A repository and those that it asks.
class StackedRepository final : public bot::ForwardingRepository {
 public:
  explicit StackedRepository(std::vector<std::unique_ptr<bot::ForgeRepository>> stack)
      : ForwardingRepository(*stack.back()), stack_(std::move(stack)) {}
  StackedRepository(const StackedRepository&) = delete;
  StackedRepository& operator=(const StackedRepository&) = delete;
  ~StackedRepository() override {
    while (!stack_.empty()) stack_.pop_back();  // each asks the one below
  }

 private:
  std::vector<std::unique_ptr<bot::ForgeRepository>> stack_;
};

/// The forge as a job sees it.
class JobForge final : public bot::Forge {
 public:
  JobForge(const JobTools& tools, ProjectPlace place, JobEffects& effects, const RefusalPolicy& policy)
      : forge_(tools.forge),
        checkout_(tools.checkout),
        place_(std::move(place)),
        effects_(effects),
        policy_(policy) {}

  [[nodiscard]] Result<bot::Event> parse_event(std::string_view event, std::string_view body) const override {
    return forge_.parse_event(event, body);
  }

  std::unique_ptr<bot::ForgeRepository> repository(const bot::RepositoryName& name,
                                                   std::int64_t installation) override {
    std::vector<std::unique_ptr<bot::ForgeRepository>> stack;
    stack.push_back(forge_.repository(name, installation));
    stack.push_back(std::make_unique<JobRepository>(*stack.back(), effects_, policy_));
    if (checkout_ != nullptr)
      stack.push_back(std::make_unique<CheckoutRepository>(*stack.back(), *checkout_));
    if (!place_.is_usual()) stack.push_back(std::make_unique<ProjectRepository>(*stack.back(), place_));
    return std::make_unique<StackedRepository>(std::move(stack));
  }

  Result<std::vector<bot::InstalledRepository>> installed_repositories() override {
    return forge_.installed_repositories();
  }

 private:
  bot::Forge& forge_;
  const GitWorkspace* checkout_;
  ProjectPlace place_;
  JobEffects& effects_;
  const RefusalPolicy& policy_;
};

Result<JobReport> run_mode(const JobRun& run) {
  switch (run.job.mode) {
    case Mode::kReview: return review_job(run);
    case Mode::kCommands: return commands_job(run);
    case Mode::kAdd: return add_job(run);
    case Mode::kUpdate: return update_job(run);
    case Mode::kExtract: return extract_job(run);
    case Mode::kCheck: return check_job(run);
  }
  return JobReport();
}

bool may_pass(const Error& error) {
  return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kConflict ||
         error.code == ErrorCode::kRateLimited;
}

}  // namespace

bool fails(const RuleFindings& findings, const FailOn& fail_on) {
  return fail_on.severity && std::ranges::any_of(findings, [&](const RuleFinding& found) {
           return found.finding.severity >= *fail_on.severity;
         });
}

void place_findings(JobReport& report, const ProjectPlace& place) {
  if (place.is_usual()) return;
  for (RuleFindings* findings : {&report.findings, &report.kept}) {
    for (RuleFinding& found : *findings) {
      for (Evidence& evidence : found.finding.evidence)
        evidence.file = path_in_repository(evidence.file, place);
    }
  }
  for (bot::CheckAnnotation& annotation : report.annotations) {
    if (auto path = RepoPath::parse(path_in_repository(annotation.path.str(), place)))
      annotation.path = *path;
  }
}

void add_effects(JobReport& report, const JobEffects& effects) {
  for (const std::string& said : effects.said) report.text += (report.text.empty() ? "" : "\n") + said;
  const auto& pulls = effects.pull_requests.empty() ? effects.found : effects.pull_requests;
  if (report.pull_request == 0 && !pulls.empty()) {
    report.pull_request = pulls.front().number;
    report.pull_request_url = pulls.front().url;
  }
  report.is_changed = report.is_changed || !effects.pull_requests.empty() || !effects.commits.empty();
}

std::string render_difference(const ChangePlan& plan) {
  if (plan.is_empty()) return "";
  std::string diff = unified_diff(plan);
  std::string cut;
  if (diff.size() > kLongestDifference) {
    diff.resize(diff.rfind('\n', kLongestDifference) + 1);
    cut = "\nThe difference is longer than shown here.\n";
  }
  return "\n<details><summary>" + bot::counted(plan.files.size(), "file") + "</summary>\n\n" +
         bot::code_block(diff, "diff") + "\n</details>\n" + cut;
}

Result<JobReport> run_job(const Job& job, const JobTools& given) {
  JobTools tools = given;
  const std::string registry = job.inputs.registry.empty() ? "builtin" : job.inputs.registry;
  tools.options.registry =
      MLX_TRY(make_registry_source({.address = registry}, job.workspace, tools.registries));
  const RefusalPolicy policy{.refused = job.mode == Mode::kReview ? Refused::kIsNoted : Refused::kIsError,
                             .advice = tools.permission_advice};
  for (int attempt = 1;; ++attempt) {
    JobEffects effects;
    ToolRun tool_run;
    tools.options.finisher = job.inputs.runs_tools ? &tool_run : nullptr;
    JobForge forge(tools,
                   {.directory = job.inputs.working_directory, .configuration = job.inputs.configuration},
                   effects, policy);
    auto report = run_mode({.job = job, .tools = tools, .forge = forge, .effects = effects});
    if (report) {
      add_effects(*report, effects);
      report->notes.insert(report->notes.end(), tool_run.notes().begin(), tool_run.notes().end());
      report->notes.insert(report->notes.end(), effects.refused.begin(), effects.refused.end());
      return report;
    }
    const std::chrono::seconds pause =
        std::max(kPause * attempt, std::chrono::seconds(report.error().retry_after_seconds));
    const bool is_last = attempt == kAttempts || !may_pass(report.error()) || pause > kLongestPause;
    if (!is_last) {
      tools.wait(pause);
      continue;
    }
    // Whoever asked in a comment does not read this job's log.
    if (job.mode == Mode::kCommands && !job.inputs.token.empty())
      std::ignore = bot::report_failure(job.event, forge, tools.options, report.error());
    return report;
  }
}

}  // namespace mlx::action
