#include "engine/plan/update/moved_modules.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "engine/plan/render_template.h"

namespace mlx {

/// Empty for what is no module.
std::string MovedModules::module_at(std::string_view path) const {
  constexpr std::string_view kEnding = ".py";
  constexpr std::string_view kPackage = "/__init__";
  const std::string root = layout_.source_root + "/";
  if (!path.starts_with(root) || !path.ends_with(kEnding)) return {};
  path.remove_prefix(root.size());
  path.remove_suffix(kEnding.size());
  if (path.ends_with(kPackage)) path.remove_suffix(kPackage.size());
  std::string dotted = layout_.import_root + "." + std::string(path);
  std::ranges::replace(dotted, '/', '.');
  return dotted;
}

void MovedModules::note(const std::string& from, const std::string& to) {
  const std::string old_name = module_at(from);
  const std::string new_name = module_at(to);
  if (old_name.empty() || new_name.empty() || old_name == new_name) return;
  moves_.push_back({.from = old_name, .to = new_name, .modules = {old_name}});
}

std::string MovedModules::applied_to(const std::string& text, const RepoPath& path) const {
  std::string moved = text;
  for (const ModuleMove& move : moves_) {
    auto rewritten = with_modules_moved(moved, path, move);
    // What cannot be parsed stays as it is.
    if (rewritten) moved = *std::move(rewritten);
  }
  return moved;
}

}  // namespace mlx
