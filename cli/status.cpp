#include "engine/plan/status.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/answers.h"
#include "cli/commands.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "cli/table.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

json status_json(const ProjectStatus& status) {
  json components = json::array();
  for (const ComponentStatus& component : status.components) {
    components.push_back({{"name", component.name},
                          {"version", to_string(component.version)},
                          {"latest", component.latest ? json(to_string(*component.latest)) : json()},
                          {"changed", component.changed_files},
                          {"missing", component.missing_files},
                          {"missingRequirements", component.missing_requirements},
                          {"missingDistributions", component.unmet.distributions},
                          {"missingVariables", component.unmet.variables}});
  }
  return {{"registry", status.registry}, {"components", std::move(components)}};
}

std::string summary(const ComponentStatus& component) {
  std::string text = component.is_incomplete() ? "incomplete" : "complete";
  if (!component.changed_files.empty()) {
    text += fmt::format(", {} changed by you", component.changed_files.size());
  }
  return text;
}

std::vector<std::string> notes(const ComponentStatus& component) {
  std::vector<std::string> lines;
  lines.reserve(component.changed_files.size() + component.missing_files.size());
  for (const std::string& path : component.changed_files) lines.push_back("changed by you: " + path);
  for (const std::string& path : component.missing_files) lines.push_back("missing: " + path);
  for (const std::string& name : component.missing_requirements) {
    lines.push_back(fmt::format("requires {0}, which is not here: run `mlx add {0}`", name));
  }
  for (const std::string& name : component.unmet.distributions) {
    lines.push_back("requires " + name + ", which the project does not declare");
  }
  for (const std::string& name : component.unmet.variables) {
    lines.push_back("reads " + name + ", which .env.example does not name");
  }
  for (std::string& line : lines) line = printable(line);
  return lines;
}

void print_status(const ProjectStatus& status, const Output& output) {
  if (status.components.empty()) {
    fmt::print("No components are installed. `mlx list` shows what there is.\n");
    return;
  }
  std::vector<TableRow> rows;
  rows.reserve(status.components.size());
  for (const ComponentStatus& component : status.components) {
    const std::string latest = component.latest ? to_string(*component.latest) : "not in the registry";
    rows.push_back({.cells = {component.name, to_string(component.version), latest},
                    .text = summary(component),
                    .notes = notes(component)});
  }
  fmt::print("{}", table({"NAME", "VERSION", "LATEST", "STATE"}, rows, output));
  const bool has_later = std::ranges::any_of(status.components, [](const ComponentStatus& component) {
    return component.latest && *component.latest > component.version;
  });
  if (has_later) fmt::print("\n`mlx diff` shows what is new, `mlx update` brings it.\n");
}

int exit_code(const ProjectStatus& status) {
  return std::ranges::any_of(status.components, &ComponentStatus::is_incomplete) ? kRefused : kDone;
}

}  // namespace

Result<Answer> status_answer(const OpenProject& project) {
  const ProjectStatus status = MLX_TRY(project_status(project.files(), project.registries()));
  return Answer{
      .value = status_json(status), .status = exit_code(status), .remarks = remarks_of(project.registries())};
}

int status(const ProjectArguments& arguments) {
  const auto project = OpenProject::open(arguments);
  if (!project) return report(project.error());
  if (arguments.json) return print_answer(status_answer(*project));
  const auto status = project_status(project->files(), project->registries());
  if (!status) return report(status.error());
  print_remarks(remarks_of(project->registries()));
  print_status(*status, Output::standard(arguments.color));
  return exit_code(*status);
}

}  // namespace mlx::cli
