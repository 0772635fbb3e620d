#include "cli/undo.h"

#include <git2.h>

#include <set>
#include <vector>

#include "engine/io/directory.h"

namespace mlx::cli {
namespace {

/// Loading libgit2 takes longer than all of `mlx add`, so first see whether there is anything for it.
bool is_in_repository(const std::filesystem::path& directory) {
  std::error_code ignored;
  auto place = std::filesystem::canonical(directory, ignored);
  while (!std::filesystem::exists(place / ".git", ignored)) {
    if (!place.has_relative_path()) return false;
    place = place.parent_path();
  }
  return true;
}

/// Are these files in git as they stand, so that `git restore` brings them back?
bool are_committed(const std::filesystem::path& directory, const std::vector<std::string>& paths) {
  if (!is_in_repository(directory)) return false;
  git_libgit2_init();
  git_repository* opened = nullptr;
  const bool is_repository = git_repository_open_ext(&opened, directory.c_str(), 0, nullptr) == 0;
  const std::unique_ptr<git_repository, decltype(&git_repository_free)> repository(opened,
                                                                                   &git_repository_free);
  bool is_clean = is_repository && git_repository_workdir(repository.get()) != nullptr;
  if (is_clean) {
    const std::filesystem::path top = std::filesystem::canonical(git_repository_workdir(repository.get()));
    for (const std::string& path : paths) {
      const auto relative = std::filesystem::canonical(directory / path).lexically_relative(top);
      unsigned int flags = 0;
      is_clean = is_clean && git_status_file(&flags, repository.get(), relative.c_str()) == 0 &&
                 flags == GIT_STATUS_CURRENT;
    }
  }
  return is_clean;
}

std::string shell_quoted(const std::string& text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-+@:,";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

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
  for (const std::string& path : paths) line += " " + shell_quoted(path);
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
  const std::string place = shell_quoted(std::filesystem::weakly_canonical(directory).string());
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
  if (is_restorable) text += command("git restore", changed);
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
