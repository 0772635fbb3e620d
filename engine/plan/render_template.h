#pragma once

#include <set>
#include <string>
#include <string_view>

#include "engine/component/release.h"
#include "engine/manifest/project_layout.h"
#include "engine/source/move_modules.h"

namespace mlx {

/// Where a component's file goes in a project: sources move from the component's import
/// root to the project's source root, everything else keeps its place.
[[nodiscard]] Result<RepoPath> target_in_project(const Component& component, const ComponentFile& file,
                                                 const ProjectLayout& layout);

/// The template as it is injected: references to `modules` (names as the templates write
/// them) are rewritten from the component's import root to `import_root`, the project's. Fails if a
/// Python template that needs rewriting cannot be parsed: nothing could be said of the result.
[[nodiscard]] Result<std::string> render_template(std::string_view text, const RepoPath& target,
                                                  const Component& component, const std::string& import_root,
                                                  const std::set<std::string>& modules);
/// The template of one of its files.
[[nodiscard]] Result<std::string> render_file(const Release& release, const ComponentFile& file,
                                              const RepoPath& target, const std::string& import_root,
                                              const std::set<std::string>& modules);

/// A text with its references to modules rewritten, if it is Python or YAML by its path. Fails for Python
/// that cannot be parsed, if it needs rewriting.
[[nodiscard]] Result<std::string> with_modules_moved(std::string_view text, const RepoPath& path,
                                                     const ModuleMove& move);

}  // namespace mlx
