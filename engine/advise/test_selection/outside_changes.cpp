#include "engine/advise/test_selection/outside_changes.h"

#include <algorithm>
#include <cstddef>

#include "engine/advise/test_selection/changed_meaning.h"
#include "engine/advise/test_selection/path_pattern.h"
#include "engine/base/repo_path.h"

namespace mlx {
namespace {

/// Does it say how the tests of everything below its directory are run?
bool is_setting(std::string_view path) {
  return file_name(path) == "conftest.py" || scope_of_change(path) == ChangeScope::kEverything;
}

bool may_take_from_outside(std::string_view name) {
  return name == "Pipfile" || scope_of_change(name) == ChangeScope::kEverything;
}

bool is_path_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-' || c == '/';
}

/// `services/a` and `../../libs/b` make `libs/b`.
std::string joined(std::string_view place, std::string_view relative) {
  while (relative.starts_with("../")) {
    place = parent_directory(place);
    relative.remove_prefix(3);
  }
  while (relative.ends_with('/')) relative.remove_suffix(1);
  if (relative == "..") return std::string(parent_directory(place));
  if (relative.empty()) return std::string(place);
  return joined_path(place, relative);
}

/// The directories that a text of the project names beside its own.
void add_directories(std::string_view text, std::string_view place, std::vector<std::string>& directories) {
  for (auto at = text.find("../"); at != std::string_view::npos; at = text.find("../", at)) {
    std::size_t end = at;
    while (end < text.size() && is_path_byte(text[end])) ++end;
    directories.push_back(joined(place, text.substr(at, end - at)));
    at = end;
  }
}

/// `workspace = true`: what is meant is somewhere in the repository.
bool takes_from_workspace(std::string_view text) {
  constexpr std::string_view kWord = "workspace";
  constexpr std::string_view kBlanks = " \t";
  for (auto at = text.find(kWord); at != std::string_view::npos; at = text.find(kWord, at + 1)) {
    const std::string_view rest = text.substr(at + kWord.size(), 16);
    const auto equals = rest.find_first_not_of(kBlanks);
    if (equals == std::string_view::npos || rest[equals] != '=') continue;
    const auto value = rest.find_first_not_of(kBlanks, equals + 1);
    if (value != std::string_view::npos && rest.substr(value).starts_with("true")) return true;
  }
  return false;
}

/// What the project takes from outside of it: directories from the top of the repository.
Result<std::vector<std::string>> directories_taken(const Snapshot& files, std::string_view place) {
  std::vector<std::string> directories;
  for (const Entry& entry : MLX_TRY(files.children(""))) {
    if (!is_file(entry.kind) || !may_take_from_outside(entry.name)) continue;
    const auto path = RepoPath::parse(entry.name);
    if (!path) continue;
    const std::string text = MLX_TRY(files.read(*path));
    if (takes_from_workspace(text)) directories.emplace_back();
    add_directories(text, place, directories);
  }
  return directories;
}

}  // namespace

Result<std::vector<std::string>> reasons_of_outside(const Snapshot& files, std::string_view place,
                                                    const std::vector<std::string>& changed) {
  std::vector<std::string> reasons;
  if (changed.empty()) return reasons;
  const std::vector<std::string> directories = MLX_TRY(directories_taken(files, place));
  bool is_taken = false;
  for (const std::string& path : changed) {
    const auto holds = [&](const std::string& directory) {
      return path == directory || is_below(path, directory);
    };
    if (is_setting(path) && is_below(place, parent_directory(path))) {
      reasons.push_back(path + ", above the project, says how tests are run");
    } else if (!is_taken && std::ranges::any_of(directories, holds)) {
      is_taken = true;
      reasons.push_back(path +
                        ", outside of the project, is in a place that its settings take packages from");
    }
  }
  return reasons;
}

}  // namespace mlx
