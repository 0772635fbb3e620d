#include "engine/advise/test_selection/configuration_files.h"

#include <algorithm>
#include <set>

#include "engine/advise/test_selection/changed_meaning.h"
#include "engine/base/repo_path.h"

namespace mlx {
namespace {

constexpr std::size_t kLargest = 1U << 20U;

bool is_path_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-' || c == '/' || c == '+' || c == '@' || static_cast<unsigned char>(c) >= 0x80;
}

/// The parts of a text that could be paths, without the dots and slashes that begin relative ones.
std::set<std::string_view> paths_in(std::string_view text) {
  std::set<std::string_view> paths;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_path_byte(text[end])) ++end;
    std::string_view word = text.substr(i, end - i);
    while (word.starts_with("./") || word.starts_with("../")) word.remove_prefix(word.find('/') + 1);
    while (word.starts_with('/')) word.remove_prefix(1);
    if (word.find_first_of("./") != std::string_view::npos) paths.insert(word);
    i = end + 1;
  }
  return paths;
}

/// The ends of the path that are whole names: `a/b.csv`, `b.csv`. `/data/prices.csv` may be below a root
/// that is filled in, so that it names `x/data/prices.csv` too.
bool is_spelled(std::string_view path, const std::set<std::string_view>& words) {
  for (std::string_view end = path;;) {
    if (words.contains(end)) return true;
    const auto slash = end.find('/');
    if (slash == std::string_view::npos) return false;
    end.remove_prefix(slash + 1);
  }
}

}  // namespace

Result<std::string> ConfigurationFiles::each(const Visit& visit) const {
  std::vector<RepoPath> read;
  std::string unread;
  for (const IndexedFile& file : index_.files()) {
    if (!is_configuration(file.path.str())) continue;
    // Some would tell no more than none: what is not read may name anything.
    if (read.size() == most_)
      return "there are more than " + std::to_string(most_) + " files of configuration, which are not read";
    read.push_back(file.path);
  }
  files_.prepare(read);
  for (const RepoPath& path : read) {
    const auto text = files_.read(path);
    const bool is_refused = !text && text.error().code == ErrorCode::kRefused;
    if (!text && !is_refused) return std::unexpected(text.error());
    if (!is_refused && text->size() <= kLargest) {
      visit(path.str(), *text);
    } else if (scope_of_change(path.str()) != ChangeScope::kNoTests) {
      unread = path.str() + " is larger than what is read of a file of configuration";
    }
  }
  return unread;
}

Result<NamedFiles> files_named_in(const ConfigurationFiles& configuration, const RepoIndex& index,
                                  const std::vector<std::string>& paths) {
  std::map<std::string_view, std::set<std::string_view>> by_name;
  for (const std::string& path : paths) by_name[file_name(path)].insert(path);
  for (const IndexedFile& file : index.files()) {
    const std::string& path = file.path.str();
    if (is_configuration(path)) by_name[file_name(path)].insert(path);
  }
  NamedFiles named;
  named.unread = MLX_TRY(configuration.each([&](const std::string& reader, std::string_view text) {
    const auto words = paths_in(text);
    std::set<std::string_view> found;
    for (const std::string_view word : words) {
      const auto called_so = by_name.find(file_name(word));
      if (called_so == by_name.end()) continue;
      for (const std::string_view path : called_so->second) {
        const bool is_end = is_spelled(path, words) || word.ends_with("/" + std::string(path));
        if (is_end && path != reader && found.insert(path).second)
          named.readers[std::string(path)].push_back(reader);
      }
    }
  }));
  return named;
}

}  // namespace mlx
