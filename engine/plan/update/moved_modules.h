#pragma once

#include <string>
#include <vector>

#include "engine/base/repo_path.h"
#include "engine/manifest/project_layout.h"
#include "engine/source/move_modules.h"

namespace mlx {

/// Modules of a component that the user moved.
class MovedModules {
 public:
  explicit MovedModules(const ProjectLayout& layout) : layout_(layout) {}

  /// A file was injected at one path and is at another now.
  void note(const std::string& from, const std::string& to);

  /// What the new version brings, with its imports of these modules naming their new place.
  [[nodiscard]] std::string applied_to(const std::string& text, const RepoPath& path) const;

 private:
  [[nodiscard]] std::string module_at(std::string_view path) const;

  const ProjectLayout& layout_;
  std::vector<ModuleMove> moves_;
};

}  // namespace mlx
