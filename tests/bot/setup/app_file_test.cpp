#include "bot/app_file.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "tests/support/temporary_directory.h"

using namespace mlx;
using namespace mlx::bot;
namespace fs = std::filesystem;

namespace {

const setup::RegisteredApp kApp = {.api = "https://ghe.example.com/api/v3",
                                   .id = "4711",
                                   .slug = "mlx-bot",
                                   .page = "https://ghe.example.com/apps/mlx-bot",
                                   .private_key = "-----BEGIN KEY-----\r\nabc+/=\n-----END KEY-----\n",
                                   .webhook_secret = "0123456789abcdef0123"};

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("what was registered is there at the next start") {
  const TemporaryDirectory directory;
  const std::string database = directory.path() / "mlx.db";
  const std::string path = directory.path() / "mlx-github-app.env";
  const mode_t before = ::umask(0);
  const auto written = write_app_file(path, kApp);
  ::umask(before);
  REQUIRE(written);
  CHECK(mode_of(path) == 0600);
  CHECK(std::distance(fs::directory_iterator(directory.path()), {}) == 1);

  const auto settings = read_settings({}, {{"MLX_DATABASE", database}}, std::nullopt, read_app_file);
  REQUIRE(settings);
  CHECK(settings->app_file == path);
  CHECK_FALSE(settings->needs_setup());
  CHECK(settings->github_api_url == "https://ghe.example.com/api/v3");
  const auto& app = std::get<GitHubApp>(settings->github_credentials);
  CHECK(app.id == "4711");
  CHECK(app.private_key.reveal() == "-----BEGIN KEY-----\nabc+/=\n-----END KEY-----\n");
  REQUIRE(settings->webhook_secrets.size() == 1);
  CHECK(settings->webhook_secrets[0].reveal() == kApp.webhook_secret);
  CHECK(settings->notes.empty());
}

TEST_CASE("without any credentials the bot is to be set up") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "app.env";
  const auto settings = read_settings({{"github-app-file", path}}, {}, std::nullopt, read_app_file);
  REQUIRE(settings);
  CHECK(settings->needs_setup());
  CHECK(settings->app_file == path);
  CHECK(read_settings({}, {}).value().app_file == "mlx-github-app.env");
  CHECK(read_settings({}, {{"MLX_DATABASE", "/var/lib/mlx/queue.db"}}).value().app_file ==
        "/var/lib/mlx/queue-github-app.env");
}

TEST_CASE("what is set explicitly wins, as a whole, and this is said") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "app.env";
  REQUIRE(write_app_file(path, kApp));
  const SettingValues token = {{"MLX_WEBHOOK_SECRET", "fedcba9876543210"}, {"MLX_GITHUB_TOKEN", "ghp_token"}};
  const auto settings = read_settings({{"github-app-file", path}}, token, std::nullopt, read_app_file);
  REQUIRE(settings);
  CHECK(std::get<Secret>(settings->github_credentials).reveal() == "ghp_token");
  CHECK(settings->webhook_secrets.at(0).reveal() == "fedcba9876543210");
  CHECK(settings->github_api_url == "https://api.github.com");
  REQUIRE(settings->notes.size() == 1);
  CHECK(settings->notes[0].contains(path));
  // Half of other credentials is not completed with half of these.
  CHECK_FALSE(read_settings({{"github-app-file", path}}, {{"MLX_WEBHOOK_SECRET", "fedcba9876543210"}},
                            std::nullopt, read_app_file));

  const auto elsewhere =
      read_settings({{"github-app-file", path}, {"github-api-url", "https://other.example/api/v3"}}, {},
                    std::nullopt, read_app_file);
  REQUIRE(elsewhere);
  CHECK(elsewhere->github_api_url == "https://other.example/api/v3");
  CHECK(std::get<GitHubApp>(elsewhere->github_credentials).id == "4711");
  CHECK(elsewhere->notes.size() == 1);

  const auto both =
      read_settings({{"github-app-file", path}},
                    {{"MLX_GITLAB_TOKEN", "glpat-token"}, {"MLX_GITLAB_WEBHOOK_SECRET", "fedcba9876543210"}},
                    std::nullopt, read_app_file);
  REQUIRE(both);
  CHECK(both->gitlab);
  CHECK(std::holds_alternative<GitHubApp>(both->github_credentials));
}

TEST_CASE("a file that is there is never written over") {
  const TemporaryDirectory directory;
  const fs::path path = directory.path() / "app.env";
  SECTION("a file") { std::ofstream(path) << "mine"; }
  SECTION("a link that leads nowhere") { fs::create_symlink("nowhere", path); }
  SECTION("a directory") { fs::create_directory(path); }
  CHECK(check_app_file(path).error().code == ErrorCode::kConflict);
  CHECK(write_app_file(path, kApp).error().code == ErrorCode::kConflict);
  CHECK(std::distance(fs::directory_iterator(directory.path()), {}) == 1);
  if (fs::is_regular_file(path)) CHECK(text_of(path) == "mine");
}

TEST_CASE("a place that cannot be written is known before") {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "no directory";
  for (const fs::path& path : {directory.path() / "missing/app.env", directory.path() / "file/app.env"}) {
    const auto check = check_app_file(path);
    REQUIRE_FALSE(check);
    CHECK(to_string(check.error()).contains(path.string()));
    CHECK_FALSE(write_app_file(path, kApp));
  }
  if (::geteuid() == 0) return;  // may write everywhere
  fs::permissions(directory.path(), fs::perms::owner_read | fs::perms::owner_exec);
  CHECK_FALSE(check_app_file(directory.path() / "app.env"));
  fs::permissions(directory.path(), fs::perms::owner_all);
}

TEST_CASE("what a killed process left behind is in nobody's way") {
  const TemporaryDirectory directory;
  const fs::path path = directory.path() / "app.env";
  std::ofstream(directory.path() / "app.env.new") << "half of";
  REQUIRE(check_app_file(path));
  REQUIRE(write_app_file(path, kApp));
  CHECK(mode_of(path) == 0600);
  CHECK_FALSE(fs::exists(directory.path() / "app.env.new"));
}

TEST_CASE("a file that everybody can read is refused, and one for the group is known") {
  const TemporaryDirectory directory;
  const fs::path path = directory.path() / "app.env";
  REQUIRE(write_app_file(path, kApp));
  CHECK_FALSE(is_group_readable(path));
  ::chmod(path.c_str(), 0640);
  CHECK(is_group_readable(path));
  CHECK(read_app_file(path));
  for (const mode_t mode : {0644U, 0604U, 0602U, 0777U}) {
    ::chmod(path.c_str(), mode);
    const auto read = read_app_file(path);
    REQUIRE_FALSE(read);
    CHECK(to_string(read.error()).contains("chmod 600"));
    CHECK_FALSE(to_string(read.error()).contains(kApp.webhook_secret));
  }
}

TEST_CASE("a file that is not what was written says what is wrong with it, and no secret") {
  const TemporaryDirectory directory;
  const fs::path path = directory.path() / "app.env";
  REQUIRE(write_app_file(path, kApp));
  const std::string good = text_of(path);
  const std::string bad =
      GENERATE_COPY(std::string(), std::string("nonsense"), good.substr(0, good.find("MLX_WEBHOOK_SECRET")),
                    good + "MLX_LISTEN=0.0.0.0:80\n", good + "MLX_GITHUB_TOKN=x\n", std::string(70000, '#'),
                    "MLX_GITHUB_API_URL=nowhere\n" + good.substr(good.find("MLX_GITHUB_APP_ID")),
                    good.substr(0, good.find("MLX_WEBHOOK_SECRET")) + "MLX_WEBHOOK_SECRET=short\n");
  std::ofstream(path, std::ios::trunc) << bad;
  const auto settings = read_settings({{"github-app-file", path.string()}}, {}, std::nullopt, read_app_file);
  REQUIRE_FALSE(settings);
  CHECK(to_string(settings.error()).contains(path.string()));
  CHECK_FALSE(to_string(settings.error()).contains("abc+/="));
  CHECK_FALSE(to_string(settings.error()).contains("short"));
}
