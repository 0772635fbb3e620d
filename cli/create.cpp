#include "engine/plan/create/create.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/plan_output.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "cli/tool_steps.h"
#include "engine/base/shell_text.h"
#include "engine/io/apply_plan.h"
#include "engine/io/first_commit.h"

namespace mlx::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kOldestMinor = 9;  // older ones have no tools any more that a project is made with

/// `3.11`
Result<PythonRelease> parse_python(const std::string& text) {
  PythonRelease python;
  const char* const end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, python.major);
  const bool has_minor = major.ec == std::errc() && major.ptr != end && *major.ptr == '.';
  const auto minor = has_minor ? std::from_chars(major.ptr + 1, end, python.minor) : major;
  const bool is_release = has_minor && minor.ec == std::errc() && minor.ptr == end && python.major == 3;
  if (!is_release || python.minor < kOldestMinor || python.minor > 99)
    return fail(ErrorCode::kInvalidInput, "`" + text + "` is no version of Python from 3.9 on, such as 3.11");
  return python;
}

/// A directory that is not there, or empty.
Result<void> check_place(const fs::path& directory) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(directory, error);
  if (status.type() == fs::file_type::not_found) return {};
  if (!fs::is_directory(status)) {
    return fail(ErrorCode::kConflict,
                directory.string() + " exists and is no directory; choose another name");
  }
  if (fs::is_empty(directory, error)) return {};
  return fail(ErrorCode::kConflict,
              directory.string() +
                  " exists and is not empty: choose another name, or put components into "
                  "the project that is there with `mlx add -C " +
                  directory.string() + "`");
}

std::string message_of_commit(const NewProject& project) {
  std::string text = "Create the project\n";
  for (const PlannedComponent& component : project.plan.components)
    text += "\n" + component.name + " " + to_string(component.version);
  return text + "\n";
}

ToolStep commit(const fs::path& directory, const NewProject& project) {
  const auto outcome = commit_new_project(directory, message_of_commit(project));
  ToolStep step{
      .name = "git", .is_done = false, .message = {}, .command = "git commit -m 'Create the project'"};
  if (!outcome) {
    step.message = to_string(outcome.error());
    step.command = "git init && git add --all && " + step.command;
  } else if (*outcome == FirstCommit::kCommitted) {
    step = {.name = "git", .is_done = true, .message = "a repository with a first commit", .command = {}};
  } else if (*outcome == FirstCommit::kNoIdentity) {
    step.message = "everything is staged; git does not know who you are (user.name, user.email)";
  } else {
    step.message = "the directory is in a repository already";
    step.command = "git add . && " + step.command + " -- .";
  }
  return step;
}

/// Locking may build what the registry's components need, and synthesising runs what they brought.
bool runs_tools(const CreateArguments& arguments) {
  const std::string& registry = arguments.project.registry;
  return registry.empty() || registry == "builtin" || arguments.sync;
}

ToolStep left_to_the_user(std::string name, std::string command) {
  return {.name = std::move(name),
          .is_done = false,
          .message = "not without --sync: it runs code of the catalogue that you named",
          .command = std::move(command)};
}

std::vector<ToolStep> finish(const CreateArguments& arguments, const fs::path& directory,
                             const NewProject& project) {
  std::vector<ToolStep> steps;
  const ProjectTools tools(directory, {.is_offline = arguments.project.offline});
  if (runs_tools(arguments)) {
    steps.push_back(tools.lock("uv.lock"));
    if (project.has_projen) steps.push_back(tools.synthesise(ProjectTools::Environment::kInstalled));
  } else {
    steps.push_back(left_to_the_user("uv.lock", "uv lock"));
    if (project.has_projen) steps.push_back(left_to_the_user("projen", "uv run .projenrc.py"));
  }
  steps.push_back(commit(directory, project));
  return steps;
}

json answer(const CreateArguments& arguments, const NewProject& project, const std::vector<ToolStep>& steps) {
  json components = json::array();
  for (const PlannedComponent& component : project.plan.components) {
    components.push_back(
        {{"name", component.name},
         {"version", to_string(component.version)},
         {"requiredBy", component.required_by.empty() ? json() : json(component.required_by)}});
  }
  const bool is_created = !project.plan.is_blocked();
  return {{"created", is_created},
          {"directory", arguments.project.directory},
          {"components", std::move(components)},
          {"files", is_created ? files_json(project.plan) : json::array()},
          {"findings", findings_json(project.plan.findings)},
          {"steps", steps_json(steps)}};
}

void print_result(const CreateArguments& arguments, const NewProject& project,
                  const std::vector<ToolStep>& steps) {
  fmt::print("Created {} with {} files", printable(arguments.project.directory), project.plan.files.size());
  fmt::print("{}\n", project.plan.components.empty() ? "." : ":");
  for (const PlannedComponent& component : project.plan.components) {
    fmt::print("  {} {}{}\n", component.name, to_string(component.version),
               component.required_by.empty() ? "" : ", which " + component.required_by + " requires");
  }
  fmt::print("{}", findings_text(project.plan.findings));
  fmt::print("\n");
  for (const ToolStep& step : steps)
    fmt::print("{} {}: {}\n", step.is_done ? "+" : "!", step.name, printable(message_of(step)));
  const bool is_complete = std::ranges::all_of(steps, &ToolStep::is_done);
  fmt::print("\n{}\n  cd {}\n", is_complete ? "Next:" : "Next, with what was not possible now:",
             printable(shell_word(arguments.project.directory)));
  for (const ToolStep& step : steps) {
    if (!step.command.empty()) fmt::print("  {}\n", printable(step.command));
  }
  fmt::print("  make test\n");
  const bool serves = std::ranges::any_of(
      project.plan.files, [](const FileChange& file) { return file.path.str() == "Dockerfile"; });
  if (serves) fmt::print("  make run\n");
}

/// As a project in the directory names it: relative to that if it is a directory.
std::string address_from(const fs::path& directory, const std::string& registry) {
  const bool is_address = registry.empty() || registry == "builtin" || registry.contains("://");
  if (is_address) return registry == "builtin" ? "" : registry;
  std::error_code error;
  const fs::path place = fs::weakly_canonical(fs::absolute(registry), error);
  if (error) return fs::absolute(registry).generic_string();
  const fs::path from = fs::weakly_canonical(fs::absolute(directory), error);
  return (error ? place : place.lexically_relative(from)).generic_string();
}

}  // namespace

int create(const CreateArguments& arguments) {
  const fs::path directory = fs::absolute(arguments.project.directory).lexically_normal();
  const fs::path named = directory.has_filename() ? directory : directory.parent_path();
  const auto name = parse_project_name(named.filename().string());
  if (!name) return report(name.error());
  const auto python = parse_python(arguments.python);
  if (!python) return report(python.error());
  if (const auto place = check_place(named); !place) return report(place.error());

  const auto nothing = OpenProject::open_new(arguments.project);
  if (!nothing) return report(nothing.error());
  auto project = plan_create({.name = *name,
                              .components = arguments.components,
                              .takes_all = arguments.takes_all,
                              .with_projen = !arguments.without_projen,
                              .python = *python,
                              .forge = arguments.forge == "gitlab" ? ForgeKind::kGitlab : ForgeKind::kGithub,
                              .registry = address_from(named, arguments.project.registry)},
                             nothing->registries());
  if (!project) return report(project.error());
  if (project->plan.is_blocked()) {
    if (arguments.project.json) {
      print_json(answer(arguments, *project, {}));
    } else {
      fmt::print("{}", findings_text(project->plan.findings));
    }
    return kRefused;
  }
  std::error_code error;
  fs::create_directories(named, error);
  if (error) return report({ErrorCode::kIo, named.string() + ": " + error.message()});
  if (const auto applied = apply_plan(project->plan, named); !applied) return report(applied.error());
  const std::vector<ToolStep> steps = finish(arguments, named, *project);
  if (arguments.project.json) {
    print_json(answer(arguments, *project, steps));
  } else {
    print_result(arguments, *project, steps);
  }
  return kDone;
}

}  // namespace mlx::cli
