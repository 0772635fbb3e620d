#include "engine/plan/rules/rules.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/base/json_reader.h"
#include "engine/component/extract/platform.h"
#include "engine/manifest/configuration.h"
#include "engine/manifest/pyproject.h"
#include "engine/manifest/toml_document.h"
#include "engine/plan/locked_layout.h"
#include "engine/plan/rules/component_room.h"
#include "engine/plan/rules/room_text.h"
#include "engine/plan/rules/rules_file.h"
#include "engine/plan/status.h"
#include "engine/plan/update/locked_release.h"
#include "engine/plan/working_tree.h"

namespace mlx {
namespace {

constexpr std::string_view kAgents = "AGENTS.md";
constexpr std::string_view kCursorRules = ".cursor/rules";
constexpr std::string_view kProjectSection = "Project";  // as no component is called

Finding unreachable_title(const std::string& component, const Error& error) {
  return {.code = "registry-unavailable",
          .severity = Severity::kWarning,
          .message = "the title of " + component +
                     " is left out, because its registry cannot be read: " + to_string(error),
          .remedy = "run `mlx rules` again when it can be",
          .evidence = {}};
}

Finding unusable(const std::string& file) {
  return {
      .code = "rules-file-unusable",
      .severity = Severity::kError,
      .message =
          file + " is, or lies behind, a symbolic link, or is no regular file, and nothing is written there",
      .remedy = "make " + file + " a file; another name, such as CLAUDE.md, can be a link to it",
      .evidence = {{.file = file}}};
}

std::string cursor_file(const std::string& component) {
  return std::string(kCursorRules) + "/mlx-" + component + ".mdc";
}

/// Names and descriptions of projen's tasks, but for those that it makes for itself.
std::vector<std::string> projen_tasks(std::string_view text) {
  const auto parsed = parse_json(text, ".projen/tasks.json");
  if (!parsed || !parsed->is_object()) return {};
  const auto tasks = parsed->find("tasks");
  if (tasks == parsed->end() || !tasks->is_object()) return {};
  std::vector<std::string> names;
  for (const auto& [name, task] : tasks->items()) {
    const bool is_plain = !name.empty() && std::ranges::all_of(name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
             c == '-' || c == '_';
    });
    if (is_plain && task.is_object() && task.contains("description")) names.push_back(name);
  }
  return names;
}

/// One run of plan_rules().
class RulesPlanner {
 public:
  RulesPlanner(const RulesRequest& request, const Registries* registries, const Snapshot& project)
      : request_(request), registries_(registries), project_(project), tree_(project) {}

  Result<ChangePlan> plan(IndexCache& cache) {
    lock_ = MLX_TRY(read_project_lock(project_));
    const ProjectConfiguration configuration = MLX_TRY(read_configuration(project_));
    std::vector<ComponentRoom> rooms;
    ProjectFacts facts;
    if (!lock_.components.empty()) {
      const ProjectLayout layout = MLX_TRY(detect_locked_layout(project_, configuration, lock_));
      const RepoIndex index = MLX_TRY(RepoIndex::build(project_, cache, source_roots(configuration)));
      facts = MLX_TRY(project_facts(layout));
      const RoomSources sources{.project = project_, .index = index, .layout = layout, .lock = lock_};
      for (const auto& [name, locked] : lock_.components) {
        rooms.push_back(MLX_TRY(read_room(name, sources)));
        ask_registry(locked, rooms.back());
      }
    }
    MLX_CHECK(plan_agents(rooms, facts));
    MLX_CHECK(plan_cursor_rules(rooms, facts));
    return tree_.take_plan("");
  }

 private:
  /// What the files do not say. Another version's title is this one's.
  void ask_registry(const LockedComponent& locked, ComponentRoom& room) {
    if (registries_ == nullptr) return;
    const auto registry = registry_of(locked, *registries_);
    if (!registry) return tree_.add_finding(unreachable_title(room.name, registry.error()));
    const auto item = (*registry)->item(room.name);
    if (!item) return;
    room.title = item->title;
    if (room.purpose.empty()) room.purpose = item->description;
  }

  Result<ProjectFacts> project_facts(const ProjectLayout& layout) {
    ProjectFacts facts{.dependency_file = layout.dependency_file};
    facts.has_environment_example = MLX_TRY(has_file(project_, ".env.example"));
    facts.has_projen = MLX_TRY(has_file(project_, ".projenrc.py"));
    if (facts.has_projen) {
      const auto tasks = MLX_TRY(read_if_present(project_, MLX_TRY(RepoPath::parse(".projen/tasks.json"))));
      if (tasks) facts.tasks = projen_tasks(*tasks);
    }
    const bool has_uv_lock = MLX_TRY(has_file(project_, "uv.lock"));
    if (has_uv_lock) facts.runner = "uv run ";
    const auto text = MLX_TRY(read_if_present(project_, MLX_TRY(RepoPath::parse("pyproject.toml"))));
    if (text) MLX_CHECK(read_pyproject_facts(*text, facts));
    return facts;
  }

  static Result<void> read_pyproject_facts(const std::string& text, ProjectFacts& facts) {
    const TomlDocument document = MLX_TRY(TomlDocument::parse(text, "pyproject.toml"));
    const PyProject pyproject = MLX_TRY(read_pyproject(document));
    const TomlValue tools = document.root().at("tool");
    if (tools.at("uv").is_present()) {
      facts.runner = "uv run ";
    } else if (facts.runner.empty() && pyproject.style == DependencyStyle::kPoetry) {
      facts.runner = "poetry run ";
    }
    // What projen generates is changed where it is made.
    const bool is_generated = facts.has_projen && text.contains("~~ Generated by projen");
    if (is_generated) facts.dependency_file = ".projenrc.py";
    for (const auto& [name, target] : document.root().at("project").at("scripts").members()) {
      facts.scripts.push_back(name);
    }
    return {};
  }

  Result<void> plan_agents(const std::vector<ComponentRoom>& rooms, const ProjectFacts& facts) {
    std::vector<GeneratedSection> sections;
    if (!rooms.empty()) {
      sections.push_back({.name = std::string(kProjectSection), .body = project_rules(facts), .front = ""});
    }
    for (const ComponentRoom& room : rooms) {
      sections.push_back({.name = room.name, .body = room_rules(room, facts, 3), .front = ""});
    }
    return plan_file(std::string(kAgents), sections);
  }

  Result<void> plan_cursor_rules(const std::vector<ComponentRoom>& rooms, const ProjectFacts& facts) {
    for (const ComponentRoom& room : rooms) {
      MLX_CHECK(plan_file(
          cursor_file(room.name),
          {{.name = room.name, .body = room_rules(room, facts, 1), .front = cursor_front_matter(room)}}));
    }
    for (const Entry& entry : MLX_TRY(project_.children(kCursorRules))) {
      const bool may_be_ours =
          is_file(entry.kind) && entry.name.starts_with("mlx-") && entry.name.ends_with(".mdc");
      const std::string name = may_be_ours ? entry.name.substr(4, entry.name.size() - 8) : "";
      if (may_be_ours && !lock_.components.contains(name)) {
        MLX_CHECK(plan_file(std::string(kCursorRules) + "/" + entry.name, {}));
      }
    }
    return {};
  }

  /// Where there is nothing to say and no file, none is made.
  Result<void> plan_file(const std::string& file, const std::vector<GeneratedSection>& sections) {
    const RepoPath path = MLX_TRY(RepoPath::parse(file));
    const EntryKind kind = MLX_TRY(project_.kind(path));
    if (kind != EntryKind::kAbsent && !is_file(kind)) {
      if (!sections.empty()) tree_.add_finding(unusable(file));
      return {};
    }
    const std::optional<std::string> text = MLX_TRY(read_if_present(project_, path));
    if (!text && sections.empty()) return {};
    RulesFile made = update_rules_file(text, file, sections, request_.overwrites);
    for (Finding& finding : made.findings) tree_.add_finding(std::move(finding));
    const bool is_as_it_was = made.text == text.value_or("");
    if (is_as_it_was) return {};
    return made.text.empty() ? tree_.remove(path) : tree_.write(path, std::move(made.text), false);
  }

  const RulesRequest& request_;
  const Registries* registries_;
  const Snapshot& project_;
  WorkingTree tree_;
  Lock lock_;
};

}  // namespace

Result<ChangePlan> plan_rules(const RulesRequest& request, const Registries* registries,
                              const Snapshot& project, IndexCache& cache) {
  return RulesPlanner(request, registries, project).plan(cache);
}

}  // namespace mlx
