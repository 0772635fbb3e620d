#include "engine/advise/test_selection/module_table.h"

#include <algorithm>
#include <optional>

#include "engine/advise/test_selection/path_pattern.h"
#include "engine/base/repo_path.h"

namespace mlx {
namespace {

const std::vector<FileId> kNone;

std::string dotted_of(std::string_view path) {
  std::string dotted(path);
  std::ranges::replace(dotted, '/', '.');
  return dotted;
}

const std::vector<FileId>& found_in(const std::map<std::string, std::vector<FileId>, std::less<>>& map,
                                    std::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? kNone : found->second;
}

}  // namespace

ModuleTable::ModuleTable(const RepoIndex& index, const std::vector<std::string>& import_directories)
    : index_(index), import_directories_(import_directories.begin(), import_directories.end()) {
  for (FileId file = 0; file < index.python().size(); ++file) add_names(file);
  for (const IndexedFile& file : index.files()) add_directories(parent_directory(file.path.str()));
}

bool ModuleTable::is_package(std::string_view directory) const {
  return !directory.empty() && index_.find(std::string(directory) + "/__init__.py").has_value();
}

void ModuleTable::add_names(FileId file) {
  const std::string& path = index_.python()[file].str();
  for (std::size_t at = 0; at != std::string::npos;) {
    by_ending_[path.substr(at)].push_back(file);
    const auto slash = path.find('/', at);
    at = slash == std::string::npos ? slash : slash + 1;
  }
  std::string_view module = std::string_view(path).substr(0, path.size() - 3);
  if (file_name(module) == "__init__") module = parent_directory(module);
  // From each directory above that could be on the import path.
  std::string_view rest = module;
  while (!rest.empty()) {
    std::string_view above = module.substr(0, module.size() - rest.size());
    if (!above.empty()) above.remove_suffix(1);
    if (!is_package(above) || import_directories_.contains(above)) by_name_[dotted_of(rest)].push_back(file);
    const auto slash = rest.find('/');
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  }
}

void ModuleTable::add_directories(std::string_view path) {
  for (; !path.empty(); path = parent_directory(path)) {
    // It was added with all above it.
    if (!directories_[std::string(path)].insert(std::string(path)).second) return;
    for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1))
      directories_[std::string(path.substr(slash + 1))].insert(std::string(path));
  }
}

const std::vector<FileId>& ModuleTable::files_of(std::string_view dotted) const {
  return found_in(by_name_, dotted);
}

const std::vector<FileId>& ModuleTable::files_of_beginning(std::string_view dotted) const {
  while (!dotted.empty()) {
    if (const auto& files = files_of(dotted); !files.empty()) return files;
    const auto dot = dotted.rfind('.');
    dotted = dot == std::string_view::npos ? std::string_view() : dotted.substr(0, dot);
  }
  return kNone;
}

std::vector<FileId> ModuleTable::files_matching(std::string_view pattern) const {
  const std::string_view beginning = pattern.substr(0, pattern.find('*'));
  std::vector<FileId> files;
  for (auto it = by_name_.lower_bound(beginning); it != by_name_.end() && it->first.starts_with(beginning);
       ++it) {
    if (matches_pattern(pattern, it->first)) files.insert(files.end(), it->second.begin(), it->second.end());
  }
  return files;
}

bool ModuleTable::has_below(std::string_view dotted) const {
  const auto found = by_name_.lower_bound(dotted);
  return found != by_name_.end() && found->first.starts_with(dotted);
}

std::vector<FileId> ModuleTable::files_below(std::string_view directory) const {
  std::vector<FileId> files;
  for (FileId file = 0; file < index_.python().size(); ++file)
    if (is_below(index_.python()[file].str(), directory)) files.push_back(file);
  return files;
}

std::optional<FileId> ModuleTable::file_at(std::string_view path_without_suffix) const {
  const std::string path(path_without_suffix);
  if (const auto package = index_.find(path.empty() ? "__init__.py" : path + "/__init__.py")) return package;
  return index_.find(path + ".py");
}

std::string ModuleTable::outermost_package(FileId file) const {
  std::string_view directory = parent_directory(index_.python()[file].str());
  while (is_package(directory) && is_package(parent_directory(directory)))
    directory = parent_directory(directory);
  return std::string(directory);
}

std::vector<std::string> ModuleTable::directories_named(std::string_view ending) const {
  const auto found = directories_.find(ending);
  if (found == directories_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

const std::vector<FileId>& ModuleTable::files_ending(std::string_view ending) const {
  return found_in(by_ending_, ending);
}

}  // namespace mlx
