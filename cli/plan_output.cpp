#include "cli/plan_output.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/printable.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

std::string_view action_of(const FileChange& file) {
  if (!file.before) return "create";
  return file.after ? "change" : "remove";
}

char mark_of(const FileChange& file) {
  if (!file.before) return '+';
  return file.after ? '~' : '-';
}

std::string additions_text(const ChangePlan& plan) {
  std::string text;
  if (!plan.distributions.empty()) text += fmt::format("\nDependencies added to {}:\n", plan.dependency_file);
  for (const PlannedDistribution& distribution : plan.distributions) {
    const std::string group =
        distribution.group.empty() ? "" : fmt::format("  (group {})", distribution.group);
    text += fmt::format("  {}{}\n", printable(distribution.requirement), group);
  }
  if (!plan.environment.empty()) text += "\nEnvironment variables, named in .env.example:\n";
  for (const EnvironmentVariable& variable : plan.environment) {
    const std::string value = variable.is_required ? "required" : "default " + variable.default_value;
    text += fmt::format("  {}  {}  ({})\n", variable.name, printable(variable.description),
                        variable.is_secret ? "secret" : printable(value));
  }
  return text;
}

json distributions_json(const std::vector<PlannedDistribution>& distributions) {
  json list = json::array();
  for (const PlannedDistribution& distribution : distributions) {
    list.push_back({{"requirement", distribution.requirement},
                    {"group", distribution.group.empty() ? json() : json(distribution.group)},
                    {"component", distribution.component}});
  }
  return list;
}

}  // namespace

json findings_json(const std::vector<Finding>& findings) {
  json list = json::array();
  for (const Finding& finding : findings) {
    json evidence = json::array();
    for (const Evidence& place : finding.evidence)
      evidence.push_back({{"file", place.file}, {"line", place.line}});
    list.push_back({{"code", finding.code},
                    {"severity", to_string(finding.severity)},
                    {"message", finding.message},
                    {"remedy", finding.remedy},
                    {"evidence", std::move(evidence)}});
  }
  return list;
}

json files_json(const ChangePlan& plan) {
  json files = json::array();
  for (const FileChange& file : plan.files) {
    files.push_back({{"path", file.path.str()}, {"action", action_of(file)}});
  }
  return files;
}

std::string files_text(const ChangePlan& plan) {
  std::string text;
  for (const FileChange& file : plan.files)
    text += fmt::format("  {} {}\n", mark_of(file), printable(file.path.str()));
  return text;
}

std::string findings_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += fmt::format("{}: {}\n", to_string(finding.severity), printable(finding.message));
    for (const Evidence& place : finding.evidence)
      text += fmt::format("  at {}\n", printable(to_string(place)));
    if (!finding.remedy.empty()) text += fmt::format("  {}\n", printable(finding.remedy));
  }
  return text;
}

json plan_json(const ChangePlan& plan, bool is_applied) {
  json components = json::array();
  for (const PlannedComponent& component : plan.components) {
    components.push_back(
        {{"name", component.name},
         {"version", to_string(component.version)},
         {"requiredBy", component.required_by.empty() ? json() : json(component.required_by)}});
  }
  json environment = json::array();
  for (const EnvironmentVariable& variable : plan.environment) {
    environment.push_back({{"name", variable.name},
                           {"required", variable.is_required},
                           {"secret", variable.is_secret},
                           {"default", variable.default_value},
                           {"description", variable.description}});
  }
  return {{"applied", is_applied},
          {"blocked", plan.is_blocked()},
          {"components", std::move(components)},
          {"files", files_json(plan)},
          {"distributions", distributions_json(plan.distributions)},
          {"environment", std::move(environment)},
          {"findings", findings_json(plan.findings)},
          {"diff", is_applied ? json() : json(unified_diff(plan))}};
}

std::string plan_text(const ChangePlan& plan, PlanTextOptions options) {
  std::string text = findings_text(plan.findings);
  if (plan.is_blocked()) return text + "Nothing was changed.\n";
  if (plan.is_empty()) return text + "There is nothing to do.\n";
  if (options.shows_diff) text += unified_diff(plan) + "\n";
  for (const PlannedComponent& component : plan.components) {
    const std::string why = component.required_by.empty() ? "" : ", required by " + component.required_by;
    text += fmt::format("{} {}: {} files{}\n", component.name, to_string(component.version),
                        component.file_count, why);
  }
  text += "\n" + files_text(plan) + additions_text(plan);
  text += options.is_applied ? "\nDone. The code is yours now; mlx.lock records where it came from.\n"
                             : "\nNothing was written (dry run).\n";
  return text;
}

json removal_json(const ChangePlan& plan, bool is_applied) {
  json components = json::array();
  for (const RemovedComponent& component : plan.removal.components) {
    components.push_back({{"name", component.name}, {"version", to_string(component.version)}});
  }
  return {{"applied", is_applied},
          {"blocked", plan.is_blocked()},
          {"components", std::move(components)},
          {"files", files_json(plan)},
          {"kept", plan.removal.kept_files},
          {"distributions", distributions_json(plan.removal.distributions)},
          {"environment", plan.removal.environment},
          {"findings", findings_json(plan.findings)},
          {"diff", is_applied ? json() : json(unified_diff(plan))}};
}

std::string removal_text(const ChangePlan& plan, PlanTextOptions options) {
  std::string text = findings_text(plan.findings);
  if (plan.is_blocked()) return text + "Nothing was changed.\n";
  if (options.shows_diff) text += unified_diff(plan) + "\n";
  for (const RemovedComponent& component : plan.removal.components) {
    text += fmt::format("{} {} goes\n", component.name, to_string(component.version));
  }
  text += "\n" + files_text(plan);
  if (!plan.removal.distributions.empty()) {
    text += fmt::format("\nDependencies removed from {}:\n", plan.dependency_file);
  }
  for (const PlannedDistribution& distribution : plan.removal.distributions) {
    const std::string group =
        distribution.group.empty() ? "" : fmt::format("  (group {})", distribution.group);
    text += fmt::format("  {}{}\n", printable(distribution.requirement), group);
  }
  if (!plan.removal.environment.empty()) text += "\nVariables removed from .env.example:\n";
  for (const std::string& name : plan.removal.environment) text += fmt::format("  {}\n", name);
  return text + (options.is_applied ? "\nDone.\n" : "\nNothing was written (dry run).\n");
}

}  // namespace mlx::cli
