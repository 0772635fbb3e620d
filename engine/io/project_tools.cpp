#include "engine/io/project_tools.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "engine/plan/left_to_tools.h"

namespace mlx {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kDeadline{300};

/// The last line that says something.
std::string last_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

/// uv would work on another project, in another environment, or say that it locked what it left as it was.
bool is_steering(std::string_view variable) {
  constexpr std::array<std::string_view, 6> kSteering = {"UV_FROZEN",      "UV_LOCKED",
                                                         "UV_PROJECT",     "UV_PROJECT_ENVIRONMENT",
                                                         "UV_WORKING_DIR", "UV_WORKING_DIRECTORY"};
  return std::ranges::find(kSteering, variable) != kSteering.end();
}

/// Empty if the program is there.
std::string absence_of(const std::string& program) {
  if (!find_program(program).empty()) return "";
  if (program == "node") return "Node.js is not installed, which projen runs on";
  return program + " is not installed" + (program == "uv" ? " (https://docs.astral.sh/uv)" : "");
}

ToolStep done(std::string name, std::string message) {
  return {
      .name = std::move(name), .is_done = true, .message = std::move(message), .detail = {}, .command = {}};
}

}  // namespace

bool ProjectTools::succeeds(ProgramCall call, ToolStep& step) const {
  const std::string name = fs::path(call.command.front()).filename().string();
  call.directory = directory_;
  call.deadline = kDeadline;
  call.passes = [&](std::string_view variable) {
    return !is_steering(variable) && (!options_.passes || options_.passes(variable));
  };
  const auto result = run_program(call);
  if (result && result->status == 0) return true;
  step.message = result ? name + " failed" : result.error().message;
  if (result) step.detail = last_line(result->output);
  return false;
}

std::vector<std::string> ProjectTools::uv(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "uv");
  arguments.emplace_back("--quiet");
  if (options_.is_offline) arguments.emplace_back("--offline");
  return arguments;
}

ToolStep ProjectTools::lock(const std::string& file) const {
  const std::string tool = tool_of(file);
  ToolStep step{.name = fs::path(file).filename().string(),
                .is_done = false,
                .message = absence_of(tool),
                .detail = {},
                .command = tool + " lock"};
  if (!step.message.empty()) return step;
  if (options_.is_offline && tool != "uv") {
    step.message = tool + " would ask the network";
    return step;
  }
  if (!succeeds({.command = tool == "uv" ? uv({"lock"}) : std::vector<std::string>{tool, "lock"}}, step))
    return step;
  return done(step.name, "has every dependency");
}

ToolStep ProjectTools::synthesise(Environment environment) const {
  const bool installs = environment == Environment::kInstalled;
  ToolStep step{.name = "projen",
                .is_done = false,
                .message = installs ? absence_of("uv") : std::string(),
                .detail = {},
                .command = "uv run .projenrc.py"};
  if (step.message.empty()) step.message = absence_of("node");
  if (!step.message.empty()) return step;
  if (installs && !succeeds({.command = uv({"sync"})}, step)) return step;
  const std::string python = fs::absolute(directory_ / ".venv/bin/python").string();
  if (find_program(python).empty()) {
    step.message = "there is no environment in .venv to run projen in, and no uv.lock to make one of";
    return step;
  }
  ProgramCall call{
      .command = {python, ".projenrc.py"},
      .settings = {{"PROJEN_DISABLE_POST", "1"}, {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20"}}};
  if (!succeeds(std::move(call), step)) return step;
  return done("projen", "synthesised what .projenrc.py says");
}

std::vector<ToolStep> ProjectTools::bring_up_to_date(std::vector<Finding>& findings) const {
  const bool has_uv_lock = fs::exists(directory_ / "uv.lock");
  const auto is_pending = [](const Finding& finding) { return finding.code == kSynthPending; };
  std::vector<ToolStep> steps;
  // First what projen writes: a lock is made of that.
  if (std::ranges::any_of(findings, is_pending)) {
    steps.push_back(synthesise(has_uv_lock ? Environment::kInstalled : Environment::kAsItIs));
    if (!steps.back().is_done) return steps;
    std::erase_if(findings, is_pending);
  }
  std::erase_if(findings, [&](const Finding& finding) {
    if (!is_left_to_tools(finding)) return false;
    steps.push_back(lock(finding.evidence.front().file));
    return steps.back().is_done;
  });
  return steps;
}

std::string tool_of(const std::string& lock) { return fs::path(lock).stem().string(); }

std::string missing_tool(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    if (!is_left_to_tools(finding)) continue;
    const bool is_synth = finding.code == kSynthPending;
    std::string absence = absence_of(is_synth ? "node" : tool_of(finding.evidence.front().file));
    if (!absence.empty()) return absence;
  }
  return "";
}

}  // namespace mlx
