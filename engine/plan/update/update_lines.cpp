#include "engine/plan/update/update_lines.h"

#include <set>
#include <string>
#include <utility>

#include "engine/plan/added_lines.h"
#include "engine/plan/render_template.h"

namespace mlx {

Result<void> plan_updated_lines(const UpdateContext& context, const UpdateTarget& target, WorkingTree& tree,
                                LockedComponent& locked) {
  const Release& release = target.injection.release;
  const LockedComponent& before = context.lock.components.at(target.name);
  std::set<std::string> sources;
  for (const ComponentFile& file : release.component.files) {
    if (file.merge != MergeStrategy::kEnhance) continue;
    sources.insert(file.path.str());
    const RepoPath place = MLX_TRY(target_in_project(release.component, file, context.layout));
    std::string text =
        MLX_TRY(render_file(release, file, place, context.layout.import_root, context.modules));
    AddedLines lines = added_lines_of(release, file, std::move(text));
    MLX_CHECK(update_added_lines({.component = target.name, .target = place, .lines = std::move(lines)},
                                 before, context.layout, context.project, tree, locked));
  }
  LockedComponent gone = before;
  std::erase_if(gone.lines, [&](const auto& entry) { return sources.contains(entry.second.source); });
  return remove_added_lines(target.name, gone, tree);
}

}  // namespace mlx
