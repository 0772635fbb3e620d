#include "engine/manifest/configuration.h"

#include <string>

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"

namespace {

std::string error_of(std::string_view text) {
  const auto configuration = mlx::parse_configuration(text, "mlx.toml");
  return configuration ? "" : to_string(configuration.error());
}

constexpr std::string_view kComplete = R"(source-root = "src"
import-root = "src.ml"
[registries]
default = "builtin"
acme = "git+https://github.com/acme/ml-components@v3"
[components.feature-store]
paths = ["src/features"]
[bot]
command-prefix = "/ml"
update = { schedule = "0 6 * * 1", timezone = "Europe/Berlin", open-limit = 7, hourly-limit = 3, group = true, minimum-age-days = 2, labels = ["deps"], conflicts = "markers" }
review = { comment = "always", fail-on = "never", recommend = 0 }
ignore = ["api-serving@2.x"]
allow-workflow-files = true
)";

}  // namespace

TEST_CASE("everything that can be configured is read") {
  const auto configuration = mlx::parse_configuration(kComplete, "mlx.toml");
  if (!configuration) FAIL(to_string(configuration.error()));
  CHECK(configuration->file == "mlx.toml");
  CHECK(configuration->source_root == "src");
  CHECK(configuration->import_root == "src.ml");
  CHECK(configuration->registries.at("acme") == "git+https://github.com/acme/ml-components@v3");
  CHECK(configuration->components.at("feature-store").paths == std::vector<std::string>{"src/features"});
  const auto& bot = configuration->bot;
  CHECK(bot.command_prefix == "/ml");
  CHECK(bot.update ==
        mlx::UpdateSettings{"0 6 * * 1",
                            "Europe/Berlin",
                            7,
                            3,
                            true,
                            2,
                            {"deps"},
                            true,
                            {.file = "mlx.toml", .line = 10, .column = 47, .field = "bot.update.timezone"}});
  CHECK(bot.review == mlx::ReviewSettings{mlx::ReviewComment::kAlways, std::nullopt, 0});
  CHECK(bot.ignore == std::vector<std::string>{"api-serving@2.x"});
  CHECK(bot.allows_workflow_files);
}

TEST_CASE("nothing is required") {
  const auto configuration = mlx::parse_configuration("", "mlx.toml");
  REQUIRE(configuration);
  CHECK(configuration->source_root.empty());
  CHECK(configuration->bot == mlx::BotSettings{});
  CHECK(configuration->bot.review.fail_on == mlx::Severity::kError);
}

TEST_CASE("tables may be written in any form") {
  const auto configuration = mlx::parse_configuration(
      "bot.update.open-limit = 1\n[bot.review]\ncomment = 'never'\n[components]\na.paths = ['x']\n",
      "mlx.toml");
  if (!configuration) FAIL(to_string(configuration.error()));
  CHECK(configuration->bot.update.open_limit == 1);
  CHECK(configuration->bot.review.comment == mlx::ReviewComment::kNever);
  CHECK(configuration->components.at("a").paths == std::vector<std::string>{"x"});
}

TEST_CASE("unknown keys are errors with a hint") {
  CHECK(error_of("source_root = 'src'\n") ==
        "mlx.toml:1:1: source_root: unknown key `source_root`; did you mean `source-root`?");
  CHECK(error_of("[bot]\nupdate = {opne-limit = 1}\n") ==
        "mlx.toml:2:11: bot.update.opne-limit: unknown key `opne-limit`; did you mean `open-limit`?");
  CHECK(error_of("[bot.reveiw]\n").starts_with("mlx.toml:1:6: bot.reveiw:"));
  CHECK(error_of("[components.x]\nfiles = []\n").starts_with("mlx.toml:2:1: components.x.files:"));
  CHECK(error_of("zzzzzz = 1\n").find("known here: `source-root`") != std::string::npos);
}

TEST_CASE("wrong values are errors at their place") {
  CHECK(error_of("source-root = 1\n") == "mlx.toml:1:15: source-root: expected a string, found an integer");
  CHECK(error_of("source-root = '../x'\n").starts_with("mlx.toml:1:15: source-root:"));
  CHECK(error_of("import-root = 'a-b'\n").starts_with("mlx.toml:1:15: import-root:"));
  CHECK(error_of("import-root = 'a.'\n").starts_with("mlx.toml:1:15: import-root:"));
  CHECK(error_of("import-root = ''\n").starts_with("mlx.toml:1:15: import-root:"));
  CHECK(error_of("[registries]\na = ''\n").starts_with("mlx.toml:2:5: registries.a:"));
  CHECK(error_of("[registries]\na = {}\n").starts_with("mlx.toml:2:5: registries.a:"));
  CHECK(error_of("[registries]\na = 1\n").starts_with("mlx.toml:2:5: registries.a:"));
  CHECK(error_of("[registries]\n'A b' = 'builtin'\n").starts_with("mlx.toml:2:1: registries.A b:"));
  CHECK(error_of("[registries.a]\nurl = 'x'\nheader = {}\n").ends_with("did you mean `headers`?"));
  CHECK(error_of("[registries.a]\nurl = 1\n").starts_with("mlx.toml:2:7: registries.a.url:"));
  CHECK(error_of("[registries.a]\nurl = 'x'\nheaders = {A = 1}\n")
            .starts_with("mlx.toml:3:16: registries.a.headers.A:"));
  CHECK(error_of("[components.x]\n").starts_with("mlx.toml:1:1: components.x:"));
  CHECK(
      error_of("[components.x]\npaths = ['.git/x']\n").starts_with("mlx.toml:2:10: components.x.paths[0]:"));
  CHECK(error_of("[bot]\ncommand-prefix = 'a b'\n").starts_with("mlx.toml:2:18:"));
  CHECK(error_of("[bot]\ncommand-prefix = ''\n").starts_with("mlx.toml:2:18:"));
  CHECK(error_of("[bot.update]\nopen-limit = -1\n").starts_with("mlx.toml:2:14:"));
  CHECK(error_of("[bot.update]\nopen-limit = '5'\n").starts_with("mlx.toml:2:14:"));
  CHECK(error_of("[bot.update]\nconflicts = 'both'\n").starts_with("mlx.toml:2:13:"));
  CHECK(error_of("[bot.update]\nlabels = 'mlx'\n").starts_with("mlx.toml:2:10:"));
  CHECK(error_of("[bot.update]\nschedule = 'daily'\n").starts_with("mlx.toml:2:12:"));
  CHECK(error_of("[bot.update]\nschedule = '0 25 * * *'\n") ==
        "mlx.toml:2:12: bot.update.schedule: `25` is no hour: write 0 to 23");
  CHECK(error_of("[bot.update]\ntimezone = '../../etc/passwd'\n").starts_with("mlx.toml:2:12:"));
  CHECK(error_of("[bot.review]\nfail-on = 'eror'\n").ends_with("did you mean `error`?"));
  CHECK(error_of("[bot]\nignore = [1]\n").starts_with("mlx.toml:2:11: bot.ignore[0]:"));
  CHECK(error_of("a = \n").starts_with("mlx.toml:1:5: not valid TOML"));
}

TEST_CASE("the project's configuration is in one file or the other") {
  const auto from = [](std::map<std::string, std::string> files) {
    return mlx::read_configuration(mlx::MemorySnapshot(std::move(files)));
  };
  const std::string table = "[project]\nname = 'x'\n[tool.mlx]\nsource-root = 'lib'\n";
  CHECK(from({})->file.empty());
  CHECK(from({{"pyproject.toml", "[project]\nname = 'x'\n"}})->file.empty());
  CHECK(from({{"pyproject.toml", table}})->source_root == "lib");
  CHECK(from({{"pyproject.toml", table}})->file == "pyproject.toml");
  CHECK(from({{"mlx.toml", "source-root = 'app'\n"}})->source_root == "app");
  const auto both = from({{"mlx.toml", ""}, {"pyproject.toml", table}});
  REQUIRE_FALSE(both);
  CHECK(both.error().message.find("pyproject.toml") != std::string::npos);
  const auto wrong = from({{"pyproject.toml", "[tool.mlx]\nsource = 'x'\n"}});
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().location == mlx::Location{"pyproject.toml", 2, 1, "tool.mlx.source"});
}

TEST_CASE("a registry may be a table with headers") {
  const auto configuration = mlx::parse_configuration(
      "[registries]\ndefault = 'builtin'\n[registries.acme]\nurl = 'https://acme.example/registry.json'\n"
      "headers = { Authorization = 'Bearer ${ACME_TOKEN}' }\n",
      "mlx.toml");
  REQUIRE(configuration);
  CHECK(configuration->registries.at("default") == "builtin");
  CHECK(configuration->registries.at("acme") == "https://acme.example/registry.json");
  CHECK(configuration->registry_headers.at("acme").at("Authorization") == "Bearer ${ACME_TOKEN}");
  CHECK_FALSE(configuration->registry_headers.contains("default"));
}
