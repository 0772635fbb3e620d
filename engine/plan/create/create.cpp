#include "engine/plan/create/create.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/component/extract/import_names.h"
#include "engine/index/memory_snapshot.h"
#include "engine/manifest/projen/calls.h"
#include "engine/manifest/projen/project.h"
#include "engine/manifest/pyproject.h"
#include "engine/manifest/pyproject_edit.h"
#include "engine/plan/add.h"
#include "engine/plan/closure.h"
#include "engine/plan/left_to_tools.h"
#include "engine/source/long_imports.h"

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
    if (has_long_lines(plan)) {
      foundation_.has_long_lines = true;
      plan = MLX_TRY(inject());
    }
    take_files(plan);
    name_application();
    MLX_CHECK(add_stubs());
    MLX_CHECK(check_name());
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

  /// Did lines get longer by the package's name than the linter allows, that no formatter wraps?
  [[nodiscard]] static bool has_long_lines(const ChangePlan& plan) {
    return std::ranges::any_of(plan.files, [](const FileChange& change) {
      return change.path.str().ends_with(".py") && change.after && has_long_line(*change.after);
    });
  }

  static bool has_long_line(std::string_view text) {
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      if (width_of(line) > kLongestImport) return true;
      text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return false;
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
          if (path.starts_with("conf/")) {
            replace_all(text, "${oc.env:APP_NAME," + variable.default_value + "}",
                        "${oc.env:APP_NAME," + foundation_.name.distribution + "}");
          }
          if (path == ".env.example") {
            replace_all(text, "APP_NAME=" + variable.default_value + "\n",
                        "APP_NAME=" + foundation_.name.distribution + "\n");
          }
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

  /// A package of the same name as one that it needs would hide it.
  [[nodiscard]] Result<void> check_name() const {
    const PyProject pyproject =
        MLX_TRY(read_pyproject(files_.at(std::string(kPyProjectFile)), kPyProjectFile));
    const std::span<const std::string_view> behind = known_distributions(foundation_.name.package);
    for (const DeclaredDependency& one : pyproject.dependencies) {
      const std::string name = normalized_name(one.requirement.name);
      const bool is_same =
          name == foundation_.name.distribution ||
          std::ranges::any_of(behind, [&](std::string_view other) { return normalized_name(other) == name; });
      if (!is_same) continue;
      return fail(ErrorCode::kInvalidInput, "a project cannot be called `" + foundation_.name.distribution +
                                                "` and need " + one.requirement.name +
                                                ", which is imported under the same name");
    }
    return {};
  }

  /// Has `.projenrc.py` say what pyproject.toml says.
  Result<void> hand_over_to_projen() {
    const PyProject pyproject =
        MLX_TRY(read_pyproject(files_.at(std::string(kPyProjectFile)), kPyProjectFile));
    const auto file = files_.find(std::string(kProjenProgram));
    if (file == files_.end()) {
      return fail(ErrorCode::kInvalidInput, "the registry's " + std::string(kProjenComponent) +
                                                " brings no .projenrc.py; ask with --no-projen");
    }
    std::string& text = file->second;
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
    const std::string tools = foundation_.has_long_lines
                                  ? "    tools={\"ruff\": {\"lint\": {\"ignore\": [\"S101\", \"E501\"]}}},\n"
                                  : "";
    const std::string text = "(\n    name=" + python_string(foundation_.name.distribution) +
                             ",\n    module_name=" + python_string(foundation_.name.package) +
                             ",\n    version=\"0.1.0\",\n    description=" + python_string(kDescription) +
                             ",\n    requires_python=" + python_string(pyproject.requires_python) + ",\n";
    return text + "    deps=" + list("") + ",\n    dev_deps=" + list("dev") + ",\n" + tools + ")";
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
    std::erase_if(plan.findings, [](const Finding& finding) { return finding.code == kSynthPending; });
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
