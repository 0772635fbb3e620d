#include "bot/forge/github/installations.h"

#include "bot/forge/github/pages.h"

namespace mlx::bot {
namespace {

using nlohmann::json;

/// So that no answer can keep us for ever.
constexpr std::size_t kMostItems = 20'000;

/// Nothing for one that cannot be written to.
Result<std::optional<InstalledRepository>> read_repository(const JsonReader& reader,
                                                           std::int64_t installation) {
  const bool is_frozen =
      MLX_TRY(reader.boolean_or("archived", false)) || MLX_TRY(reader.boolean_or("disabled", false));
  if (is_frozen) return std::nullopt;
  InstalledRepository repository;
  repository.name.owner = MLX_TRY(MLX_TRY(reader.at("owner")).string("login"));
  repository.name.name = MLX_TRY(reader.string("name"));
  repository.installation = installation;
  repository.default_branch = MLX_TRY(reader.string("default_branch"));
  repository.pushed_at = MLX_TRY(reader.string_if_present("pushed_at")).value_or("");
  return repository;
}

/// What a token's user was given access to, as far as they may push there.
Result<std::vector<InstalledRepository>> list_of_user(GithubApi& api) {
  std::vector<InstalledRepository> repositories;
  const auto keep = [&](const JsonReader& item) -> Result<Continue> {
    const json::json_pointer push("/permissions/push");
    const bool may_push = item.value().contains(push) && item.value().at(push) == true;
    if (!may_push) return Continue::kYes;
    auto repository = MLX_TRY(read_repository(item, 0));
    if (repository) repositories.push_back(*std::move(repository));
    return Continue::kYes;
  };
  MLX_CHECK(for_each_item(
      {.get = [&](const std::string& query) { return api.request({}, "GET", "/user/repos?" + query); },
       .most = kMostItems},
      keep));
  return repositories;
}

Result<void> list_of_installation(GithubApi& api, std::int64_t installation,
                                  std::vector<InstalledRepository>& repositories) {
  const auto keep = [&](const JsonReader& item) -> Result<Continue> {
    auto repository = MLX_TRY(read_repository(item, installation));
    if (repository) repositories.push_back(*std::move(repository));
    return Continue::kYes;
  };
  const auto get = [&](const std::string& query) {
    return api.request({.repository = {}, .installation = installation}, "GET",
                       "/installation/repositories?" + query);
  };
  return for_each_item({.get = get, .member = "repositories", .most = kMostItems}, keep);
}

/// It was suspended or removed since it was listed, and stands in nobody's way.
bool is_gone(const Error& error) {
  return error.code == ErrorCode::kNotFound || error.code == ErrorCode::kRefused;
}

}  // namespace

Result<std::vector<InstalledRepository>> list_installed_repositories(GithubApi& api) {
  if (!api.is_app()) return list_of_user(api);
  std::vector<std::int64_t> installations;
  const auto add = [&](const JsonReader& installation) -> Result<Continue> {
    const bool is_suspended = MLX_TRY(installation.string_if_present("suspended_at")).has_value();
    if (!is_suspended) installations.push_back(MLX_TRY(installation.integer("id")));
    return Continue::kYes;
  };
  MLX_CHECK(for_each_item(
      {.get = [&](const std::string& query) { return api.get_as_app("/app/installations?" + query); },
       .most = kMostItems},
      add));
  std::vector<InstalledRepository> repositories;
  for (const std::int64_t id : installations) {
    const auto listed = list_of_installation(api, id, repositories);
    if (!listed && !is_gone(listed.error())) return std::unexpected(listed.error());
  }
  return repositories;
}

}  // namespace mlx::bot
