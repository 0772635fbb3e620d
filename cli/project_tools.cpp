#include "cli/project_tools.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/printable.h"
#include "engine/io/run_program.h"
#include "engine/io/workspace_lock.h"

namespace mlx::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::chrono::seconds kDeadline{300};
constexpr std::string_view kPending = "synth-pending";
constexpr std::string_view kOutdated = "lock-file-outdated";

/// The last line that says something.
std::string last_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

/// Runs it; a message if it did not work.
std::string failure_of(const fs::path& directory, std::vector<std::string> command,
                       std::map<std::string, std::string> settings = {}) {
  const std::string name = fs::path(command.front()).filename().string();
  const auto result = run_program({.command = std::move(command),
                                   .directory = directory,
                                   .settings = std::move(settings),
                                   .deadline = kDeadline});
  if (!result) return result.error().message;
  if (result->status == 0) return "";
  return name + " failed: " + last_line(result->output);
}

std::vector<std::string> uv(std::vector<std::string> arguments, bool is_offline) {
  arguments.insert(arguments.begin(), "uv");
  arguments.emplace_back("--quiet");
  if (is_offline) arguments.emplace_back("--offline");
  return arguments;
}

/// `uv` of `uv.lock`; the tools are called as their locks.
std::string tool_of(const std::string& lock) { return fs::path(lock).stem().string(); }

bool is_about(const Finding& finding, std::string_view code) { return finding.code == code; }

}  // namespace

Step ProjectTools::lock(const std::string& file) const {
  const std::string tool = tool_of(file);
  Step step{
      .name = fs::path(file).filename().string(), .is_done = false, .message = {}, .command = tool + " lock"};
  if (find_program(tool).empty()) {
    step.message = tool + " is not installed" + (tool == "uv" ? " (https://docs.astral.sh/uv)" : "");
    return step;
  }
  if (is_offline_ && tool != "uv") {
    step.message = tool + " would ask the network";
    return step;
  }
  step.message = failure_of(
      directory_, tool == "uv" ? uv({"lock"}, is_offline_) : std::vector<std::string>{tool, "lock"});
  if (!step.message.empty()) return step;
  return {.name = step.name, .is_done = true, .message = "has every dependency", .command = {}};
}

Step ProjectTools::synthesise(Environment environment) const {
  Step step{.name = "projen", .is_done = false, .message = {}, .command = "uv run .projenrc.py"};
  const bool installs = environment == Environment::kInstalled;
  if (installs && find_program("uv").empty()) {
    step.message = "uv is not installed, which installs projen";
    return step;
  }
  if (find_program("node").empty()) {
    step.message = "Node.js is not installed, which projen runs on";
    return step;
  }
  if (installs) step.message = failure_of(directory_, uv({"sync"}, is_offline_));
  if (!step.message.empty()) return step;
  const std::string python = fs::absolute(directory_ / ".venv/bin/python").string();
  if (find_program(python).empty()) {
    step.message = "there is no environment in .venv to run it in";
    return step;
  }
  step.message =
      failure_of(directory_, {python, ".projenrc.py"},
                 {{"PROJEN_DISABLE_POST", "1"}, {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20"}});
  if (!step.message.empty()) return step;
  return {.name = "projen", .is_done = true, .message = "synthesised what .projenrc.py says", .command = {}};
}

std::vector<Step> bring_up_to_date(ChangePlan& plan, const fs::path& directory, bool is_offline) {
  const ProjectTools tools(directory, is_offline);
  const bool has_uv_lock = fs::exists(directory / "uv.lock");
  const auto is_pending = [](const Finding& finding) { return is_about(finding, kPending); };
  std::vector<Step> steps;
  // First what projen writes: a lock is made of that.
  if (std::ranges::any_of(plan.findings, is_pending)) {
    steps.push_back(tools.synthesise(has_uv_lock ? ProjectTools::Environment::kInstalled
                                                 : ProjectTools::Environment::kAsItIs));
    if (!steps.back().is_done) return steps;
    std::erase_if(plan.findings, is_pending);
  }
  std::erase_if(plan.findings, [&](const Finding& finding) {
    if (!is_about(finding, kOutdated) || finding.evidence.empty()) return false;
    steps.push_back(tools.lock(finding.evidence.front().file));
    return steps.back().is_done;
  });
  return steps;
}

void note_workspace_lock(ChangePlan& plan, const fs::path& directory) {
  const bool changes_dependencies = std::ranges::any_of(
      plan.files, [&](const FileChange& file) { return file.path.str() == plan.dependency_file; });
  if (!changes_dependencies || plan.dependency_file != "pyproject.toml" || fs::exists(directory / "uv.lock"))
    return;
  const fs::path lock = find_workspace_lock(directory);
  if (lock.empty()) return;
  plan.findings.push_back(
      {.code = std::string(kOutdated),
       .severity = Severity::kWarning,
       .message = "`" + lock.string() +
                  "`, the lock of the workspace, does not have these dependencies yet, so a "
                  "locked install fails",
       .remedy = "run `uv lock` and commit what it changes together with this",
       .evidence = {{.file = lock.string()}}});
}

json steps_json(const std::vector<Step>& steps) {
  json list = json::array();
  for (const Step& step : steps) {
    list.push_back({{"name", step.name},
                    {"done", step.is_done},
                    {"message", step.message},
                    {"command", step.command.empty() ? json() : json(step.command)}});
  }
  return list;
}

std::string steps_text(const std::vector<Step>& steps) {
  std::string text;
  for (const Step& step : steps) {
    text += fmt::format("{} {}: {}", step.is_done ? "+" : "!", step.name, printable(step.message));
    text += step.command.empty() ? "\n" : fmt::format("; later: {}\n", printable(step.command));
  }
  return text;
}

std::string undo_text(const std::vector<Step>& steps) {
  std::string commands;
  for (const Step& step : steps) {
    if (!step.is_done) continue;
    const std::string command = step.name == "projen" ? "npx projen" : tool_of(step.name) + " lock";
    commands += (commands.empty() ? "`" : ", `") + command + "`";
  }
  return commands.empty() ? "" : "Then run " + commands + " again.\n";
}

}  // namespace mlx::cli
