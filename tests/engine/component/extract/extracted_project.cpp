#include "tests/engine/component/extract/extracted_project.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace mlx {
namespace {

template <typename Range, typename Text>
std::vector<std::string> lines(const Range& range, Text text) {
  std::vector<std::string> list;
  list.reserve(range.size());
  for (const auto& element : range) list.push_back(text(element));
  return list;
}

std::vector<std::string> texts(const std::vector<Requirement>& requirements) {
  return lines(requirements, [](const Requirement& requirement) { return requirement.text; });
}

}  // namespace

ExtractedProject::ExtractedProject(std::map<std::string, std::string> files) {
  run(MemorySnapshot(std::move(files)));
}

ExtractedProject::ExtractedProject(MemorySnapshot& snapshot) { run(snapshot); }

void ExtractedProject::run(const Snapshot& snapshot) {
  const ProjectConfiguration configuration = read_configuration(snapshot).value();
  NoIndexCache cache;
  const RepoIndex index = RepoIndex::build(snapshot, cache, source_roots(configuration)).value();
  extraction_ = extract_components(snapshot, index, configuration).value();
}

std::vector<std::string> ExtractedProject::names() const {
  return lines(extraction_.components, [](const auto& extracted) { return extracted.component.name; });
}

const ExtractedComponent& ExtractedProject::extracted(const std::string& name) const {
  const auto found =
      std::ranges::find(extraction_.components, name, [](const auto& e) { return e.component.name; });
  if (found == extraction_.components.end()) throw std::runtime_error("no component " + name);
  return *found;
}

const Component& ExtractedProject::component(const std::string& name) const {
  return extracted(name).component;
}

std::vector<std::string> ExtractedProject::targets(const std::string& name) const {
  return lines(component(name).files, [](const ComponentFile& file) { return file.target.str(); });
}

std::vector<std::string> ExtractedProject::distributions(const std::string& name) const {
  return texts(component(name).requirements.distributions);
}

std::vector<std::string> ExtractedProject::optional_distributions(const std::string& name) const {
  return texts(component(name).requirements.optional);
}

std::vector<std::string> ExtractedProject::development_distributions(const std::string& name) const {
  const auto& groups = component(name).requirements.groups;
  return groups.contains("dev") ? texts(groups.at("dev")) : std::vector<std::string>();
}

std::vector<std::string> ExtractedProject::components_required(const std::string& name) const {
  return lines(component(name).requirements.components, [](const auto& entry) { return entry.first; });
}

std::vector<std::string> ExtractedProject::variables(const std::string& name) const {
  return lines(component(name).requirements.environment, [](const EnvironmentVariable& variable) {
    return variable.name + (variable.is_required ? " required" : "") +
           (variable.has_default ? "=" + variable.default_value : "");
  });
}

std::vector<std::string> ExtractedProject::secrets(const std::string& name) const {
  std::vector<std::string> list;
  for (const EnvironmentVariable& variable : component(name).requirements.environment) {
    if (variable.is_secret) list.push_back(variable.name);
  }
  return list;
}

std::vector<std::string> ExtractedProject::routes(const std::string& name) const {
  return lines(component(name).provides.routes, [](const ProvidedRoute& route) {
    return route.method + " " + route.path + " " + route.handler;
  });
}

std::vector<std::string> ExtractedProject::symbols(const std::string& name) const {
  return lines(component(name).provides.symbols,
               [](const ProvidedSymbol& symbol) { return symbol.name + " " + symbol.signature; });
}

std::vector<std::string> ExtractedProject::evidence(const std::string& name, const std::string& field,
                                                    const std::string& value) const {
  std::vector<std::string> list;
  for (const ExtractedFact& fact : extracted(name).facts) {
    if (fact.field != field || fact.value != value) continue;
    for (const Evidence& place : fact.evidence) list.push_back(to_string(place));
  }
  return list;
}

std::vector<std::string> ExtractedProject::places(const std::string& code) const {
  std::vector<std::string> list;
  for (const Finding& finding : extraction_.findings) {
    if (finding.code != code) continue;
    for (const Evidence& place : finding.evidence) list.push_back(to_string(place));
  }
  return list;
}

std::vector<std::string> ExtractedProject::codes() const {
  const auto all = lines(extraction_.findings, [](const Finding& finding) { return finding.code; });
  const std::set<std::string> sorted(all.begin(), all.end());
  return {sorted.begin(), sorted.end()};
}

std::string pyproject(const std::vector<std::string>& dependencies, const std::string& rest) {
  std::string text = "[project]\nname = \"shop\"\ndependencies = [\n";
  for (const std::string& dependency : dependencies) text += "  \"" + dependency + "\",\n";
  return text + "]\n" + rest;
}

}  // namespace mlx
