#include <fstream>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "action/github/output_lines.h"
#include "action/gitlab/reports.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/index_facts.h"
#include "cli/json_output.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "cli/pytest_run.h"
#include "cli/terminal.h"
#include "cli/test_output.h"
#include "engine/advise/test_selection/explain_selection.h"
#include "engine/advise/test_selection/outside_changes.h"
#include "engine/advise/test_selection/select_tests.h"
#include "engine/io/directory.h"
#include "engine/io/project_changes.h"

namespace mlx::cli {
namespace {

// GitLab takes dotenv reports of 5 KB (docs.gitlab.com, "artifacts:reports:dotenv").
constexpr std::size_t kLargestDotenv = 5000;

Result<TestedChange> tested_change(const Snapshot& files, const ProjectChanges& changes) {
  TestedChange change;
  for (const WorkTreeChange& one : changes.changes)
    change.paths.push_back({.path = one.path, .is_removed = one.is_removed});
  change.unknown = MLX_TRY(reasons_of_outside(files, changes.place, changes.outside));
  if (!changes.unknown.empty()) change.unknown.push_back(changes.unknown);
  return change;
}

Result<TestSelection> selection_of(const std::string& directory, const ProjectChanges& changes) {
  const auto files = MLX_TRY(open_directory_snapshot(directory));
  const auto store = open_index_facts();
  NoIndexCache nothing;
  IndexCache& cache = store ? static_cast<IndexCache&>(*store) : nothing;
  const Progress progress("reading the project");
  const TestedChange change = MLX_TRY(tested_change(*files, changes));
  auto selection = select_tests(*files, cache, change);
  if (store) store->save();
  return selection;
}

/// To the file that the runner names, else to standard output.
int write_github(const TestSelection& selection) {
  const std::string lines = action::github::output_lines(selection_outputs(selection, "\n"));
  const std::string path = environment_variable("GITHUB_OUTPUT").value_or("");
  if (path.empty()) {
    fmt::print("{}", lines);
    return kDone;
  }
  std::ofstream file(path, std::ios::app | std::ios::binary);
  file << lines;
  file.close();
  return file ? kDone : report({ErrorCode::kIo, "cannot write to the file that GITHUB_OUTPUT names"});
}

void write_gitlab(const TestSelection& selection) {
  auto outputs = selection_outputs(selection, " ");
  if (action::gitlab::dotenv(outputs).size() > kLargestDotenv) {
    fmt::print(stderr,
               "mlx: the list of tests is longer than GitLab takes: it is left out; use `mlx test --run`\n");
    outputs.front().second.clear();
  }
  fmt::print("{}", action::gitlab::dotenv(outputs));
}

int show(const TestArguments& arguments, const TestSelection& selection) {
  if (arguments.explain) {
    print_selection(selection, Output::standard(arguments.color));
  } else if (arguments.format == TestFormat::kGithub) {
    return write_github(selection);
  } else if (arguments.format == TestFormat::kGitlab) {
    write_gitlab(selection);
  } else if (!arguments.run) {
    for (const std::string& argument : test_arguments(selection)) fmt::print("{}\n", argument);
  }
  return kDone;
}

}  // namespace

int test(const TestArguments& arguments) {
  const auto changes = project_changes(arguments.directory, arguments.since);
  if (!changes) return report(changes.error());
  const auto selection = selection_of(arguments.directory, *changes);
  if (!selection) return report(selection.error());
  if (arguments.json) {
    print_json(selection_json(*selection, *changes));
    return kDone;
  }
  fmt::print(stderr, "mlx: {}\n", printable(selection_summary(*selection, *changes)));
  if (changes->is_parting_unknown) {
    fmt::print(stderr,
               "mlx: where the histories parted is not known here, so what is new in {} counts as changed\n",
               printable(changes->revision));
  }
  for (const WholeSuiteReason& reason : selection->whole)
    fmt::print(stderr, "mlx: all tests, since {}\n", printable(explanation_of(reason)));
  const int shown = show(arguments, *selection);
  const bool runs = shown == kDone && arguments.run && !selection->selected.empty();
  return runs ? report(run_pytest(arguments.directory, *selection, arguments.pytest)) : shown;
}

}  // namespace mlx::cli
