// What an App is registered with is what the documentation says it needs.
#include "bot/forge/github/app_needs.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/setup/registration.h"

using namespace mlx::bot;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(std::string(MLX_SOURCE_DIR) + "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("docs/operation.md lists the permissions and events, and no others") {
  const std::string text = read("docs/operation.md");
  const auto begin = text.find("| permission |");
  REQUIRE(begin != text.npos);
  const std::string table = text.substr(begin, text.find("\n\n", begin) - begin);
  for (const AppPermission& permission : kAppPermissions) {
    const auto* const access = permission.level == "write" ? "read and write" : "read";
    CHECK(table.contains(fmt::format("| {} | {} |", permission.title, access)));
  }
  CHECK(std::ranges::count(table, '\n') == static_cast<long>(kAppPermissions.size()) + 1);
  for (const AppEvent& event : kAppEvents) CHECK(text.contains(fmt::format("*{}*", event.title)));
}

TEST_CASE("the manifest asks for them, and for nothing else") {
  const auto manifest = nlohmann::json::parse(setup::app_manifest({.github = {},
                                                                   .organization = "",
                                                                   .address = "https://b",
                                                                   .return_to = "https://b/setup/created",
                                                                   .name = "n"}));
  CHECK(manifest["default_permissions"] == nlohmann::json{{"checks", "write"},
                                                          {"contents", "write"},
                                                          {"issues", "write"},
                                                          {"metadata", "read"},
                                                          {"pull_requests", "write"}});
  CHECK(manifest["default_events"] == nlohmann::json{"issue_comment", "issues", "pull_request"});
}
