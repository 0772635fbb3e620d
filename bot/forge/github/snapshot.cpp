#include "bot/forge/github/snapshot.h"

#include <fmt/format.h>

#include "engine/base/digest.h"
#include "engine/base/json_reader.h"

namespace mlx::bot {

Result<std::optional<std::string>> GithubSnapshot::list(const Directory& directory, Depth depth) const {
  const std::string& tree = directory.id.empty() ? tree_ : directory.id;
  const bool is_recursive = depth == Depth::kAll;
  // A tree's id names what it lists.
  const std::string key = fmt::format("tree {}{}", tree, is_recursive ? " and below" : "");
  if (auto known = cache_.find(key)) return known;
  const std::string path = fmt::format("/repos/{}/git/trees/{}{}", scope_.repository.full(), tree,
                                       is_recursive ? "?recursive=1" : "");
  const nlohmann::json answer = MLX_TRY(api_.request(scope_, "GET", path));
  const JsonReader reader(answer, "GitHub's tree");
  if (MLX_TRY(reader.boolean_or("truncated", false))) return std::nullopt;
  std::string listing;
  for (const JsonReader& item : MLX_TRY(reader.elements("tree"))) {
    append_entry(listing, MLX_TRY(item.string("mode")), MLX_TRY(item.string_or("sha", "")),
                 MLX_TRY(item.string("path")));
  }
  cache_.put(key, listing);
  return listing;
}

Result<std::string> GithubSnapshot::fetch(const std::string& id) const {
  if (auto known = cache_.find(id)) return *known;
  auto bytes = fetch_blob(api_, scope_, id);
  if (bytes) cache_.put(id, *bytes);
  return bytes;
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
