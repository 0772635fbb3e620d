#include "cli/test_output.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "cli/printable.h"
#include "engine/advise/test_selection/explain_selection.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

std::string short_id(const std::string& id) { return id.substr(0, 10); }

std::string since(const ProjectChanges& changes) {
  return changes.base.empty() ? std::string()
                              : " since " + changes.revision + " (" + short_id(changes.base) + ")";
}

json tests_json(const SelectedTests& selected) {
  json steps = json::array();
  for (const ReachStep& step : selected.steps) {
    steps.push_back({{"file", step.file},
                     {"line", step.line == 0 ? json() : json(step.line)},
                     {"reached", step.reached},
                     {"text", explanation_of(step)}});
  }
  return {{"file", selected.file},
          {"tests", selected.tests},
          {"changed", selected.changed.empty() ? json() : json(selected.changed)},
          {"steps", std::move(steps)}};
}

}  // namespace

json selection_json(const TestSelection& selection, const ProjectChanges& changes) {
  json whole = json::array();
  for (const WholeSuiteReason& reason : selection.whole) {
    const json file = reason.file.empty() ? json() : json(reason.file);
    whole.push_back({{"file", file}, {"text", explanation_of(reason)}});
  }
  json selected = json::array();
  for (const SelectedTests& tests : selection.selected) selected.push_back(tests_json(tests));
  json changed = json::array();
  for (const WorkTreeChange& change : changes.changes)
    changed.push_back({{"file", change.path}, {"removed", change.is_removed}});
  return {{"since", changes.revision},
          {"base", changes.base.empty() ? json() : json(changes.base)},
          {"all", selection.is_whole()},
          {"reasons", std::move(whole)},
          {"changed", std::move(changed)},
          {"selected", std::move(selected)},
          {"unselected", selection.unselected},
          {"untested", selection.untested},
          {"tests", {{"selected", selection.selected_tests}, {"all", selection.all_tests}}},
          {"files", {{"selected", selection.selected.size()}, {"all", selection.all_files()}}}};
}

std::string selection_summary(const TestSelection& selection, const ProjectChanges& changes) {
  if (selection.all_files() == 0) return "There are no tests here.";
  if (selection.selected.empty()) {
    return changes.changes.empty() ? "Nothing has changed" + since(changes) + "."
                                   : "No test can be affected by what has changed" + since(changes) + ".";
  }
  return fmt::format("{} in {} of {} files can be affected by what has changed{}.", counted_tests(selection),
                     selection.selected.size(), selection.all_files(), since(changes));
}

void print_selection(const TestSelection& selection, const Output& output) {
  for (const SelectedTests& tests : selection.selected) {
    fmt::print("{}\n", output.styled(Style::kBold, printable(tests.file)));
    if (tests.changed == tests.file) fmt::print("  has changed\n");
    if (tests.changed.empty()) fmt::print("  is one of all\n");
    for (const ReachStep& step : tests.steps) {
      const std::string changed = &step == &tests.steps.front() ? ", which has changed" : "";
      fmt::print("  {}{}\n", printable(explanation_of(step)), changed);
    }
  }
  for (const std::string& path : selection.untested)
    fmt::print("{}\n", output.styled(Style::kDim, printable(path + ": no test reaches it")));
}

std::vector<std::string> test_arguments(const TestSelection& selection) {
  std::vector<std::string> arguments;
  arguments.reserve(selection.selected.size());
  for (const SelectedTests& tests : selection.selected)
    arguments.push_back((tests.file.starts_with('-') ? "./" : "") + tests.file);
  return arguments;
}

std::vector<std::pair<std::string, std::string>> selection_outputs(const TestSelection& selection,
                                                                   std::string_view between) {
  std::string tests;
  for (const std::string& argument : test_arguments(selection)) {
    if (!tests.empty()) tests += between;
    tests += argument;
  }
  return {{"tests", tests},
          {"test-count", std::to_string(selection.selected_tests)},
          {"test-total", std::to_string(selection.all_tests)},
          {"test-all", selection.is_whole() ? "true" : "false"},
          {"test-any", selection.selected.empty() ? "false" : "true"}};
}

}  // namespace mlx::cli
