#include "engine/plan/unmet.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "engine/manifest/environment_example.h"
#include "engine/manifest/projen/dependencies.h"
#include "engine/manifest/projen/project.h"
#include "engine/manifest/pyproject.h"
#include "engine/manifest/requirements_file.h"

namespace mlx {
namespace {

/// Reads requirements files, also those that they include.
Result<void> read_requirement_names(const Snapshot& project, std::vector<std::string> files,
                                    std::set<std::string>& names) {
  std::set<std::string> seen;
  while (!files.empty()) {
    const std::string file = std::move(files.back());
    files.pop_back();
    const auto path = RepoPath::parse(file);
    if (!path || !seen.insert(file).second) continue;
    const std::optional<std::string> text = MLX_TRY(read_if_present(project, *path));
    if (!text) continue;
    const RequirementsFile requirements = MLX_TRY(read_requirements(*text, file));
    for (const RequirementLine& line : requirements.lines) {
      if (line.requirement) names.insert(normalized_name(line.requirement->name));
      if (line.kind != RequirementLineKind::kInclude) continue;
      const std::string directory(path->parent());
      files.push_back(directory.empty() ? line.value : directory + "/" + line.value);
    }
  }
  return {};
}

/// The name in what the lock notes: `dev: pytest>=8`.
std::string name_of(const std::string& locked) {
  const std::size_t group = locked.find(": ");
  const auto requirement = parse_requirement(group == std::string::npos ? locked : locked.substr(group + 2));
  return requirement ? normalized_name(requirement->name) : "";
}

void add_once(std::vector<std::string>& list, const std::string& name) {
  if (std::ranges::find(list, name) == list.end()) list.push_back(name);
}

}  // namespace

Result<DeclaredNames> read_declared_names(const Snapshot& project) {
  DeclaredNames names;
  std::vector<std::string> files = {"requirements.in", "requirements.txt"};
  const RepoPath path = MLX_TRY(RepoPath::parse("pyproject.toml"));
  if (const auto text = MLX_TRY(read_if_present(project, path))) {
    const PyProject pyproject = MLX_TRY(read_pyproject(*text, path.str()));
    for (const DeclaredDependency& dependency : pyproject.dependencies) {
      names.distributions.insert(normalized_name(dependency.requirement.name));
    }
    if (!pyproject.dynamic_dependency_file.empty()) files.push_back(pyproject.dynamic_dependency_file);
  }
  MLX_CHECK(read_requirement_names(project, std::move(files), names.distributions));
  const RepoPath program = MLX_TRY(RepoPath::parse(kProjenProgram));
  if (const auto text = MLX_TRY(read_if_present(project, program))) {
    // What cannot be read there is in what projen generated, once it has run.
    const auto declared = read_projen_dependencies(*text, program.str());
    for (const DeclaredDependency& dependency : declared.value_or(std::vector<DeclaredDependency>()))
      names.distributions.insert(normalized_name(dependency.requirement.name));
  }
  const RepoPath example = MLX_TRY(RepoPath::parse(".env.example"));
  const std::string text = MLX_TRY(read_if_present(project, example)).value_or("");
  for (const ExampleVariable& variable : read_environment_example(text, example.str())) {
    names.variables.insert(variable.name);
  }
  return names;
}

UnmetRequirements unmet_requirements(const LockedComponent& locked, const Component* component,
                                     const DeclaredNames& declared) {
  UnmetRequirements unmet;
  const auto need_distribution = [&](const std::string& name) {
    if (!name.empty() && !declared.distributions.contains(name)) add_once(unmet.distributions, name);
  };
  const auto need_variable = [&](const std::string& name) {
    if (!declared.variables.contains(name)) add_once(unmet.variables, name);
  };
  for (const std::string& distribution : locked.distributions) need_distribution(name_of(distribution));
  for (const std::string& variable : locked.environment) need_variable(variable);
  if (component == nullptr) return unmet;
  for (const Requirement& requirement : component->requirements.distributions) {
    need_distribution(normalized_name(requirement.name));
  }
  for (const EnvironmentVariable& variable : component->requirements.environment)
    need_variable(variable.name);
  return unmet;
}

}  // namespace mlx
