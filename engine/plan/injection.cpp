#include "engine/plan/injection.h"

#include "engine/plan/plan_manifests.h"
#include "engine/plan/render_template.h"

namespace mlx {
namespace {

Finding file_in_the_way(const RepoPath& path, const std::string& component) {
  return {.code = "file-exists",
          .severity = Severity::kError,
          .message = path.str() + " exists and is not what " + component + " would put there",
          .remedy = "move or rename " + path.str() + ", or ask again with --overwrite to replace it",
          .evidence = {{.file = path.str()}}};
}

Finding planned_twice(const RepoPath& path, const std::string& component) {
  return {
      .code = "file-planned-twice",
      .severity = Severity::kError,
      .message = path.str() + ", a file of " + component +
                 ", is written by another part of this change too, with other content",
      .remedy = "add " + component + " by itself; if that does not help, its registry has to move the file",
      .evidence = {{.file = path.str()}}};
}

/// The first file on the way to a target, where a directory would have to be.
Result<std::optional<RepoPath>> file_above(const RepoPath& target, const Snapshot& project) {
  for (auto slash = target.str().find('/'); slash != std::string::npos;
       slash = target.str().find('/', slash + 1)) {
    RepoPath above = MLX_TRY(RepoPath::parse(target.str().substr(0, slash)));
    const EntryKind kind = MLX_TRY(project.kind(above));
    if (is_file(kind) || kind == EntryKind::kOther) return above;
  }
  return std::nullopt;
}

Finding not_a_directory(const RepoPath& path, const std::string& component) {
  return {.code = "target-unusable",
          .severity = Severity::kError,
          .message = path.str() + ", where " + component + " has a directory, is none",
          .remedy = "remove or rename it, then ask again",
          .evidence = {{.file = path.str()}}};
}

Finding unusable_target(const RepoPath& path, EntryKind kind, const std::string& component) {
  const std::string what = kind == EntryKind::kSymlink     ? "is, or lies behind, a symbolic link"
                           : kind == EntryKind::kDirectory ? "is a directory"
                                                           : "is no regular file";
  return {.code = "target-unusable",
          .severity = Severity::kError,
          .message =
              path.str() + ", where " + component + " has a file, " + what + ", and nothing is written there",
          .remedy = "remove or rename it, then ask again",
          .evidence = {{.file = path.str()}}};
}

/// The module of the user's that a new package would hide from Python, or the package that would hide a
/// new module: of `api.py` and `api/__init__.py` only the package can be imported.
Result<std::optional<RepoPath>> namesake(const RepoPath& target, const Snapshot& project) {
  const std::string& path = target.str();
  std::string other;
  if (path.ends_with("/__init__.py")) {
    other = std::string(target.parent()) + ".py";
  } else if (path.ends_with(".py")) {
    other = path.substr(0, path.size() - 3) + "/__init__.py";
  }
  if (!MLX_TRY(has_file(project, other))) return std::nullopt;
  return MLX_TRY(RepoPath::parse(other));
}

Finding module_hidden(const RepoPath& target, const RepoPath& other, const std::string& component) {
  return {.code = "module-hidden",
          .severity = Severity::kError,
          .message = other.str() + " and " + target.str() + ", which " + component +
                     " brings, have the same name for imports, so that one would hide the other",
          .remedy = "rename " + other.str() + ", then ask again",
          .evidence = {{.file = other.str()}}};
}

/// Plans one file of a component. What the user has in its place stays, unless it is
/// equal, or may be overwritten.
Result<void> plan_file(const InjectionContext& context, const Release& release, const ComponentFile& file,
                       WorkingTree& tree, LockedComponent& locked) {
  const Component& component = release.component;
  const RepoPath target = MLX_TRY(target_in_project(component, file, context.layout));
  const std::string text =
      MLX_TRY(render_file(release, file, target, context.layout.import_root, context.modules));
  if (file.merge == MergeStrategy::kEnhance) {
    return plan_added_lines(
        {.component = component.name, .target = target, .lines = added_lines_of(release, file, text)},
        context.layout, context.project, tree, locked);
  }
  const bool is_planned = target.str() == Lock::kPath || tree.is_planned(target);
  if (is_planned && MLX_TRY(tree.read(target)) != text) {
    tree.add_finding(planned_twice(target, component.name));
    return {};
  }
  if (auto problem = MLX_TRY(target_problem(target, component.name, context.project))) {
    tree.add_finding(*std::move(problem));
    return {};
  }
  const auto present = MLX_TRY(read_if_present(context.project, target));
  if (present && !context.overwrites && *present != text) {
    tree.add_finding(file_in_the_way(target, component.name));
    return {};
  }
  locked.files.emplace(target.str(), LockedFile{.base = BlobId::of(text), .source = file.path.str()});
  return tree.write(target, text, file.is_executable);
}

}  // namespace

LockedComponent locked_as(const Injection& injection, const std::string& import_root) {
  const std::string& digest = injection.release.sha256;
  return {.version = injection.release.component.version,
          .registry = injection.registry,
          .revision = injection.revision.empty() ? digest : injection.revision,
          .sha256 = injection.revision.empty() ? "" : digest,
          .import_root = import_root,
          .files = {},
          .lines = {},
          .distributions = {},
          .environment = {}};
}

AddedLines added_lines_of(const Release& release, const ComponentFile& file, std::string text) {
  AddedLines lines{.source = file.path.str(), .text = std::move(text), .locations = {}};
  for (const InjectionPoint& point : release.component.injection_points) {
    const bool is_of_this_file = point.name == "application-factory" && point.file == file.target.str();
    if (is_of_this_file) lines.locations.push_back(point.location);
  }
  return lines;
}

Result<std::optional<Finding>> target_problem(const RepoPath& target, const std::string& component,
                                              const Snapshot& project) {
  if (const auto above = MLX_TRY(file_above(target, project))) return not_a_directory(*above, component);
  const EntryKind kind = MLX_TRY(project.kind(target));
  const bool is_free = kind == EntryKind::kAbsent;
  if (!is_free && !is_file(kind)) return unusable_target(target, kind, component);
  const auto other = is_free ? MLX_TRY(namesake(target, project)) : std::nullopt;
  if (other) return module_hidden(target, *other, component);
  return std::nullopt;
}

Result<void> plan_root_package(const ProjectLayout& layout, const Snapshot& project, WorkingTree& tree,
                               LockedComponent& locked) {
  const RepoPath root = MLX_TRY(RepoPath::parse(layout.source_root));
  if (MLX_TRY(project.kind(root)) != EntryKind::kAbsent) return {};
  const RepoPath init = MLX_TRY(RepoPath::parse(layout.source_root + "/__init__.py"));
  if (MLX_TRY(tree.read(init))) return {};
  locked.files.emplace(init.str(), LockedFile{.base = BlobId::of(""), .source = ""});
  return tree.write(init, "", false);
}

Result<LockedComponent> plan_injection(const InjectionContext& context, const Injection& injection,
                                       WorkingTree& tree, Lock& lock) {
  const Component& component = injection.release.component;
  LockedComponent locked = locked_as(injection, context.layout.import_root);
  for (const ComponentFile& file : component.files) {
    MLX_CHECK(plan_file(context, injection.release, file, tree, locked));
  }
  MLX_CHECK(plan_dependencies(component, context.layout, tree, locked, lock));
  MLX_CHECK(plan_environment(component, tree, locked, lock));
  tree.add_component({.name = component.name,
                      .version = component.version,
                      .title = component.title,
                      .description = component.description,
                      .required_by = injection.required_by,
                      .file_count = component.files.size()});
  return locked;
}

}  // namespace mlx
