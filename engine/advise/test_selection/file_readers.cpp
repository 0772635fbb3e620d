#include "engine/advise/test_selection/file_readers.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/advise/test_selection/changed_meaning.h"
#include "engine/advise/test_selection/path_pattern.h"
#include "engine/base/repo_path.h"

namespace mlx {
namespace {

constexpr std::size_t kDeepestDirectory = 12;  // whose names are put together; of deeper ones the last are

/// Could it be the name of a file? `test_*` alone is not, `*.csv` and `data/*` are.
bool is_path_pattern(std::string_view word) {
  const bool is_pattern = word.find('*') != std::string_view::npos;
  return is_pattern &&
         (word.find('/') != std::string_view::npos || file_name(word).find('.') != std::string_view::npos);
}

/// `a`, `a/b`, `b` for `a/b`.
std::vector<std::string> parts_of(std::string_view directory) {
  std::vector<std::string_view> names;
  for (; !directory.empty() && names.size() < kDeepestDirectory; directory = parent_directory(directory))
    names.insert(names.begin(), file_name(directory));
  std::vector<std::string> parts;
  for (std::size_t first = 0; first < names.size(); ++first) {
    std::string part;
    for (std::size_t last = first; last < names.size(); ++last) {
      part += (part.empty() ? "" : "/") + std::string(names[last]);
      parts.push_back(part);
    }
  }
  return parts;
}

/// Parts of a name with blanks and the like in it, of which a text keeps each for itself.
std::vector<std::string> words_in(std::string_view name) {
  const auto is_kept = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
  };
  std::vector<std::string> words;
  if (std::ranges::all_of(name, is_kept)) return words;
  bool is_open = false;
  for (const char c : name) {
    if (is_kept(c) && !is_open) words.emplace_back();
    if (is_kept(c)) words.back() += c;
    is_open = is_kept(c);
  }
  return words;
}

std::vector<FileId> sorted(std::vector<FileId> files) {
  std::ranges::sort(files);
  files.erase(std::ranges::unique(files).begin(), files.end());
  return files;
}

bool imports_hydra(const PythonModule& module) {
  return std::ranges::any_of(module.imports, [](const PythonImport& import) {
    return import.level == 0 && (import.module == "hydra" || import.module.starts_with("hydra."));
  });
}

}  // namespace

FileReaders::FileReaders(const RepoIndex& index) : index_(index) {
  for (FileId file = 0; file < index.python().size(); ++file) {
    has_hydra_ = has_hydra_ || imports_hydra(index.module(file));
    const PythonMentions& mentions = index.module(file).mentions;
    for (const std::string& word : mentions.words) {
      by_word_[word].push_back(file);
      if (is_path_pattern(word)) patterns_.push_back({.text = word, .file = file});
    }
    if (mentions.names_itself || mentions.lists_files) {
      seekers_.push_back(
          {.directory = std::string(parent_directory(index.python()[file].str())), .file = file});
    }
  }
}

bool FileReaders::add_word(const std::string& word, std::vector<FileId>& readers) const {
  const auto found = by_word_.find(word);
  if (found == by_word_.end()) return false;
  readers.insert(readers.end(), found->second.begin(), found->second.end());
  return true;
}

/// By the end of its path. `data` alone may be anything's name.
bool FileReaders::add_names(std::string_view path, std::vector<FileId>& readers) const {
  bool is_named = false;
  for (std::string_view end = path; !end.empty();) {
    const bool is_spelled = add_word(std::string(end), readers);
    is_named = is_named || (is_spelled && end.find_first_of("./") != std::string_view::npos);
    const auto slash = end.find('/');
    end = slash == std::string_view::npos ? std::string_view() : end.substr(slash + 1);
  }
  const std::vector<std::string> parts = words_in(file_name(path));
  bool has_all = !parts.empty();
  for (const std::string& part : parts) has_all = add_word(part, readers) && has_all;
  return is_named || has_all;
}

/// Is it a group of Hydra's configuration? That is read by its directory, by names without an ending.
bool FileReaders::add_directories(std::string_view path, std::vector<FileId>& readers) const {
  const std::string_view extension = extension_of(path);
  const bool is_group = has_hydra_ && (extension == ".yaml" || extension == ".yml");
  const std::string_view top = path.substr(0, path.find('/'));
  bool is_named = false;
  for (const std::string& part : parts_of(parent_directory(path))) {
    const bool is_spelled = add_word(part, readers);
    is_named = is_named || (is_spelled && is_group && part == top);
    std::string dotted = part;
    std::ranges::replace(dotted, '/', '.');
    if (dotted != part) add_word(dotted, readers);
  }
  return is_named;
}

bool FileReaders::add_patterns(std::string_view path, std::vector<FileId>& readers) const {
  bool is_named = false;
  for (const Pattern& pattern : patterns_) {
    if (!matches_pattern(pattern.text, path) && !matches_pattern("*/" + pattern.text, path)) continue;
    readers.push_back(pattern.file);
    is_named = is_named || file_name(pattern.text) == file_name(path);
  }
  return is_named;
}

/// `test_x.ambr`, `__snapshots__/test_x/a.txt`: beside the test that has its name.
bool FileReaders::add_namesakes(std::string_view path, std::vector<FileId>& readers) const {
  bool is_named = false;
  for (FileId file = 0; file < index_.python().size(); ++file) {
    const std::string_view module = index_.python()[file].str();
    const std::string_view stem = file_name(module).substr(0, file_name(module).size() - 3);
    const bool is_beside = is_below(path, parent_directory(module));
    if (!is_beside || stem.size() < 4) continue;
    if (path.substr(parent_directory(module).size()).find(stem) == std::string_view::npos) continue;
    readers.push_back(file);
    is_named = is_named || (stem.starts_with("test_") && stem.size() > 5) || stem.ends_with("_test");
  }
  return is_named;
}

FileReading FileReaders::directly(std::string_view path) const {
  std::vector<FileId> readers;
  bool is_named = add_names(path, readers);
  const std::string_view extension = extension_of(path);
  // Stubs are read by type checkers only.
  if (extension == ".pyi") {
    for (const char* checker : {"mypy", "mypy.api", "pyright"}) add_word(checker, readers);
    return {.readers = std::move(readers), .is_named = is_named};
  }
  if (!extension.empty()) add_word(std::string(extension), readers);
  is_named = add_directories(path, readers) || is_named;
  is_named = add_patterns(path, readers) || is_named;
  for (const Seeker& seeker : seekers_) {
    // At the top lies everything: who looks for files from there says which.
    if (!seeker.directory.empty() && is_below(path, seeker.directory)) readers.push_back(seeker.file);
  }
  is_named = add_namesakes(path, readers) || is_named;
  return {.readers = std::move(readers), .is_named = is_named};
}

FileReading FileReaders::of(const std::string& path, const ConfigurationReaders& named) const {
  FileReading reading;
  bool has_known_end = true;
  std::vector<std::string> todo = {path};
  std::set<std::string> seen;
  while (!todo.empty()) {
    const std::string at = std::move(todo.back());
    todo.pop_back();
    if (!seen.insert(at).second) continue;
    const FileReading found = directly(at);
    reading.readers.insert(reading.readers.end(), found.readers.begin(), found.readers.end());
    reading.is_named = reading.is_named || found.is_named;
    const auto above = named.find(at);
    const bool is_configured = above != named.end();
    if (is_configured) todo.insert(todo.end(), above->second.begin(), above->second.end());
    // Configuration whose readers nobody knows may be how the file is read.
    if (!found.is_named && !is_configured && scope_of_change(at) == ChangeScope::kData) has_known_end = false;
  }
  reading.readers = sorted(std::move(reading.readers));
  reading.is_named = reading.is_named && has_known_end;
  return reading;
}

}  // namespace mlx
