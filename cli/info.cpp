#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/answers.h"
#include "cli/commands.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "cli/terminal.h"
#include "engine/component/component_json.h"
#include "engine/plan/status.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

json texts(const std::vector<Requirement>& requirements) {
  json list = json::array();
  for (const Requirement& requirement : requirements) list.push_back(render(requirement));
  return list;
}

json requires_json(const ComponentRequirements& needs) {
  json components = json::object();
  for (const auto& [name, range] : needs.components) components[name] = range.str();
  json groups = json::object();
  for (const auto& [group, requirements] : needs.groups) groups[group] = texts(requirements);
  json services = json::array();
  for (const RequiredService& service : needs.services) {
    services.push_back({{"name", service.name}, {"image", service.image}, {"ports", service.ports}});
  }
  json environment = json::array();
  for (const EnvironmentVariable& variable : needs.environment) {
    environment.push_back({{"name", variable.name},
                           {"required", variable.is_required},
                           {"secret", variable.is_secret},
                           {"default", variable.is_secret ? "" : variable.default_value},
                           {"description", variable.description}});
  }
  return {{"python", needs.python},
          {"components", std::move(components)},
          {"distributions", texts(needs.distributions)},
          {"groups", std::move(groups)},
          {"services", std::move(services)},
          {"environment", std::move(environment)}};
}

json info_json(const Component& component, const std::string& installed, const Registry& registry) {
  json files = json::array();
  for (const ComponentFile& file : component.files) {
    files.push_back({{"target", file.target.str()}, {"kind", to_string(file.kind)}});
  }
  json points = json::array();
  for (const InjectionPoint& point : component.injection_points) {
    points.push_back({{"name", point.name},
                      {"file", point.file},
                      {"function", point.function},
                      {"location", point.location}});
  }
  return {{"registry", registry.name()},
          {"name", component.name},
          {"version", to_string(component.version)},
          {"installed", installed.empty() ? json() : json(installed)},
          {"title", component.title},
          {"description", component.description},
          {"type", to_string(component.type)},
          {"categories", component.categories},
          {"requires", requires_json(component.requirements)},
          {"files", std::move(files)},
          {"provides", provides_json(component.provides)},
          {"injectionPoints", std::move(points)},
          {"compatibility",
           {{"enhances", component.compatibility.enhances},
            {"conflicts", component.compatibility.conflicts},
            {"optional", component.compatibility.optional}}}};
}

/// Sections of a heading and lines; those without lines are left out.
class Sections {
 public:
  explicit Sections(const Output& output) : output_(output) {}

  void add(std::string_view heading, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    fmt::print("\n{}\n", output_.styled(Style::kBold, heading));
    for (const std::string& line : lines) {
      const std::size_t room = output_.width() == 0 ? 0 : output_.width() - 4;
      std::string indent = "  ";
      for (const std::string& part : wrapped(printable(line), room)) {
        fmt::print("{}{}\n", indent, part);
        indent = "    ";
      }
    }
  }

 private:
  const Output& output_;
};

std::vector<std::string> requirement_lines(const ComponentRequirements& needs) {
  std::vector<std::string> lines;
  if (!needs.python.empty()) lines.push_back("Python " + needs.python);
  for (const auto& [name, range] : needs.components) lines.push_back("component " + name + " " + range.str());
  for (const Requirement& requirement : needs.distributions) lines.push_back(render(requirement));
  for (const auto& [group, requirements] : needs.groups) {
    for (const Requirement& requirement : requirements) {
      lines.push_back(render(requirement) + " (group " + group + ")");
    }
  }
  for (const RequiredService& service : needs.services) {
    lines.push_back("service " + service.name + (service.image.empty() ? "" : " (" + service.image + ")"));
  }
  return lines;
}

std::vector<std::string> variable_lines(const std::vector<EnvironmentVariable>& variables) {
  std::vector<std::string> lines;
  lines.reserve(variables.size());
  for (const EnvironmentVariable& variable : variables) {
    std::string facts = variable.is_required ? "required" : "";
    const bool has_value = variable.is_secret || !variable.default_value.empty();
    if (has_value && !facts.empty()) facts += ", ";
    if (has_value) facts += variable.is_secret ? "secret" : "default " + variable.default_value;
    std::string line = variable.name;
    if (!facts.empty()) line += " (" + facts + ")";
    if (!variable.description.empty()) line += ": " + variable.description;
    lines.push_back(std::move(line));
  }
  return lines;
}

/// `function src.api.run() -> None`, `constant src.api.LIMIT: int`, `alias src.run = src.api.run`.
std::string symbol_line(const ProvidedSymbol& symbol) {
  const bool is_called = symbol.signature.starts_with('(');
  const bool is_alias = symbol.kind == SymbolKind::kAlias;
  const std::string_view between = is_called || symbol.signature.empty() ? "" : is_alias ? " = " : ": ";
  return fmt::format("{} {}{}{}", to_string(symbol.kind), symbol.name, between, symbol.signature);
}

/// `Dockerfile (api): python:3.11-slim, port 8000, runs python -m src.api, asked for /health`.
std::vector<std::string> container_lines(const std::vector<ProvidedContainer>& containers) {
  std::vector<std::string> lines;
  for (const ProvidedContainer& container : containers) {
    std::string line = container.file;
    if (!container.service.empty()) line += " (" + container.service + ")";
    line += ": " + container.base;
    for (const std::string& port : container.ports) line += ", port " + port;
    if (!container.command.empty()) line += ", runs " + container.command;
    if (!container.health_path.empty()) line += ", asked for " + container.health_path;
    lines.push_back(std::move(line));
  }
  return lines;
}

void print_info(const Component& component, const std::string& installed, const Output& output) {
  fmt::print("{} {}{}\n", output.styled(Style::kBold, component.name), to_string(component.version),
             installed.empty() ? "" : "  (here: " + installed + ")");
  fmt::print("{}\n", printable(component.title));
  for (const std::string& line : wrapped(printable(component.description), output.width())) {
    fmt::print("{}\n", line);
  }
  std::string categories;
  for (const std::string& category : component.categories) categories += ", " + category;
  fmt::print("{}{}\n", to_string(component.type), printable(categories));

  Sections sections(output);
  sections.add("Requires", requirement_lines(component.requirements));
  sections.add("Environment variables", variable_lines(component.requirements.environment));
  std::vector<std::string> lines;
  lines.reserve(component.files.size());
  for (const ComponentFile& file : component.files) lines.push_back(file.target.str());
  sections.add("Files", lines);
  lines.clear();
  for (const ProvidedRoute& route : component.provides.routes) {
    const bool has_role = route.role != RouteRole::kNone;
    lines.push_back(route.method + " " + route.path);
    if (has_role) lines.back() += fmt::format(" ({})", to_string(route.role));
  }
  sections.add("Routes", lines);
  lines.clear();
  for (const ProvidedSymbol& symbol : component.provides.symbols) {
    lines.push_back(symbol_line(symbol));
  }
  sections.add("Public names", lines);
  sections.add("Entry points", component.provides.entry_points);
  sections.add("Containers of its platform", container_lines(component.provides.containers));
  lines.clear();
  for (const InjectionPoint& point : component.injection_points) {
    lines.push_back(
        fmt::format("{}: {} of {} in {}", point.name, point.location, point.function, point.file));
  }
  sections.add("Injection points", lines);
}

struct ComponentInfo {
  const Registry* registry = nullptr;
  Component component;
  std::string installed;  ///< the version that is here; empty if none is
};

Result<ComponentInfo> find_info(const InfoArguments& arguments, const OpenProject& project) {
  const FoundComponent found =
      MLX_TRY(project.registries().find(MLX_TRY(ComponentName::parse(arguments.component))));
  ComponentInfo info;
  info.registry = found.registry;
  info.component = MLX_TRY(found.registry->component(found.item.name));
  const Lock lock = MLX_TRY(read_project_lock(project.files()));
  const auto locked = lock.components.find(info.component.name);
  if (locked != lock.components.end()) info.installed = to_string(locked->second.version);
  return info;
}

}  // namespace

Result<Answer> info_answer(const InfoArguments& arguments, const OpenProject& project) {
  const ComponentInfo found = MLX_TRY(find_info(arguments, project));
  return Answer{
      .value = info_json(found.component, found.installed, *found.registry), .status = kDone, .remarks = {}};
}

int info(const InfoArguments& arguments) {
  const auto project = OpenProject::open(arguments.project);
  if (!project) return report(project.error());
  if (arguments.project.json) return print_answer(info_answer(arguments, *project));
  const auto found = find_info(arguments, *project);
  if (!found) return report(found.error());
  print_info(found->component, found->installed, Output::standard(arguments.project.color));
  return kDone;
}

}  // namespace mlx::cli
