#include "engine/plan/update/update_files.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "engine/merge/three_way_merge.h"
#include "engine/plan/added_lines.h"
#include "engine/plan/render_template.h"
#include "engine/plan/update/file_pairs.h"
#include "engine/plan/update/moved_modules.h"

namespace mlx {
namespace {

std::string titled(const Component& component) { return component.name + " " + to_string(component.version); }

Finding base_missing(const std::string& path, const std::string& component, const Version& version) {
  return {.code = "base-missing",
          .severity = Severity::kWarning,
          .message = path + " stays as it is: neither the registry nor git has what " + component + " " +
                     to_string(version) + " put there, so your changes cannot be told from its own",
          .remedy = "compare it with the new version by hand",
          .evidence = {{.file = path}}};
}

Finding deletion_kept(const std::string& path, const UpdateTarget& target) {
  return {.code = "deletion-kept",
          .severity = Severity::kInfo,
          .message = path + " changed in " + titled(target.injection.release.component) +
                     "; you deleted it, and it stays deleted",
          .remedy = "",
          .evidence = {{.file = std::string(Lock::kPath)}}};
}

Finding gone_upstream(const std::string& path, const UpdateTarget& target) {
  return {.code = "file-kept",
          .severity = Severity::kWarning,
          .message = path + " is no part of " + titled(target.injection.release.component) +
                     " any more; it stays because you changed it, and is yours alone now",
          .remedy = "delete it if you do not need it",
          .evidence = {{.file = path}}};
}

bool is_binary(std::string_view text) {
  constexpr std::size_t kLookedAt = 8000;  // as git does
  return text.substr(0, kLookedAt).contains('\0');
}

/// Git on Windows makes `\r\n` of every line end, which is nobody's change.
bool differ_in_line_ends_only(std::string a, std::string b) {
  std::erase(a, '\r');
  std::erase(b, '\r');
  return a == b;
}

/// One run of plan_updated_files().
class FileUpdate {
 public:
  FileUpdate(const UpdateContext& context, const UpdateTarget& target, WorkingTree& tree,
             LockedComponent& locked, UpdatedComponent& report)
      : context_(context),
        target_(target),
        old_(context.lock.components.at(target.name)),
        tree_(tree),
        locked_(locked),
        report_(report),
        moved_(context.layout) {}

  Result<void> run() {
    const FilePairs pairs = pair_files(old_, target_.before, target_.injection.release);
    keep_markers();
    for (const FilePair& pair : pairs.old) places_.push_back(MLX_TRY(find_place(pair)));
    for (std::size_t i = 0; i < pairs.old.size(); ++i) MLX_CHECK(plan_pair(pairs.old[i], places_[i]));
    for (const ComponentFile* file : pairs.added) MLX_CHECK(plan_added(*file));
    std::ranges::sort(report_.files, {}, &UpdatedFile::path);
    return {};
  }

 private:
  /// Where a file is now.
  struct Place {
    std::optional<RepoPath> path;     ///< nothing: the user deleted it
    std::optional<std::string> base;  ///< as it was injected; nothing if that cannot be had
    bool is_irregular = false;        ///< a link, a directory
  };

  /// What makes a directory a package belongs to no template, and stays.
  void keep_markers() {
    for (const auto& [path, file] : old_.files) {
      if (file.source.empty()) locked_.files.emplace(path, file);
    }
  }

  [[nodiscard]] const Component& component() const { return target_.injection.release.component; }

  Result<Place> find_place(const FilePair& pair) {
    Place place;
    place.base = MLX_TRY(
        pristine_base(pair.path, pair.locked, old_.import_root,
                      {.release = target_.before, .modules = context_.old_modules, .blobs = context_.blobs}));
    const RepoPath path = MLX_TRY(RepoPath::parse(pair.path));
    const EntryKind kind = MLX_TRY(context_.project.kind(path));
    if (kind != EntryKind::kAbsent) {
      place.path = path;
      place.is_irregular = !is_file(kind);
      if (!place.base && is_file(kind)) place.base = MLX_TRY(unchanged_text(path, pair.locked));
      return place;
    }
    if (place.base)
      place.path = MLX_TRY(find_moved_file(pair.path, *place.base, context_.lock, context_.project));
    // What another file was found to be is not this one too.
    const auto is_it = [&](const Place& other) { return other.path && other.path == place.path; };
    if (std::ranges::any_of(places_, is_it)) place.path.reset();
    if (place.path) moved_.note(pair.path, place.path->str());
    return place;
  }

  /// A file that nobody changed is its own base.
  [[nodiscard]] Result<std::optional<std::string>> unchanged_text(const RepoPath& path,
                                                                  const LockedFile& file) const {
    std::string text = MLX_TRY(context_.project.read(path));
    std::string plain = without_added_lines(text, path.str(), context_.lock.components);
    for (std::string* candidate : {&text, &plain}) {
      if (BlobId::of(*candidate) == file.base) return std::move(*candidate);
    }
    return std::nullopt;
  }

  /// The base as it would have been injected into the project as it is laid out now.
  [[nodiscard]] std::string base_today(const std::string& base, const RepoPath& path) const {
    ModuleMove move{.from = old_.import_root, .to = context_.layout.import_root, .modules = {}};
    const std::string& template_root = component().import_root;
    for (const std::string& module : context_.old_modules) {
      if (module.starts_with(template_root))
        move.modules.insert(move.from + module.substr(template_root.size()));
    }
    return moved_.applied_to(with_modules_moved(base, path, move).value_or(base), path);
  }

  [[nodiscard]] Result<std::string> rendered(const ComponentFile& file, const RepoPath& path) const {
    return render_file(target_.injection.release, file, path, context_.layout.import_root, context_.modules);
  }

  void note(const RepoPath& path, FileOutcome outcome, MergeSteps steps = {}, std::string moved_from = {}) {
    report_.files.push_back({.path = path.str(),
                             .moved_from = std::move(moved_from),
                             .outcome = outcome,
                             .steps = std::move(steps)});
  }

  Result<void> plan_pair(const FilePair& pair, const Place& place) {
    if (pair.file == nullptr) return plan_gone(pair, place);
    const RepoPath new_target = MLX_TRY(target_in_project(component(), *pair.file, context_.layout));
    const RepoPath from = place.path ? *place.path : MLX_TRY(RepoPath::parse(pair.path));
    // What the user moved himself stays there.
    const bool moves = pair.is_moved() && from.str() == pair.path && from != new_target;
    const RepoPath to = moves ? new_target : from;
    const std::string pristine = MLX_TRY(rendered(*pair.file, to));
    const LockedFile entry{.base = BlobId::of(pristine), .source = pair.file->path.str()};
    if (!place.path || place.is_irregular) {
      locked_.files.emplace(pair.path, entry);
      if (entry.base != pair.locked.base) tree_.add_finding(deletion_kept(pair.path, target_));
      return {};
    }
    if (moves) {
      if (auto problem = MLX_TRY(target_problem(to, target_.name, context_.project))) {
        tree_.add_finding(*std::move(problem));
        return {};
      }
      if (MLX_TRY(context_.project.kind(to)) != EntryKind::kAbsent)
        return plan_both(pair, place.base, from, entry);
    }
    locked_.files.emplace(to.str(), entry);
    return merge({.base = place.base, .from = from, .to = to, .strategy = pair.file->merge},
                 moved_.applied_to(pristine, to));
  }

  /// The component moved a file to where the user has one of his own: each stays, and what is new comes in
  /// where the file is.
  Result<void> plan_both(const FilePair& pair, const std::optional<std::string>& base, const RepoPath& path,
                         const LockedFile& entry) {
    locked_.files.emplace(path.str(), entry);
    return merge({.base = base, .from = path, .to = path, .strategy = pair.file->merge},
                 moved_.applied_to(MLX_TRY(rendered(*pair.file, path)), path));
  }

  /// A file that is there on both sides.
  struct SharedFile {
    const std::optional<std::string>& base;  ///< as it was injected
    const RepoPath& from;                    ///< where it is
    const RepoPath& to;                      ///< where it is afterwards
    MergeStrategy strategy;
  };

  Result<void> merge(const SharedFile& file, const std::string& theirs) {
    const auto& [pristine, from, to, strategy] = file;
    const std::string ours = MLX_TRY(tree_.read(from)).value_or("");
    const std::string moved_from = to == from ? "" : from.str();
    if (!pristine) {
      if (ours == theirs) return {};
      tree_.add_finding(base_missing(from.str(), target_.name, old_.version));
      note(to, FileOutcome::kKept, {}, moved_from);
      return to == from ? Result<void>() : move_file(from, to, ours);
    }
    const std::string base = base_today(*pristine, from);
    const std::string plain = without_added_lines(ours, from.str(), context_.lock.components);
    if (theirs == base || ours == theirs || plain == theirs) {
      if (to == from) return {};
      note(to, FileOutcome::kUpdated, {}, moved_from);
      return move_file(from, to, ours);
    }
    if (plain == base) {
      note(to, FileOutcome::kUpdated, {}, moved_from);
      MLX_CHECK(move_file(from, to, theirs));
      return restore_added_lines(context_.lock, to, tree_);
    }
    MergedText result = join(base, ours, theirs, to, strategy);
    note(to, result.has_conflicts() ? FileOutcome::kConflict : FileOutcome::kMerged, result.steps(),
         moved_from);
    return place_merged({.path = to,
                         .component = target_.name,
                         .base = base,
                         .ours = ours,
                         .theirs = theirs,
                         .merged = std::move(result)},
                        from);
  }

  [[nodiscard]] static MergedText join(const std::string& base, const std::string& ours,
                                       const std::string& theirs, const RepoPath& path,
                                       MergeStrategy strategy) {
    const bool is_whole =
        strategy == MergeStrategy::kReplace || is_binary(base) || is_binary(ours) || is_binary(theirs);
    if (!is_whole)
      return merge_three_ways({.base = base, .ours = ours, .theirs = theirs}, merge_language_of(path.str()));
    MergedText conflict;
    conflict.append(MergeConflict{.base = base, .ours = ours, .theirs = theirs});
    return conflict;
  }

  Result<void> place_merged(FileConflict conflict, const RepoPath& from) {
    const MergedText& merged = conflict.merged;
    conflict.is_binary = is_binary(conflict.ours.value_or("")) || is_binary(conflict.theirs.value_or(""));
    std::string text = merged.text();
    if (merged.has_conflicts() && !conflict.is_binary && context_.conflicts == ConflictContent::kMarkers) {
      text = merged.with_markers({.ours = "yours",
                                  .base = target_.name + " " + to_string(old_.version),
                                  .theirs = titled(component())});
    }
    const RepoPath to = conflict.path;
    if (merged.has_conflicts()) tree_.update().conflicts.push_back(std::move(conflict));
    return move_file(from, to, std::move(text));
  }

  Result<void> move_file(const RepoPath& from, const RepoPath& to, std::string text) {
    if (from == to) return tree_.write(to, std::move(text), false);
    const bool is_executable = MLX_TRY(context_.project.kind(from)) == EntryKind::kExecutable;
    MLX_CHECK(tree_.write(to, std::move(text), is_executable));
    return tree_.remove(from);
  }

  [[nodiscard]] bool is_of_another(const std::string& path) const {
    return std::ranges::any_of(context_.lock.components, [&](const auto& entry) {
      return entry.first != target_.name && entry.second.files.contains(path);
    });
  }

  /// The new version does not have the file any more.
  Result<void> plan_gone(const FilePair& pair, const Place& place) {
    if (!place.path || place.is_irregular || is_of_another(pair.path)) return {};
    const std::string ours = MLX_TRY(tree_.read(*place.path)).value_or("");
    const std::string plain = without_added_lines(ours, place.path->str(), context_.lock.components);
    const bool is_pristine =
        BlobId::of(ours) == pair.locked.base || BlobId::of(plain) == pair.locked.base ||
        (place.base && differ_in_line_ends_only(plain, base_today(*place.base, *place.path)));
    note(*place.path, is_pristine ? FileOutcome::kRemoved : FileOutcome::kKept);
    if (is_pristine) return tree_.remove(*place.path);
    tree_.add_finding(gone_upstream(place.path->str(), target_));
    return {};
  }

  /// A file that the component did not have before. One that the user has there already is the other side
  /// of a merge without a base.
  Result<void> plan_added(const ComponentFile& file) {
    const RepoPath to = MLX_TRY(target_in_project(component(), file, context_.layout));
    const std::string pristine = MLX_TRY(rendered(file, to));
    const std::string theirs = moved_.applied_to(pristine, to);
    const LockedFile entry{.base = BlobId::of(pristine), .source = file.path.str()};
    if (auto problem = MLX_TRY(target_problem(to, target_.name, context_.project))) {
      tree_.add_finding(*std::move(problem));
      return {};
    }
    locked_.files.emplace(to.str(), entry);
    const auto ours = MLX_TRY(tree_.read(to));
    if (!ours) {
      note(to, FileOutcome::kAdded);
      return tree_.write(to, theirs, file.is_executable);
    }
    if (*ours == theirs) return {};
    MergedText result = join("", *ours, theirs, to, file.merge);
    note(to, result.has_conflicts() ? FileOutcome::kConflict : FileOutcome::kMerged, result.steps());
    return place_merged({.path = to,
                         .component = target_.name,
                         .base = {},
                         .ours = ours,
                         .theirs = theirs,
                         .merged = std::move(result)},
                        to);
  }

  const UpdateContext& context_;
  const UpdateTarget& target_;
  const LockedComponent& old_;
  WorkingTree& tree_;
  LockedComponent& locked_;
  UpdatedComponent& report_;
  MovedModules moved_;  ///< by the user
  std::vector<Place> places_;
};

}  // namespace

Result<void> plan_updated_files(const UpdateContext& context, const UpdateTarget& target, WorkingTree& tree,
                                LockedComponent& locked, UpdatedComponent& report) {
  return FileUpdate(context, target, tree, locked, report).run();
}

}  // namespace mlx
