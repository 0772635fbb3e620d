#include "engine/base/git_tree.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/base/blob_id.h"
#include "engine/base/digest.h"

namespace mlx {
namespace {

constexpr std::string_view kDirectoryMode = "040000";

/// As git sorts: a directory as if its name ended with a slash.
std::string sort_key(const GitTreeEntry& entry) {
  return entry.mode == kDirectoryMode ? entry.name + "/" : entry.name;
}

/// One directory while it is changed: what is done to the files and the directories in it.
struct Node {
  std::optional<GitTreeChange> file;  ///< what becomes of the file of this name
  std::map<std::string, Node, std::less<>> below;
};

void insert(Node& top, const GitTreeChange& change) {
  Node* node = &top;
  std::string_view rest = change.path.str();
  while (true) {
    const auto slash = rest.find('/');
    node = &node->below[std::string(rest.substr(0, slash))];
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  node->file = change;
}

class ChangedTree {
 public:
  explicit ChangedTree(const ListDirectory& list) : list_(list) {}

  /// The entries of the directory after the changes; `exists` says whether it was there before.
  Result<std::vector<GitTreeEntry>> entries(const Node& node, const std::string& directory, bool exists) {
    std::map<std::string, GitTreeEntry, std::less<>> by_name;
    if (exists) {
      for (GitTreeEntry& entry : MLX_TRY(list_(directory))) {
        std::string name = entry.name;
        by_name.insert_or_assign(std::move(name), std::move(entry));
      }
    }
    for (const auto& [name, child] : node.below) {
      const auto there = by_name.find(name);
      const bool was_directory = there != by_name.end() && there->second.mode == kDirectoryMode;
      std::string path = directory.empty() ? "" : directory + "/";
      path += name;
      auto changed = MLX_TRY(changed_entry(name, child, path, was_directory));
      // A file that goes may have become a directory for other changes; then there is nothing to take away.
      if (changed) {
        by_name.insert_or_assign(name, *std::move(changed));
      } else {
        by_name.erase(name);
      }
    }
    std::vector<GitTreeEntry> all;
    all.reserve(by_name.size());
    for (auto& [name, entry] : by_name) all.push_back(std::move(entry));
    return all;
  }

 private:
  Result<std::optional<GitTreeEntry>> changed_entry(const std::string& name, const Node& child,
                                                    const std::string& path, bool was_directory) {
    const std::optional<std::string> content = child.file ? child.file->content : std::nullopt;
    if (content) {
      return GitTreeEntry{.mode = child.file->is_executable ? "100755" : "100644",
                          .name = name,
                          .id = BlobId::of(*content).hex()};
    }
    auto below = MLX_TRY(entries(child, path, was_directory));
    if (below.empty()) return std::nullopt;
    GitTreeEntry entry{.mode = std::string(kDirectoryMode), .name = name, .id = {}};
    entry.id = MLX_TRY(git_tree_id(std::move(below)));
    return entry;
  }

  const ListDirectory& list_;
};

}  // namespace

Result<std::string> git_tree_id(std::vector<GitTreeEntry> entries) {
  std::ranges::sort(entries, {}, sort_key);
  std::string content;
  for (const GitTreeEntry& entry : entries) {
    const auto id = from_hex(entry.id);
    if (!id || entry.id.size() != 40) {
      return fail(ErrorCode::kInvalidInput, "`" + entry.id + "` is not the id of an object of git",
                  {.file = entry.name});
    }
    // Git writes modes without the zero before them.
    const std::string_view mode = entry.mode;
    content += mode.substr(std::min(mode.find_first_not_of('0'), mode.size()));
    content += ' ' + entry.name + '\0' + *id;
  }
  return git_object_id("tree", content);
}

Result<std::string> git_tree_id_with(const ListDirectory& list, const std::vector<GitTreeChange>& changes) {
  Node top;
  for (const GitTreeChange& change : changes) insert(top, change);
  return git_tree_id(MLX_TRY(ChangedTree(list).entries(top, "", true)));
}

}  // namespace mlx
