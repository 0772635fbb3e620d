#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/answers.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "engine/io/project_git.h"
#include "engine/plan/update/component_diff.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

json differences_json(const std::vector<FileDifference>& differences) {
  json list = json::array();
  for (const FileDifference& one : differences) {
    list.push_back({{"path", one.path_after},
                    {"movedFrom", one.path_before == one.path_after ? json() : json(one.path_before)},
                    {"action", !one.before ? "create"
                               : one.after ? "change"
                                           : "remove"},
                    {"diff", unified_diff({one})}});
  }
  return list;
}

json diff_json(const std::vector<ComponentDifference>& components) {
  json list = json::array();
  for (const ComponentDifference& component : components) {
    list.push_back({{"name", component.name},
                    {"version", to_string(component.version)},
                    {"latest", component.latest ? json(to_string(*component.latest)) : json()},
                    {"yours", differences_json(component.yours)},
                    {"upstream", differences_json(component.upstream)},
                    {"withoutBase", component.without_base}});
  }
  return {{"components", std::move(list)}};
}

std::string part(const std::string& heading, const std::string& nothing,
                 const std::vector<FileDifference>& differences) {
  return heading + (differences.empty() ? nothing + "\n\n" : "\n\n" + unified_diff(differences) + "\n");
}

std::string diff_text(const ComponentDifference& component) {
  const std::string version = to_string(component.version);
  std::string text = part(fmt::format("{} {}, and what you made of it:", component.name, version),
                          " nothing is changed", component.yours);
  for (const std::string& path : component.without_base) {
    text +=
        fmt::format("{}: it is not known what it was, so your changes cannot be shown\n", printable(path));
  }
  if (!component.latest) return text + "The registry does not have the component any more.\n";
  if (*component.latest == component.version)
    return text + fmt::format("{} is the newest version.\n", version);
  return text + part(fmt::format("{} {} → {}:", component.name, version, to_string(*component.latest)),
                     " its files are the same, or the old version cannot be had", component.upstream);
}

}  // namespace

int diff(const DiffArguments& arguments) {
  const auto project = OpenProject::open(arguments.project);
  if (!project) return report(project.error());
  const auto history = project_history(project->directory());
  const auto differences =
      component_differences(arguments.components, project->registries(), project->files(), history.get());
  if (!differences) return report(differences.error());
  print_remarks(remarks_of(project->registries()));
  if (arguments.project.json) {
    print_json(diff_json(*differences));
    return kDone;
  }
  if (differences->empty()) fmt::print("No component is here yet: `mlx list` shows what can be added.\n");
  for (const ComponentDifference& component : *differences) fmt::print("{}", diff_text(component));
  return kDone;
}

}  // namespace mlx::cli
