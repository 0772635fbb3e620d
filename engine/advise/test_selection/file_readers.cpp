#include "engine/advise/test_selection/file_readers.h"

#include <algorithm>

#include "engine/advise/test_selection/path_pattern.h"

namespace mlx {
namespace {

constexpr std::size_t kDeepestDirectory = 12;  // whose names are put together; of deeper ones the last are

/// Could it be the name of a file? `test_*` alone is not, `*.csv` and `data/*` are.
bool is_path_pattern(std::string_view word) {
  const bool is_pattern = word.find('*') != std::string_view::npos;
  return is_pattern &&
         (word.find('/') != std::string_view::npos || name_in(word).find('.') != std::string_view::npos);
}

/// `a`, `a/b`, `b` for `a/b`.
std::vector<std::string> parts_of(std::string_view directory) {
  std::vector<std::string_view> names;
  for (; !directory.empty() && names.size() < kDeepestDirectory; directory = directory_in(directory))
    names.insert(names.begin(), name_in(directory));
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

}  // namespace

FileReaders::FileReaders(const RepoIndex& index) : index_(index) {
  for (FileId file = 0; file < index.python().size(); ++file) {
    const PythonMentions& mentions = index.module(file).mentions;
    for (const std::string& word : mentions.words) {
      by_word_[word].push_back(file);
      if (is_path_pattern(word)) patterns_.push_back({.text = word, .file = file});
    }
    if (mentions.names_itself || mentions.lists_files)
      seekers_.push_back({.directory = std::string(directory_in(index.python()[file].str())), .file = file});
  }
}

void FileReaders::add_word(const std::string& word, std::vector<FileId>& readers) const {
  const auto found = by_word_.find(word);
  if (found != by_word_.end()) readers.insert(readers.end(), found->second.begin(), found->second.end());
}

std::vector<FileId> FileReaders::of(std::string_view path) const {
  std::vector<FileId> readers;
  for (std::string_view end = path; !end.empty();) {
    add_word(std::string(end), readers);
    const auto slash = end.find('/');
    end = slash == std::string_view::npos ? std::string_view() : end.substr(slash + 1);
  }
  for (const std::string& word : words_in(name_in(path))) add_word(word, readers);
  const std::string_view extension = extension_of(path);
  // Stubs are read by type checkers only.
  if (extension == ".pyi") {
    for (const char* checker : {"mypy", "mypy.api", "pyright"}) add_word(checker, readers);
    return sorted(std::move(readers));
  }
  if (!extension.empty()) add_word(std::string(extension), readers);
  for (const std::string& part : parts_of(directory_in(path))) {
    add_word(part, readers);
    std::string dotted = part;
    std::ranges::replace(dotted, '/', '.');
    if (dotted != part) add_word(dotted, readers);
  }
  for (const Pattern& pattern : patterns_) {
    if (matches_pattern(pattern.text, path) || matches_pattern("*/" + pattern.text, path))
      readers.push_back(pattern.file);
  }
  for (const Seeker& seeker : seekers_) {
    // At the top lies everything: who looks for files from there says which.
    if (!seeker.directory.empty() && is_below(path, seeker.directory)) readers.push_back(seeker.file);
  }
  // `test_x.ambr`, `__snapshots__/test_x/a.txt`: beside the test that has its name.
  for (FileId file = 0; file < index_.python().size(); ++file) {
    const std::string_view module = index_.python()[file].str();
    const std::string_view stem = name_in(module).substr(0, name_in(module).size() - 3);
    const bool is_beside = is_below(path, directory_in(module));
    if (!is_beside || stem.size() < 4) continue;
    if (path.substr(directory_in(module).size()).find(stem) != std::string_view::npos)
      readers.push_back(file);
  }
  return sorted(std::move(readers));
}

}  // namespace mlx
