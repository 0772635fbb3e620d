#include "cli/update_output.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/printable.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

char mark_of(FileOutcome outcome) {
  switch (outcome) {
    case FileOutcome::kUpdated:
    case FileOutcome::kMerged: return '~';
    case FileOutcome::kConflict: return '!';
    case FileOutcome::kAdded: return '+';
    case FileOutcome::kRemoved: return '-';
    case FileOutcome::kKept: return '=';
  }
  return ' ';
}

std::string said_of(const ChangePlan& plan, const UpdatedFile& file) {
  std::string text;
  switch (file.outcome) {
    case FileOutcome::kUpdated: text = "updated"; break;
    case FileOutcome::kMerged: text = "merged with your changes"; break;
    case FileOutcome::kConflict: {
      const FileConflict* const conflict = plan.update.conflict_in(file.path);
      const std::size_t places = conflict == nullptr ? 1 : conflict->merged.conflict_count();
      text = fmt::format("conflict in {} place{}", places, places == 1 ? "" : "s");
      break;
    }
    case FileOutcome::kAdded: text = "new"; break;
    case FileOutcome::kRemoved: text = "removed"; break;
    case FileOutcome::kKept: text = "stays as you have it"; break;
  }
  if (!file.steps.empty()) text += " (" + to_string(file.steps) + ")";
  if (!file.moved_from.empty()) text += ", moved from " + printable(file.moved_from);
  return text;
}

/// Signatures of a screen's length say less than that there is another one.
std::string breaking_text(const ComponentChange& change) {
  constexpr std::size_t kLongestDetail = 100;
  const bool has_detail = !change.detail.empty() && change.detail.size() <= kLongestDetail;
  return fmt::format("  breaking: {} {} {}{}\n", to_string(change.subject), printable(change.name),
                     to_string(change.kind), has_detail ? ": " + printable(change.detail) : "");
}

std::string component_text(const ChangePlan& plan, const UpdatedComponent& component) {
  std::string text =
      fmt::format("{} {} → {}{}\n", component.name, to_string(component.from), to_string(component.to),
                  component.required_by.empty() ? "" : ", needed by " + component.required_by);
  if (component.upstream) {
    for (const ComponentChange& change : component.upstream->list) {
      if (change.breaks_users) text += breaking_text(change);
    }
    const std::string summary = summary_of(*component.upstream);
    if (!summary.empty()) text += fmt::format("  upstream: {}\n", summary);
  }
  std::size_t width = 0;
  for (const UpdatedFile& file : component.files) width = std::max(width, file.path.size());
  for (const UpdatedFile& file : component.files) {
    text += fmt::format("  {} {:<{}}  {}\n", mark_of(file.outcome), printable(file.path), width,
                        said_of(plan, file));
  }
  return text;
}

std::string dependencies_text(const ChangePlan& plan) {
  std::string text;
  for (const ReplacedLine& line : plan.update.distributions)
    text += fmt::format("  ~ {} → {}\n", printable(line.from), printable(line.to));
  for (const PlannedDistribution& one : plan.distributions)
    text += fmt::format("  + {}\n", printable(one.requirement));
  for (const PlannedDistribution& one : plan.removal.distributions)
    text += fmt::format("  - {}\n", printable(one.requirement));
  return text.empty() ? text : fmt::format("\nDependencies in {}:\n{}", plan.dependency_file, text);
}

std::string variables_text(const ChangePlan& plan) {
  std::string text;
  for (const ChangedVariable& one : plan.update.environment) {
    const bool has_other_default = one.default_before != one.default_after;
    text += fmt::format("  ~ {}{}\n", one.name,
                        has_other_default ? fmt::format("  default {} → {}", printable(one.default_before),
                                                        printable(one.default_after))
                                          : "");
  }
  for (const EnvironmentVariable& one : plan.environment)
    text += fmt::format("  + {}  {}\n", one.name, printable(one.description));
  for (const std::string& name : plan.removal.environment) text += fmt::format("  - {}\n", name);
  return text.empty() ? text : "\nVariables in .env.example:\n" + text;
}

std::string conflicts_text(const ChangePlan& plan, bool is_applied) {
  if (plan.update.conflicts.empty()) return {};
  const std::size_t count = plan.update.conflicts.size();
  std::string text = fmt::format("\n{} file{} {}:\n", count, count == 1 ? "" : "s",
                                 is_applied ? "left for you to finish" : "would be left for you to finish");
  for (const FileConflict& conflict : plan.update.conflicts) {
    text +=
        fmt::format("  {}{}\n", printable(conflict.path.str()),
                    conflict.is_binary ? "  (binary: it is yours now, the new version was not taken)" : "");
  }
  return text +
         "Edit what is between <<<<<<< and >>>>>>>, or run `git mergetool`; then `git add` the files.\n";
}

json file_json(const UpdatedFile& file) {
  json steps = json::array();
  for (const MergeStep step : file.steps) steps.push_back(to_string(step));
  return {{"path", file.path},
          {"movedFrom", file.moved_from.empty() ? json() : json(file.moved_from)},
          {"outcome", to_string(file.outcome)},
          {"steps", std::move(steps)}};
}

json change_json(const ComponentChange& change) {
  return {{"subject", to_string(change.subject)},
          {"kind", to_string(change.kind)},
          {"name", change.name},
          {"detail", change.detail},
          {"breaking", change.breaks_users}};
}

json component_json(const UpdatedComponent& component) {
  json upstream;
  if (component.upstream) {
    upstream = json::array();
    for (const ComponentChange& change : component.upstream->list) upstream.push_back(change_json(change));
  }
  json files = json::array();
  for (const UpdatedFile& file : component.files) files.push_back(file_json(file));
  return {{"name", component.name},
          {"from", to_string(component.from)},
          {"to", to_string(component.to)},
          {"requiredBy", component.required_by.empty() ? json() : json(component.required_by)},
          {"upstream", std::move(upstream)},
          {"files", std::move(files)}};
}

json conflicts_json(const ChangePlan& plan) {
  json list = json::array();
  for (const FileConflict& conflict : plan.update.conflicts) {
    list.push_back({{"path", conflict.path.str()},
                    {"component", conflict.component},
                    {"places", conflict.merged.conflict_count()},
                    {"binary", conflict.is_binary}});
  }
  return list;
}

json distributions_json(const ChangePlan& plan) {
  json added = json::array();
  json changed = json::array();
  json removed = json::array();
  for (const PlannedDistribution& one : plan.distributions) added.push_back(one.requirement);
  for (const ReplacedLine& one : plan.update.distributions)
    changed.push_back({{"from", one.from}, {"to", one.to}});
  for (const PlannedDistribution& one : plan.removal.distributions) removed.push_back(one.requirement);
  return {{"added", std::move(added)}, {"changed", std::move(changed)}, {"removed", std::move(removed)}};
}

json environment_json(const ChangePlan& plan) {
  json added = json::array();
  for (const EnvironmentVariable& one : plan.environment) added.push_back(one.name);
  json changed = json::array();
  for (const ChangedVariable& one : plan.update.environment) changed.push_back(one.name);
  return {
      {"added", std::move(added)}, {"changed", std::move(changed)}, {"removed", plan.removal.environment}};
}

}  // namespace

json update_json(const ChangePlan& plan, bool is_applied) {
  json components = json::array();
  for (const UpdatedComponent& component : plan.update.components)
    components.push_back(component_json(component));
  json added = json::array();
  for (const PlannedComponent& component : plan.components) {
    added.push_back({{"name", component.name},
                     {"version", to_string(component.version)},
                     {"requiredBy", component.required_by}});
  }
  return {{"applied", is_applied},
          {"blocked", plan.is_blocked()},
          {"components", std::move(components)},
          {"added", std::move(added)},
          {"files", files_json(plan)},
          {"conflicts", conflicts_json(plan)},
          {"distributions", distributions_json(plan)},
          {"environment", environment_json(plan)},
          {"findings", findings_json(plan.findings)},
          {"diff", is_applied ? json() : json(unified_diff(plan))}};
}

std::string update_text(const ChangePlan& plan, PlanTextOptions options) {
  std::string text = findings_text(plan.findings);
  if (plan.is_blocked()) return text + "Nothing was changed.\n";
  if (plan.update.components.empty()) return text + "Everything is up to date.\n";
  if (options.shows_diff) text += unified_diff(plan) + "\n";
  for (const UpdatedComponent& component : plan.update.components) text += component_text(plan, component);
  for (const PlannedComponent& component : plan.components) {
    text += fmt::format("{} {}: {} files, new, needed by {}\n", component.name, to_string(component.version),
                        component.file_count, component.required_by);
  }
  text += dependencies_text(plan) + variables_text(plan) + conflicts_text(plan, options.is_applied);
  if (!options.is_applied) return text + "\nNothing was written (dry run).\n";
  return text + (plan.update.conflicts.empty()
                     ? "\nDone. Run your tests, and look at the changes before you commit.\n"
                     : "");
}

}  // namespace mlx::cli
