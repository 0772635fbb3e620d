#include "bot/forge/github/snapshot.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "engine/base/digest.h"
#include "engine/base/json_reader.h"

namespace mlx::bot {

Result<std::optional<std::string>> GithubSnapshot::list(const Directory& directory, Depth depth) const {
  const std::string& top = commit_.tree.empty() ? commit_.sha : commit_.tree;
  const std::string& tree = directory.id.empty() ? top : directory.id;
  const bool is_recursive = depth == Depth::kAll;
  // A tree's id names what it lists.
  const std::string key = fmt::format("tree {}{}", tree, is_recursive ? " and below" : "");
  if (auto known = cache().find(key)) return known;
  const std::string path = fmt::format("/repos/{}/git/trees/{}{}", scope_.repository.full(), tree,
                                       is_recursive ? "?recursive=1" : "");
  const nlohmann::json answer = MLX_TRY(api_.request(scope_, "GET", path));
  const JsonReader reader(answer, "GitHub's tree");
  if (MLX_TRY(reader.boolean_or("truncated", false))) return std::nullopt;
  std::string listing;
  for (const JsonReader& item : MLX_TRY(reader.elements("tree"))) {
    const std::string mode = MLX_TRY(item.string("mode"));
    const std::string sha = MLX_TRY(item.string_or("sha", ""));
    const std::string entry_path = MLX_TRY(item.string("path"));
    const long long size = item.has("size") ? MLX_TRY(item.integer("size")) : 0;
    append_entry(listing, {.mode = mode,
                           .sha = sha,
                           .size = static_cast<std::uint64_t>(std::max(size, 0LL)),
                           .path = entry_path});
  }
  cache().put(key, listing);
  return listing;
}

Result<std::string> GithubSnapshot::fetch(const std::string& id) const {
  return fetch_blob(api_, scope_, id);
}

Result<void> GithubSnapshot::download(const std::function<bool(std::string_view)>& take) const {
  const std::string path = fmt::format("/repos/{}/tarball/{}", scope_.repository.full(), commit_.sha);
  return api_.download(scope_, path, take);
}

Result<std::string> fetch_blob(GithubApi& api, const GithubApi::Scope& scope, const std::string& sha) {
  const nlohmann::json answer =
      MLX_TRY(api.request(scope, "GET", fmt::format("/repos/{}/git/blobs/{}", scope.repository.full(), sha)));
  const JsonReader reader(answer, "GitHub's blob");
  std::string content = MLX_TRY(reader.string("content"));
  const std::string encoding = MLX_TRY(reader.string_or("encoding", "utf-8"));
  if (encoding != "base64") return content;
  auto bytes = decode_base64(content);
  if (!bytes) return std::unexpected(reader.complaint("The content is not base64"));
  return *std::move(bytes);
}

}  // namespace mlx::bot
