#include "engine/plan/create/create.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/index/memory_snapshot.h"
#include "engine/manifest/projen/calls.h"
#include "engine/manifest/projen/project.h"
#include "engine/manifest/pyproject.h"
#include "engine/manifest/pyproject_edit.h"
#include "engine/plan/add.h"
#include "engine/plan/closure.h"

namespace mlx {
namespace {

/// The component that brings `.projenrc.py`, where a registry has it.
constexpr std::string_view kProjenComponent = "projen-foundation";
constexpr std::string_view kPyProjectFile = "pyproject.toml";

/// Distributions whose types are in another one, without which strict checking fails.
struct Stubs {
  std::string_view distribution;
  std::string_view stubs;
};
constexpr std::array kStubs = {Stubs{"pandas", "pandas-stubs>=2.2,<3"}, Stubs{"pyyaml", "types-PyYAML>=6"},
                               Stubs{"requests", "types-requests>=2"}};

/// One run of plan_create().
class CreatePlanner {
 public:
  CreatePlanner(const CreateRequest& request, const Registries& registries)
      : request_(request), registries_(registries) {
    foundation_.name = request.name;
    foundation_.python = request.python;
    foundation_.forge = request.forge;
    foundation_.registry = request.registry;
  }

  Result<NewProject> plan() {
    MLX_CHECK(choose_components());
    ChangePlan plan = MLX_TRY(inject());
    if (const std::size_t longest = longest_renamed_line(plan); longest > foundation_.line_length) {
      foundation_.line_length = (longest + 9) / 10 * 10;
      plan = MLX_TRY(inject());
    }
    take_files(plan);
    name_application();
    MLX_CHECK(add_stubs());
    if (foundation_.has_projen) MLX_CHECK(hand_over_to_projen());
    add_own_files();
    put_files(plan);
    return NewProject{.plan = std::move(plan), .has_projen = foundation_.has_projen};
  }

 private:
  Result<void> choose_components() {
    const Registry& registry = *MLX_TRY(registries_.registry(""));
    names_ = request_.components;
    if (request_.takes_all) {
      names_.clear();
      for (const RegistryItem& item : registry.items()) names_.push_back(item.name);
    }
    std::erase(names_, kProjenComponent);
    for (ClosureEntry& entry : MLX_TRY(required_closure(names_, registries_)))
      foundation_.components.push_back(std::move(entry.component));
    foundation_.has_projen = request_.with_projen && registry.item(kProjenComponent).has_value();
    if (foundation_.has_projen) names_.emplace_back(kProjenComponent);
    return {};
  }

  /// The components, planned on the files that planning looks at.
  Result<ChangePlan> inject() {
    own_files_.clear();
    NewFiles seen;
    Foundation plain = foundation_;
    plain.has_projen = false;  // as long as it is edited it is nobody's but ours
    add_python_files(plain, seen);
    NewFiles work;
    add_work_files(foundation_, work);
    seen["mlx.toml"] = work.at("mlx.toml");
    own_files_ = seen;
    return plan_add({.components = names_}, registries_, MemorySnapshot(seen));
  }

  /// Of the lines that got longer by the package's name.
  [[nodiscard]] std::size_t longest_renamed_line(const ChangePlan& plan) const {
    std::size_t longest = 0;
    for (const FileChange& change : plan.files) {
      if (!change.path.str().ends_with(".py") || !change.after) continue;
      std::string_view rest = *change.after;
      while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (!line.contains(foundation_.name.package)) continue;
        // As ruff counts: characters, of which UTF-8 has one for each byte that does not continue another.
        const auto width = std::ranges::count_if(
            line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
        longest = std::max(longest, static_cast<std::size_t>(width));
      }
    }
    return longest;
  }

  void take_files(const ChangePlan& plan) {
    files_ = own_files_;
    for (const FileChange& change : plan.files) {
      if (change.after) files_[change.path.str()] = *change.after;
      if (change.is_executable) executables_.push_back(change.path.str());
    }
  }

  /// What the platform calls itself by default is no name for this project.
  void name_application() {
    constexpr std::string_view kVariable = "APP_NAME";
    for (const Component& component : foundation_.components) {
      for (const EnvironmentVariable& variable : component.requirements.environment) {
        if (variable.name != kVariable || variable.default_value.empty()) continue;
        for (auto& [path, text] : files_) {
          if (path.starts_with("conf/"))
            replace_all(text, "${oc.env:APP_NAME," + variable.default_value + "}",
                        "${oc.env:APP_NAME," + foundation_.name.distribution + "}");
          if (path == ".env.example")
            replace_all(text, "APP_NAME=" + variable.default_value + "\n",
                        "APP_NAME=" + foundation_.name.distribution + "\n");
        }
      }
    }
  }

  static void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  }

  Result<void> add_stubs() {
    std::string& text = files_.at(std::string(kPyProjectFile));
    const PyProject pyproject = MLX_TRY(read_pyproject(text, kPyProjectFile));
    std::vector<DependencyAddition> additions;
    for (const Stubs& stubs : kStubs) {
      const bool is_needed = std::ranges::any_of(pyproject.dependencies, [&](const DeclaredDependency& one) {
        return one.group.empty() && normalized_name(one.requirement.name) == stubs.distribution;
      });
      if (is_needed)
        additions.push_back({.requirement = MLX_TRY(parse_requirement(stubs.stubs)), .group = "dev"});
    }
    text = MLX_TRY(add_dependencies(text, kPyProjectFile, additions)).text;
    return {};
  }

  /// Has `.projenrc.py` say what pyproject.toml says.
  Result<void> hand_over_to_projen() {
    const PyProject pyproject =
        MLX_TRY(read_pyproject(files_.at(std::string(kPyProjectFile)), kPyProjectFile));
    std::string& text = files_.at(std::string(kProjenProgram));
    const ProjenProgram program = MLX_TRY(read_projen_program(text, std::string(kProjenProgram)));
    text = MLX_TRY(apply_edits(text, {{.span = program.arguments, .replacement = arguments(pyproject)}}));
    NewFiles generated;
    add_python_files(foundation_, generated);
    const std::string& head = generated.at(std::string(kPyProjectFile));
    files_.at(std::string(kPyProjectFile)).insert(0, head.substr(0, head.find('[')));
    return {};
  }

  [[nodiscard]] std::string arguments(const PyProject& pyproject) const {
    const auto list = [&](std::string_view group) {
      std::string lines;
      for (const DeclaredDependency& one : pyproject.dependencies) {
        if (one.group == group) lines += "        " + python_string(render(one.requirement)) + ",\n";
      }
      return lines.empty() ? std::string("[]") : "[\n" + lines + "    ]";
    };
    std::string text = "(\n    name=" + python_string(foundation_.name.distribution) +
                       ",\n    module_name=" + python_string(foundation_.name.package) +
                       ",\n    version=\"0.1.0\",\n    description=" + python_string(kDescription) +
                       ",\n    requires_python=" + python_string(pyproject.requires_python) + ",\n";
    if (foundation_.line_length != Foundation().line_length)
      text += "    line_length=" + std::to_string(foundation_.line_length) + ",\n";
    return text + "    deps=" + list("") + ",\n    dev_deps=" + list("dev") + ",\n)";
  }

  /// What no component brings.
  void add_own_files() {
    NewFiles own;
    add_work_files(foundation_, own);
    add_container_files(foundation_, own);
    add_pipeline_files(foundation_, own);
    add_readme(foundation_, own);
    files_.merge(own);
  }

  void put_files(ChangePlan& plan) {
    plan.files.clear();
    for (auto& [path, text] : files_) {
      plan.files.push_back({.path = RepoPath::parse(path).value(),
                            .before = {},
                            .after = std::move(text),
                            .is_executable = std::ranges::find(executables_, path) != executables_.end()});
    }
    std::ranges::sort(plan.files, {}, &FileChange::path);
    // It is synthesised, or not, once the files are there.
    std::erase_if(plan.findings, [](const Finding& finding) { return finding.code == "synth-pending"; });
  }

  const CreateRequest& request_;
  const Registries& registries_;
  Foundation foundation_;
  std::vector<std::string> names_;
  NewFiles own_files_;  ///< that planning looks at
  NewFiles files_;
  std::vector<std::string> executables_;
};

/// An older Python than a component needs would fail at the first install.
void block_old_python(ChangePlan& plan) {
  for (Finding& finding : plan.findings) {
    if (finding.code != "python-too-old") continue;
    finding.severity = Severity::kError;
    finding.remedy = "ask for a later one with --python";
  }
}

}  // namespace

Result<NewProject> plan_create(const CreateRequest& request, const Registries& registries) {
  NewProject project = MLX_TRY(CreatePlanner(request, registries).plan());
  block_old_python(project.plan);
  return project;
}

}  // namespace mlx
