#include "cli/undo.h"

#include <set>
#include <vector>

#include "engine/base/shell_text.h"
#include "engine/io/directory.h"
#include "engine/io/project_git.h"

namespace mlx::cli {
namespace {

/// The topmost directory on the way to a new file that is new too, or the file itself.
std::string topmost_new(const Directory& root, const RepoPath& path) {
  const std::string& text = path.str();
  for (auto slash = text.find('/'); slash != std::string::npos; slash = text.find('/', slash + 1)) {
    const auto above = RepoPath::parse(text.substr(0, slash));
    const auto kind = above ? root.kind(*above) : EntryKind::kOther;
    if (kind && *kind == EntryKind::kAbsent) return text.substr(0, slash);
  }
  return text;
}

std::string command(std::string_view start, const std::vector<std::string>& paths) {
  std::string line = "  " + std::string(start);
  for (const std::string& path : paths) line += " " + shell_word(path);
  return line + "\n";
}

}  // namespace

std::string undo_instructions(const ChangePlan& plan, const std::filesystem::path& directory) {
  const auto root = Directory::open(directory);
  if (!root) return {};
  std::set<std::string> created;
  std::vector<std::string> changed;
  for (const FileChange& file : plan.files) {
    if (file.before) {
      changed.push_back(file.path.str());
    } else {
      created.insert(topmost_new(*root, file.path));
    }
  }
  const std::string place = shell_word(std::filesystem::weakly_canonical(directory).string());
  const bool is_restorable = !changed.empty() && are_committed(directory, changed);
  const bool is_uncommitted_removal = !plan.removal.components.empty() && !is_restorable;
  std::string text = "To undo, run in " + place + ":\n";
  if (is_uncommitted_removal && plan.removal.changed_files.empty()) {
    std::vector<std::string> names;
    names.reserve(plan.removal.components.size());
    for (const RemovedComponent& component : plan.removal.components) names.push_back(component.name);
    return text + command("mlx add", names);
  }
  if (is_uncommitted_removal) {
    text =
        "To undo, run `git apply --reverse` in " + place + " on this, of which git does not have all yet:\n";
  }
  // Files with conflicts are unmerged in the index too.
  const bool has_conflicts = !plan.update.conflicts.empty();
  if (is_restorable)
    text += command(has_conflicts ? "git restore --staged --worktree" : "git restore", changed);
  if (!created.empty()) text += command("rm -r", {created.begin(), created.end()});
  if (!changed.empty() && !is_restorable) {
    if (!is_uncommitted_removal) text += "and take these lines out again, which git does not have yet:\n";
    for (const FileChange& file : plan.files) {
      if (!file.before) continue;
      ChangePlan one;
      one.files.push_back(file);
      text += unified_diff(one);
    }
  }
  return text;
}

}  // namespace mlx::cli
