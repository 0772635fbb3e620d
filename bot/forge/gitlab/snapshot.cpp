#include "bot/forge/gitlab/snapshot.h"

#include <fmt/format.h>

namespace mlx::bot::gitlab {
namespace {

/// So many requests for a listing are enough: larger repositories are listed directory by directory.
constexpr std::size_t kMostListed = 20'000;

std::string cache_key(const std::string& commit, const std::string& directory, Depth depth) {
  return fmt::format("listing {}:{}{}", commit, directory, depth == Depth::kAll ? " and below" : "");
}

/// The entries of a whole listing that are directly in a directory.
std::vector<GitTreeEntry> directly_in(std::string_view listing, const std::string& directory) {
  const std::string prefix = directory.empty() ? std::string() : directory + "/";
  std::vector<GitTreeEntry> entries;
  while (!listing.empty()) {
    const ListedEntry entry = take_entry(listing);
    std::string_view path = entry.path;
    if (!path.starts_with(prefix)) continue;
    path.remove_prefix(prefix.size());
    if (path.empty() || path.find('/') != std::string_view::npos) continue;
    entries.push_back(
        {.mode = std::string(entry.mode), .name = std::string(path), .id = std::string(entry.sha)});
  }
  return entries;
}

}  // namespace

Result<std::optional<std::string>> Files::list(const std::string& commit, const std::string& directory,
                                               Depth depth) const {
  const std::string key = cache_key(commit, directory, depth);
  if (auto known = cache_.find(key)) return known;
  const std::string prefix = directory.empty() ? std::string() : directory + "/";
  std::string listing;
  std::size_t count = 0;
  const auto add = [&](const JsonReader& item) -> Result<Continue> {
    if (++count > kMostListed) return Continue::kNo;
    const std::string path = MLX_TRY(item.string("path"));
    if (path.starts_with(prefix)) {
      const std::string mode = MLX_TRY(item.string("mode"));
      const std::string id = MLX_TRY(item.string("id"));
      append_entry(listing, {.mode = mode, .sha = id, .path = std::string_view(path).substr(prefix.size())});
    }
    return Continue::kYes;
  };
  MLX_CHECK(api_.each(fmt::format("{}/repository/tree?ref={}&path={}&pagination=keyset{}", base_, commit,
                                  percent_encode(directory), depth == Depth::kAll ? "&recursive=true" : ""),
                      kMostListed + 1, add));
  if (count > kMostListed) return std::nullopt;
  cache_.put(key, listing);
  return listing;
}

Result<std::vector<GitTreeEntry>> Files::entries(const std::string& commit,
                                                 const std::string& directory) const {
  if (const auto whole = cache_.find(cache_key(commit, "", Depth::kAll)))
    return directly_in(*whole, directory);
  const auto listing = list(commit, directory, Depth::kOne);
  const bool is_absent = !listing && listing.error().code == ErrorCode::kNotFound && !directory.empty();
  if (is_absent) return std::vector<GitTreeEntry>();
  const auto listed = MLX_TRY(listing);
  if (!listed) {
    return fail(ErrorCode::kUnavailable, "the directory is too large for GitLab to list",
                {.file = directory});
  }
  return directly_in(*listed, "");
}

Result<std::string> Files::tree_of(const std::string& commit) const {
  return git_tree_id(MLX_TRY(entries(commit, "")));
}

Result<std::string> Files::blob(const std::string& id) const {
  const std::string key = base_ + " " + id;
  if (auto known = cache_.find(key)) return *known;
  auto bytes = fetch_blob(id);
  if (bytes) cache_.put(key, *bytes);
  return bytes;
}

Result<std::string> Files::fetch_blob(const std::string& id) const {
  auto bytes = MLX_TRY(api_.bytes(fmt::format("{}/repository/blobs/{}/raw", base_, id)));
  // They come as they are: what a proxy says instead would be taken for them.
  if (BlobId::of(bytes).hex() != id)
    return fail(ErrorCode::kUnavailable, "GitLab's answer is not the content of the blob " + id);
  return bytes;
}

Result<std::optional<std::string>> GitlabSnapshot::list(const Directory& directory, Depth depth) const {
  return files_.list(commit_, directory.path, depth);
}

}  // namespace mlx::bot::gitlab
