#include "engine/plan/doctor.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "engine/manifest/configuration.h"
#include "engine/manifest/projen/dependencies.h"
#include "engine/manifest/projen/project.h"
#include "engine/manifest/pyproject.h"
#include "engine/manifest/toml_document.h"
#include "engine/plan/locked_layout.h"
#include "engine/plan/status.h"

namespace mlx {
namespace {

std::string joined(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i)
    text += (text.empty() ? "" : ", ") + names[i];
  return names.size() > kMost ? text + " and " + std::to_string(names.size() - kMost) + " more" : text;
}

Check good(std::string name, std::string message) {
  return {.name = std::move(name), .health = Health::kOk, .message = std::move(message), .remedy = ""};
}

Check bad(std::string name, const Error& error, std::string remedy) {
  return {.name = std::move(name),
          .health = Health::kError,
          .message = to_string(error),
          .remedy = std::move(remedy)};
}

Check check_configuration(const Result<ProjectConfiguration>& configuration) {
  if (!configuration) return bad("configuration", configuration.error(), "correct the named place");
  return good("configuration",
              configuration->file.empty() ? "none, which is fine" : "read from " + configuration->file);
}

Result<std::optional<PyProject>> read_top_pyproject(const Snapshot& project) {
  const RepoPath path = MLX_TRY(RepoPath::parse("pyproject.toml"));
  const std::optional<std::string> text = MLX_TRY(read_if_present(project, path));
  if (!text) return std::nullopt;
  return MLX_TRY(read_pyproject(*text, path.str()));
}

Check check_pyproject(const Result<std::optional<PyProject>>& pyproject) {
  if (!pyproject) return bad("pyproject", pyproject.error(), "correct the named place");
  const std::optional<PyProject>& manifest = *pyproject;
  if (!manifest) return good("pyproject", "there is no pyproject.toml");
  return good("pyproject", std::to_string(manifest->dependencies.size()) + " dependencies are declared");
}

Check check_layout(const Snapshot& project, const ProjectConfiguration& configuration) {
  // A lock that cannot be read is a check of its own.
  const Lock lock = read_project_lock(project).value_or(Lock{});
  const auto layout = detect_locked_layout(project, configuration, lock);
  if (!layout) {
    return bad("layout", layout.error(),
               "say where your modules are: `mlx init --source-root DIR --import-root NAME`");
  }
  Check check =
      good("layout", "modules in " + layout->source_root + " are imported as " + layout->import_root);
  if (layout->dependency_kind == DependencyFile::kNone) {
    check.health = Health::kWarning;
    check.message += "; there is no file to declare dependencies in";
    check.remedy = "run `uv init --bare`, or make an empty requirements.txt";
  }
  return check;
}

void check_status(const ProjectStatus& status, std::vector<Check>& checks) {
  std::vector<std::string> missing;
  std::vector<std::string> unmet;
  std::vector<std::string> undeclared;
  std::vector<std::string> unnamed;
  for (const ComponentStatus& component : status.components) {
    missing.insert(missing.end(), component.missing_files.begin(), component.missing_files.end());
    for (const std::string& name : component.missing_requirements) unmet.push_back(name);
    for (const std::string& name : component.unmet.distributions) undeclared.push_back(name);
    for (const std::string& name : component.unmet.variables) unnamed.push_back(name);
  }
  const auto add = [&checks](std::string name, const std::vector<std::string>& names, Health health,
                             const std::string& fine, const std::string& wrong, std::string remedy) {
    if (names.empty()) {
      checks.push_back(good(std::move(name), fine));
    } else {
      checks.push_back({.name = std::move(name),
                        .health = health,
                        .message = wrong + joined(names),
                        .remedy = std::move(remedy)});
    }
  };
  add("files", missing, Health::kError, "all injected files are there",
      "these files are missing: ", "restore them from git, or run `mlx add NAME --overwrite`");
  add("components", unmet, Health::kError, "all required components are there",
      "these components are required and not here: ", "run `mlx add` with their names");
  add("distributions", undeclared, Health::kError, "all required distributions are declared",
      "these distributions are required and not declared: ", "declare them again");
  add("variables", unnamed, Health::kWarning, "all variables are named in .env.example",
      "these variables are not named in .env.example: ", "name them there, for whoever sets the project up");
}

void check_lock(const Snapshot& project, const Registries* registries, std::vector<Check>& checks) {
  const auto lock = read_project_lock(project);
  if (!lock) {
    checks.push_back(bad("lock", lock.error(), "restore mlx.lock from git"));
    return;
  }
  checks.push_back(good("lock", lock->components.empty()
                                    ? "no component is installed"
                                    : std::to_string(lock->components.size()) + " components are installed"));
  if (registries == nullptr || lock->components.empty()) return;
  const auto status = project_status(project, *registries);
  if (!status) {
    checks.push_back(bad("files", status.error(), "correct the named place"));
    return;
  }
  check_status(*status, checks);
}

/// The names of the packages in a uv.lock, poetry.lock or pdm.lock; nothing if it can't be read.
std::optional<std::set<std::string>> locked_packages(const std::string& text, const std::string& file) {
  const auto document = TomlDocument::parse(text, file);
  if (!document) return std::nullopt;
  std::set<std::string> names;
  for (const TomlValue& package : document->root().at("package").elements()) {
    names.insert(normalized_name(package.at("name").scalar()));
  }
  return names;
}

/// A tool's lock file that lacks a declared package is older than the declaration.
void check_tool_locks(const Snapshot& project, const PyProject& pyproject, std::vector<Check>& checks) {
  constexpr std::array kLockFiles = {std::pair("uv.lock", "uv lock"), std::pair("poetry.lock", "poetry lock"),
                                     std::pair("pdm.lock", "pdm lock")};
  for (const auto& [file, command] : kLockFiles) {
    const auto path = RepoPath::parse(file);
    const auto text = path ? read_if_present(project, *path) : std::unexpected(path.error());
    const std::optional<std::string> lock = text.value_or(std::nullopt);
    if (!lock) continue;
    const auto packages = locked_packages(*lock, file);
    std::vector<std::string> absent;
    for (const DeclaredDependency& dependency : pyproject.dependencies) {
      const std::string name = normalized_name(dependency.requirement.name);
      const bool is_listed = std::ranges::find(absent, name) != absent.end();
      if (packages && !packages->contains(name) && !is_listed) absent.push_back(name);
    }
    if (packages && absent.empty()) {
      checks.push_back(good("lock-files", std::string(file) + " has every declared package"));
      continue;
    }
    checks.push_back({.name = "lock-files",
                      .health = Health::kWarning,
                      .message = packages ? std::string(file) + " lacks " + joined(absent)
                                          : std::string(file) + " is not valid TOML",
                      .remedy = "run `" + std::string(command) + "` and commit what it changes"});
  }
}

bool has_dependency(const std::vector<DeclaredDependency>& list, const DeclaredDependency& wanted) {
  return std::ranges::any_of(list, [&](const DeclaredDependency& one) {
    return one.group.empty() == wanted.group.empty() &&
           normalized_name(one.requirement.name) == normalized_name(wanted.requirement.name);
  });
}

/// Names of what `list` declares and `other` does not, but for what projen adds by itself.
std::vector<std::string> names_beside(const std::vector<DeclaredDependency>& list,
                                      const std::vector<DeclaredDependency>& other) {
  std::vector<std::string> names;
  for (const DeclaredDependency& one : list) {
    const std::string name = normalized_name(one.requirement.name);
    // Of groups the program's lists have `dev` only; others, and extras, are made in other ways.
    const bool is_compared =
        one.place != DependencyPlace::kOptionalDependencies && (one.group.empty() || one.group == "dev");
    const bool is_projens = name == "projen" || name == "pytest";
    if (is_compared && !is_projens && !has_dependency(other, one)) names.push_back(name);
  }
  return names;
}

/// A pyproject.toml that projen writes and its program that says other things than it.
void check_projen(const Snapshot& project, const PyProject& pyproject, std::vector<Check>& checks) {
  const auto read = [&](std::string_view file) {
    const auto path = RepoPath::parse(file);
    const auto text = path ? read_if_present(project, *path) : std::unexpected(path.error());
    return text.value_or(std::nullopt);
  };
  const auto program = read(kProjenProgram);
  if (!program || !is_generated_by_projen(read("pyproject.toml").value_or(""))) return;
  const auto declared = read_projen_dependencies(*program, kProjenProgram);
  if (!declared) {
    checks.push_back(good("projen", "what .projenrc.py declares cannot be told without running it: " +
                                        declared.error().message));
    return;
  }
  const auto pending = names_beside(*declared, pyproject.dependencies);
  const auto foreign = names_beside(pyproject.dependencies, *declared);
  const auto warn = [&](std::string message, std::string remedy) {
    checks.push_back({.name = "projen",
                      .health = Health::kWarning,
                      .message = std::move(message),
                      .remedy = std::move(remedy)});
  };
  if (!pending.empty())
    warn("pyproject.toml lacks " + joined(pending) + ", which .projenrc.py declares", "run `npx projen`");
  if (!foreign.empty()) {
    warn("pyproject.toml was edited by hand: the next synth takes out " + joined(foreign),
         "declare them in .projenrc.py");
  }
  if (pending.empty() && foreign.empty())
    checks.push_back(good("projen", "pyproject.toml has what .projenrc.py declares"));
}

}  // namespace

std::string_view to_string(Health health) {
  switch (health) {
    case Health::kOk: return "ok";
    case Health::kWarning: return "warning";
    case Health::kError: return "error";
  }
  return "unknown";
}

std::vector<Check> check_project(const Snapshot& project, const Registries* registries) {
  std::vector<Check> checks;
  const auto configuration = read_configuration(project);
  const auto pyproject = read_top_pyproject(project);
  checks.push_back(check_configuration(configuration));
  checks.push_back(check_pyproject(pyproject));
  if (configuration && pyproject) checks.push_back(check_layout(project, *configuration));
  check_lock(project, registries, checks);
  const std::optional<PyProject> manifest = pyproject.value_or(std::nullopt);
  if (manifest) {
    check_projen(project, *manifest, checks);
    check_tool_locks(project, *manifest, checks);
  }
  return checks;
}

}  // namespace mlx
