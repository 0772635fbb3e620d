#include "engine/component/component_changes.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "engine/component/signature.h"

namespace mlx {
namespace {

using Subject = ComponentChange::Subject;
/// What is compared, by name: something that differs when the thing has changed.
using Things = std::map<std::string, std::string>;

constexpr std::array kSubjects = {std::pair{Subject::kFile, std::string_view("file")},
                                  std::pair{Subject::kRoute, std::string_view("route")},
                                  std::pair{Subject::kSymbol, std::string_view("symbol")},
                                  std::pair{Subject::kDistribution, std::string_view("dependency")},
                                  std::pair{Subject::kVariable, std::string_view("variable")},
                                  std::pair{Subject::kService, std::string_view("service")},
                                  std::pair{Subject::kContainer, std::string_view("container")},
                                  std::pair{Subject::kComponent, std::string_view("component")}};

Things files_of(const Component& component) {
  Things things;
  for (const ComponentFile& file : component.files)
    things.emplace(file.target.str(), file.sha256 + (file.is_executable ? "x" : ""));
  return things;
}

Things routes_of(const Component& component) {
  Things things;
  for (const ProvidedRoute& route : component.provides.routes)
    things.emplace(route.method + " " + route.path, "");
  return things;
}

Things symbols_of(const Component& component) {
  Things things;
  for (const ProvidedSymbol& symbol : component.provides.symbols) {
    const bool has_signature = symbol.kind == SymbolKind::kFunction || symbol.kind == SymbolKind::kMethod ||
                               symbol.kind == SymbolKind::kClass;
    things.emplace(symbol.name, has_signature ? symbol.signature : std::string(to_string(symbol.kind)));
  }
  return things;
}

Things distributions_of(const Component& component) {
  Things things;
  for (const Requirement& requirement : component.requirements.distributions) {
    std::string& text = things[normalized_name(requirement.name)];
    text += (text.empty() ? "" : " | ") + render(requirement);
  }
  return things;
}

Things variables_of(const Component& component) {
  Things things;
  for (const EnvironmentVariable& variable : component.requirements.environment) {
    things.emplace(variable.name, variable.is_required ? "required" : "default " + variable.default_value);
  }
  return things;
}

Things services_of(const Component& component) {
  Things things;
  for (const RequiredService& service : component.requirements.services)
    things.emplace(service.name, service.image);
  return things;
}

Things containers_of(const Component& component) {
  Things things;
  for (const ProvidedContainer& container : component.provides.containers) {
    std::string facts = container.base;
    for (const std::string& port : container.ports) facts += ", port " + port;
    if (!container.health_path.empty()) facts += ", asked for " + container.health_path;
    things.emplace(container.file + (container.service.empty() ? "" : " (" + container.service + ")"), facts);
  }
  return things;
}

Things components_of(const Component& component) {
  Things things;
  for (const auto& [name, range] : component.requirements.components) things.emplace(name, range.str());
  return things;
}

/// Only what is needed to run can break those who have it; what is gone never does, but for what they call.
bool breaks(Subject subject, ChangeKind kind, std::string_view before, std::string_view after) {
  if (subject == Subject::kSymbol && kind == ChangeKind::kChanged) return !accepts_calls_of(before, after);
  const bool is_called = subject == Subject::kSymbol || subject == Subject::kRoute;
  if (is_called) return kind != ChangeKind::kAdded;
  const bool is_new = kind == ChangeKind::kAdded;
  if (subject == Subject::kVariable) return after == "required" && kind != ChangeKind::kRemoved;
  return is_new && (subject == Subject::kDistribution || subject == Subject::kService);
}

void compare(Subject subject, const Things& before, const Things& after, std::vector<ComponentChange>& list) {
  for (const auto& [name, value] : before) {
    const auto now = after.find(name);
    if (now == after.end()) {
      list.push_back({.subject = subject,
                      .kind = ChangeKind::kRemoved,
                      .name = name,
                      .detail = {},
                      .breaks_users = breaks(subject, ChangeKind::kRemoved, value, "")});
    } else if (now->second != value) {
      const bool is_digest = subject == Subject::kFile;
      list.push_back({.subject = subject,
                      .kind = ChangeKind::kChanged,
                      .name = name,
                      .detail = is_digest ? std::string() : value + " → " + now->second,
                      .breaks_users = breaks(subject, ChangeKind::kChanged, value, now->second)});
    }
  }
  for (const auto& [name, value] : after) {
    if (before.contains(name)) continue;
    const bool is_digest = subject == Subject::kFile;
    list.push_back({.subject = subject,
                    .kind = ChangeKind::kAdded,
                    .name = name,
                    .detail = is_digest ? std::string() : value,
                    .breaks_users = breaks(subject, ChangeKind::kAdded, "", value)});
  }
}

Version next_version(const Version& version, const ComponentChanges& changes) {
  const bool adds = std::ranges::any_of(changes.list, [](const ComponentChange& change) {
    // A symbol that can be called in more ways than before is something new.
    return (change.kind == ChangeKind::kAdded && change.subject != Subject::kFile) ||
           (change.kind == ChangeKind::kChanged && change.subject == Subject::kSymbol);
  });
  if (changes.breaks_users()) {
    if (version.major == 0) return {.major = 0, .minor = version.minor + 1};
    return {.major = version.major + 1};
  }
  if (adds) return {.major = version.major, .minor = version.minor + 1};
  return {.major = version.major, .minor = version.minor, .patch = version.patch + 1};
}

}  // namespace

std::string_view to_string(Subject subject) {
  return std::ranges::find(kSubjects, subject, [](const auto& entry) { return entry.first; })->second;
}

std::string_view to_string(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kAdded: return "added";
    case ChangeKind::kChanged: return "changed";
    case ChangeKind::kRemoved: return "removed";
  }
  std::unreachable();
}

bool ComponentChanges::breaks_users() const {
  return std::ranges::any_of(list, &ComponentChange::breaks_users);
}

ComponentChanges compare_components(const Component& before, const Component& after) {
  ComponentChanges changes;
  compare(Subject::kFile, files_of(before), files_of(after), changes.list);
  compare(Subject::kRoute, routes_of(before), routes_of(after), changes.list);
  compare(Subject::kSymbol, symbols_of(before), symbols_of(after), changes.list);
  compare(Subject::kDistribution, distributions_of(before), distributions_of(after), changes.list);
  compare(Subject::kVariable, variables_of(before), variables_of(after), changes.list);
  compare(Subject::kService, services_of(before), services_of(after), changes.list);
  compare(Subject::kContainer, containers_of(before), containers_of(after), changes.list);
  compare(Subject::kComponent, components_of(before), components_of(after), changes.list);
  const bool is_same = write_component(before) == write_component(after);
  changes.next_version = is_same ? before.version : next_version(before.version, changes);
  return changes;
}

std::string summary_of(const ComponentChanges& changes) {
  std::map<std::pair<Subject, ChangeKind>, std::size_t> counts;
  for (const ComponentChange& change : changes.list) ++counts[{change.subject, change.kind}];
  std::string text;
  for (const auto& [what, count] : counts) {
    const std::string noun(to_string(what.first));
    const std::string plural = noun.ends_with('y') ? noun.substr(0, noun.size() - 1) + "ies" : noun + "s";
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + (count == 1 ? noun : plural) + " " +
            std::string(to_string(what.second));
  }
  if (text.empty()) text = "its description changed";
  return changes.breaks_users() ? text + " (breaks users)" : text;
}

}  // namespace mlx
