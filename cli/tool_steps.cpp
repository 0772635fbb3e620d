#include "cli/tool_steps.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/printable.h"

namespace mlx::cli {

using nlohmann::json;

std::string message_of(const ToolStep& step) {
  return step.message + (step.detail.empty() ? "" : ": " + step.detail);
}

json steps_json(const std::vector<ToolStep>& steps) {
  json list = json::array();
  for (const ToolStep& step : steps) {
    list.push_back({{"name", step.name},
                    {"done", step.is_done},
                    {"message", message_of(step)},
                    {"command", step.command.empty() ? json() : json(step.command)}});
  }
  return list;
}

std::string steps_text(const std::vector<ToolStep>& steps) {
  std::string text;
  for (const ToolStep& step : steps) {
    text += fmt::format("{} {}: {}", step.is_done ? "+" : "!", step.name, printable(message_of(step)));
    text += step.command.empty() ? "\n" : fmt::format("; later: {}\n", printable(step.command));
  }
  return text;
}

std::string undo_text(const std::vector<ToolStep>& steps) {
  std::string commands;
  for (const ToolStep& step : steps) {
    if (!step.is_done) continue;
    const std::string command = step.name == "projen" ? "npx projen" : tool_of(step.name) + " lock";
    commands += (commands.empty() ? "`" : ", `") + command + "`";
  }
  return commands.empty() ? "" : "Then run " + commands + " again.\n";
}

}  // namespace mlx::cli
