#include "engine/plan/update/file_pairs.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <set>
#include <unordered_map>

#include "engine/base/repo_path.h"
#include "engine/merge/line_diff.h"
#include "engine/plan/find_files.h"

namespace mlx {
namespace {

/// As git has it for renames: half of it is the same.
constexpr double kLeastLikeness = 0.5;
/// Files of fewer lines are alike by chance.
constexpr std::size_t kLeastLines = 3;
/// How many files are read to find one that was moved: each may be a request to a forge.
constexpr std::size_t kMostFilesCompared = 300;

std::string_view trimmed(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string_view ending_of(std::string_view path) {
  const auto dot = path.rfind('.');
  const auto slash = path.rfind('/');
  const bool has_ending = dot != std::string_view::npos && (slash == std::string_view::npos || dot > slash);
  return has_ending ? path.substr(dot) : std::string_view();
}

struct Likeness {
  std::size_t old = 0;
  std::size_t added = 0;
  double share = 0;
};

const std::string* template_of(const Release& release, const std::string& source) {
  const auto text = release.templates.find(source);
  return text == release.templates.end() ? nullptr : &text->second;
}

/// Pairs what is left on both sides, the likest first.
void pair_renamed(FilePairs& pairs, const Release& before, const Release& after) {
  std::vector<Likeness> alike;
  for (std::size_t old = 0; old < pairs.old.size(); ++old) {
    const FilePair& pair = pairs.old[old];
    const std::string* const text = pair.file == nullptr ? template_of(before, pair.locked.source) : nullptr;
    if (text == nullptr || text->empty()) continue;
    for (std::size_t added = 0; added < pairs.added.size(); ++added) {
      const std::string path = pairs.added[added]->path.str();
      if (ending_of(path) != ending_of(pair.locked.source)) continue;
      const double share = line_likeness(*text, *template_of(after, path));
      if (share >= kLeastLikeness) alike.push_back({.old = old, .added = added, .share = share});
    }
  }
  std::ranges::stable_sort(alike, std::ranges::greater(), &Likeness::share);
  std::set<const ComponentFile*> used;
  for (const Likeness& one : alike) {
    const ComponentFile* const file = pairs.added[one.added];
    if (pairs.old[one.old].file != nullptr || used.contains(file)) continue;
    pairs.old[one.old].file = file;
    used.insert(file);
  }
  std::erase_if(pairs.added, [&](const ComponentFile* file) { return used.contains(file); });
}

bool is_searched(std::string_view directory) {
  constexpr std::array<std::string_view, 6> kSkipped = {"__pycache__", "node_modules", "venv",
                                                        "build",       "dist",         "site-packages"};
  return !directory.starts_with('.') && std::ranges::find(kSkipped, directory) == kSkipped.end();
}

/// All files with the ending of `path` that no component of the lock has, by path.
Result<std::vector<RepoPath>> files_like(const std::string& path, const Lock& lock, const Snapshot& project) {
  const auto is_like = [&](const RepoPath& place) {
    const bool is_locked = std::ranges::any_of(
        lock.components, [&](const auto& component) { return component.second.files.contains(place.str()); });
    return !is_locked && ending_of(place.str()) == ending_of(path);
  };
  std::vector<RepoPath> found =
      MLX_TRY(find_files(project, {.below = "", .enters = is_searched, .takes = is_like})).paths;
  // Those that kept their name first.
  const auto has_other_name = [&](const RepoPath& place) {
    return file_name(place.str()) != file_name(path);
  };
  std::ranges::sort(found, {},
                    [&](const RepoPath& place) { return std::pair(has_other_name(place), place.str()); });
  return found;
}

/// A shorter one is like any other.
bool is_long_enough(std::string_view text) {
  const auto lines = split_lines(text);
  const auto has_text = [](std::string_view line) { return !trimmed(line).empty(); };
  return std::ranges::count_if(lines, has_text) >= static_cast<std::ptrdiff_t>(kLeastLines);
}

}  // namespace

double line_likeness(std::string_view a, std::string_view b) {
  if (a == b) return 1;
  std::unordered_map<std::string_view, std::size_t> counts;
  std::size_t size_of_a = 0;
  std::size_t size_of_b = 0;
  std::size_t shared = 0;
  for (const std::string_view line : split_lines(a)) {
    if (const auto text = trimmed(line); !text.empty()) {
      ++counts[text];
      ++size_of_a;
    }
  }
  for (const std::string_view line : split_lines(b)) {
    const auto text = trimmed(line);
    if (text.empty()) continue;
    ++size_of_b;
    const auto count = counts.find(text);
    if (count == counts.end() || count->second == 0) continue;
    --count->second;
    ++shared;
  }
  if (std::min(size_of_a, size_of_b) < kLeastLines) return 0;
  return 2 * static_cast<double>(shared) / static_cast<double>(size_of_a + size_of_b);
}

FilePairs pair_files(const LockedComponent& locked, const std::optional<Release>& before,
                     const Release& after) {
  FilePairs pairs;
  std::set<std::string> known;
  for (const auto& [path, file] : locked.files) {
    if (file.source.empty()) continue;
    FilePair pair{.path = path, .locked = file};
    for (const ComponentFile& candidate : after.component.files) {
      const bool is_it = candidate.merge != MergeStrategy::kEnhance && candidate.path.str() == file.source;
      if (is_it) pair.file = &candidate;
    }
    known.insert(file.source);
    pairs.old.push_back(std::move(pair));
  }
  for (const ComponentFile& file : after.component.files) {
    if (file.merge != MergeStrategy::kEnhance && !known.contains(file.path.str()))
      pairs.added.push_back(&file);
  }
  if (before) pair_renamed(pairs, *before, after);
  return pairs;
}

Result<std::optional<RepoPath>> find_moved_file(const std::string& path, std::string_view text,
                                                const Lock& lock, const Snapshot& project) {
  if (!is_long_enough(text)) return std::nullopt;
  const std::vector<RepoPath> candidates = MLX_TRY(files_like(path, lock, project));
  const BlobId id = BlobId::of(text);
  for (const RepoPath& place : candidates) {
    if (MLX_TRY(project.blob_id(place)) == id) return place;
  }
  std::optional<RepoPath> best;
  double best_share = 0;
  for (const RepoPath& place : candidates | std::views::take(kMostFilesCompared)) {
    const bool has_same_name = file_name(place.str()) == file_name(path);
    if (best && !has_same_name) break;  // one that kept its name is it
    const double share = line_likeness(text, MLX_TRY(project.read(place)));
    if (share < kLeastLikeness || share <= best_share) continue;
    best_share = share;
    best = place;
  }
  return best;
}

}  // namespace mlx
