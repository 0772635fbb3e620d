#include "cli/project_tools.h"

#include <chrono>
#include <utility>
#include <vector>

#include "engine/io/run_program.h"

namespace mlx::cli {
namespace {

constexpr std::chrono::seconds kDeadline{300};

/// The last line that says something.
std::string last_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

/// Runs it; a message if it did not work.
std::string failure_of(const std::filesystem::path& directory, std::vector<std::string> command,
                       std::map<std::string, std::string> settings = {}) {
  const std::string name = command.front();
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
  if (is_offline) arguments.emplace_back("--offline");
  return arguments;
}

}  // namespace

ToolOutcome ProjectTools::lock() const {
  if (find_program("uv").empty()) return {.message = "uv is not installed (https://docs.astral.sh/uv)"};
  const std::string failure = failure_of(directory_, uv({"lock", "--quiet"}, is_offline_));
  if (!failure.empty()) return {.message = failure};
  return {.is_done = true, .message = "uv.lock has every dependency"};
}

ToolOutcome ProjectTools::synthesise() const {
  if (find_program("uv").empty()) return {.message = "uv is not installed, which installs projen"};
  if (find_program("node").empty()) return {.message = "Node.js is not installed, which projen runs on"};
  std::string failure = failure_of(directory_, uv({"sync", "--quiet"}, is_offline_));
  if (!failure.empty()) return {.message = failure};
  const std::string python = std::filesystem::absolute(directory_ / ".venv/bin/python").string();
  failure =
      failure_of(directory_, {python, ".projenrc.py"},
                 {{"PROJEN_DISABLE_POST", "1"}, {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20"}});
  if (!failure.empty()) return {.message = failure};
  // Its form is another one now, and what it says must not be.
  failure = failure_of(directory_, uv({"lock", "--quiet"}, is_offline_));
  if (!failure.empty()) return {.message = failure};
  return {.is_done = true, .message = "synthesised what .projenrc.py says"};
}

}  // namespace mlx::cli
