#include "bot/forge/github/installations.h"

#include <functional>

#include <fmt/format.h>

#include "engine/base/json_reader.h"

namespace mlx::bot {
namespace {

using nlohmann::json;

constexpr std::size_t kPageSize = 100;
/// So that no answer can keep us for ever.
constexpr std::size_t kMostPages = 200;

using GetPage = std::function<Result<json>(const std::string& query)>;

/// The items of all pages. `member` holds them; empty if the answer is the list itself.
Result<std::vector<json>> all_pages(const GetPage& get, const char* member) {
  std::vector<json> items;
  for (std::size_t page = 1; page <= kMostPages; ++page) {
    const json answer = MLX_TRY(get(fmt::format("per_page={}&page={}", kPageSize, page)));
    const bool has_member = *member == '\0' || answer.contains(member);
    const json list = !has_member ? json() : *member == '\0' ? answer : answer.at(member);
    if (!list.is_array()) {
      return std::unexpected(
          JsonReader(answer, "GitHub's list").complaint("expected an array", ErrorCode::kUnavailable));
    }
    items.insert(items.end(), list.begin(), list.end());
    if (list.size() < kPageSize) break;
  }
  return items;
}

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

Result<void> add_repositories(const std::vector<json>& items, std::int64_t installation,
                              std::vector<InstalledRepository>& repositories) {
  for (const json& item : items) {
    auto repository = MLX_TRY(read_repository(JsonReader(item, "GitHub's repository"), installation));
    if (repository) repositories.push_back(*std::move(repository));
  }
  return {};
}

/// What a token's user was given access to, as far as they may push there.
Result<std::vector<InstalledRepository>> list_of_user(GithubApi& api) {
  auto items = MLX_TRY(all_pages(
      [&](const std::string& query) { return api.request({}, "GET", "/user/repos?" + query); }, ""));
  std::erase_if(items, [](const json& item) {
    const json::json_pointer push("/permissions/push");
    return !item.contains(push) || item.at(push) != true;
  });
  std::vector<InstalledRepository> repositories;
  MLX_CHECK(add_repositories(items, 0, repositories));
  return repositories;
}

Result<std::vector<json>> list_of_installation(GithubApi& api, std::int64_t installation) {
  return all_pages(
      [&](const std::string& query) {
        return api.request({.repository = {}, .installation = installation}, "GET",
                           "/installation/repositories?" + query);
      },
      "repositories");
}

/// It was suspended or removed since it was listed, and stands in nobody's way.
bool is_gone(const Error& error) {
  return error.code == ErrorCode::kNotFound || error.code == ErrorCode::kRefused;
}

}  // namespace

Result<std::vector<InstalledRepository>> list_installed_repositories(GithubApi& api) {
  if (!api.is_app()) return list_of_user(api);
  const auto installations = MLX_TRY(
      all_pages([&](const std::string& query) { return api.get_as_app("/app/installations?" + query); }, ""));
  std::vector<InstalledRepository> repositories;
  for (const json& item : installations) {
    const JsonReader reader(item, "GitHub's installation");
    if (MLX_TRY(reader.string_if_present("suspended_at"))) continue;
    const auto id = MLX_TRY(reader.integer("id"));
    const auto items = list_of_installation(api, id);
    if (!items && is_gone(items.error())) continue;
    if (!items) return std::unexpected(items.error());
    MLX_CHECK(add_repositories(*items, id, repositories));
  }
  return repositories;
}

}  // namespace mlx::bot
