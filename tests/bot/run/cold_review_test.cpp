// What a review costs when the bot knows nothing yet, and after it was started again.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "bot/run/kept_index.h"
#include "tests/bot/run/run_world.h"
#include "tests/support/git_repository.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Contains;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr int kModules = 500;
constexpr std::size_t kFewRequests = 20;
const std::string kWaiting = "\n\nasync def settle() -> None:\n    import time\n\n    time.sleep(1)\n";

std::string module_path(int number) {
  return fmt::format("src/shop/part{}/module{}.py", number / 50, number);
}

std::string module_text(int number) {
  return fmt::format("import json\n\n\ndef load_{0}(text: str) -> int:\n    return json.loads(text)[{0}]\n",
                     number);
}

std::map<std::string, std::string> project(int modules) {
  std::map<std::string, std::string> files = {{"pyproject.toml", kPyProject}};
  for (int i = 0; i < modules; ++i) files[module_path(i)] = module_text(i);
  return files;
}

/// A repository with many modules, and a pull request that has two of them wait.
struct Cold : World {
  explicit Cold(int modules = kModules) : World(project(modules)) {
    sandbox.commit(
        "writer-will", "feature",
        {{module_path(3), module_text(3) + kWaiting}, {module_path(4), module_text(4) + kWaiting}});
    pull = sandbox.ask("writer-will", "POST", "/pulls",
                       {{"title", "Wait"}, {"head", "feature"}, {"base", "main"}})["number"];
    http.before = [this](const HttpRequest& request) {
      requests.push_back(request);
      if (request.url.find("/git/blobs/") != std::string::npos) ++blobs;
      if (is_archive(request)) ++archives;
    };
  }

  static bool is_archive(const HttpRequest& request) {
    return request.url.find("/_codeload/") != std::string::npos;
  }

  void review() {
    requests.clear();
    blobs = 0;
    archives = 0;
    const auto outcome = run_pull_request(pull);
    if (!outcome) FAIL(to_string(outcome.error()));
    CHECK(*outcome == RunOutcome::kDone);
    const auto said = sandbox.replies(pull);
    REQUIRE(said.size() == 1);
    CHECK_THAT(said.front(), Contains("### MLX found 2 warnings"));
  }

  /// Those whose blobs were asked for as they are on main.
  [[nodiscard]] std::vector<int> modules_asked_for() const {
    std::vector<int> asked;
    for (int number = 0; number < kModules; ++number) {
      const std::string end = "/git/blobs/" + BlobId::of(module_text(number)).hex();
      const auto is_it = [&](const HttpRequest& request) { return request.url.ends_with(end); };
      if (std::ranges::any_of(requests, is_it)) asked.push_back(number);
    }
    return asked;
  }

  /// From now on archives have these bytes.
  void archives_are(const std::string& bytes) {
    http.after = [bytes](const HttpRequest& request, HttpResponse& answer) {
      if (is_archive(request)) answer.body = bytes;
    };
  }

  std::int64_t pull = 0;
  std::vector<HttpRequest> requests;
  std::size_t blobs = 0;
  std::size_t archives = 0;
};

/// Fewer modules, for what costs a request for each of them.
struct SmallCold : Cold {
  SmallCold() : Cold(40) {}
};

}  // namespace

TEST_CASE_METHOD(Cold, "the first review of a repository takes few requests", "[cold]") {
  review();
  CHECK(requests.size() <= kFewRequests);
  CHECK(archives == 1);
}

TEST_CASE_METHOD(SmallCold, "an archive is asked for without the credentials of the API", "[cold]") {
  review();
  REQUIRE(archives == 1);
  for (const HttpRequest& request : requests) {
    CAPTURE(request.url);
    CHECK(request.headers.contains("Authorization") == !is_archive(request));
  }
}

TEST_CASE_METHOD(SmallCold, "a forge that gives no archive is asked for each file", "[cold]") {
  const int status = GENERATE(403, 404, 429, 500);
  CAPTURE(status);
  SECTION("the API refuses it") {
    REQUIRE(sandbox->add_fault({.path = "/tarball/", .status = status}));
    review();
    CHECK(archives == 0);
  }
  SECTION("the other host refuses it") {
    http.after = [status](const HttpRequest& request, HttpResponse& answer) {
      if (is_archive(request)) answer = {.status = status, .headers = {}, .body = "no"};
    };
    review();
    CHECK(archives == 1);
  }
  CHECK(blobs >= 40);
}

TEST_CASE_METHOD(SmallCold, "a redirect to an address that is not https is not followed", "[cold]") {
  const std::string address = GENERATE("http://example.com/a.tar.gz", "ftp://example.com/", "/elsewhere", "");
  CAPTURE(address);
  http.after = [&](const HttpRequest& request, HttpResponse& answer) {
    if (request.url.find("/tarball/") == std::string::npos) return;
    answer.headers.erase("location");
    answer.headers.emplace("location", address);
  };
  review();
  for (const HttpRequest& request : requests) CHECK(request.url.starts_with(sandbox->api_url()));
  CHECK(blobs >= 40);
}

TEST_CASE_METHOD(SmallCold, "an archive that is none changes only the number of requests", "[cold]") {
  archives_are(GENERATE(std::string(), std::string("not gzip"), std::string(100'000, '\x1f')));
  review();
  CHECK(archives == 1);
  CHECK(blobs >= 40);
}

TEST_CASE_METHOD(SmallCold, "an archive that is cut off gives what came of it", "[cold]") {
  http.after = [](const HttpRequest& request, HttpResponse& answer) {
    if (is_archive(request)) answer.body.resize(answer.body.size() / 2);
  };
  review();
  CHECK(archives == 1);
  CHECK(blobs > 0);
  CHECK(blobs < 40);
}

TEST_CASE_METHOD(SmallCold, "what git leaves out of an archive, or writes into it, is asked for", "[cold]") {
  TemporaryDirectory directory;
  const test::GitRepository repository(directory.path() / "repository");
  for (const auto& [path, text] : project(40)) repository.write(path, text);
  repository.write(module_path(7), "$Format:%H$\n");
  repository.write(".gitattributes",
                   module_path(5) + " export-ignore\n" + module_path(7) + " export-subst\n");
  static_cast<void>(repository.commit());
  const fs::path archive = directory.path() / "a.tar.gz";
  static_cast<void>(
      repository.git("archive --format=tar.gz --prefix=o-r-1234567/ -o " + archive.string() + " HEAD"));
  std::ifstream file(archive, std::ios::binary);
  archives_are(std::string(std::istreambuf_iterator<char>(file), {}));
  review();
  CHECK(archives == 1);
  CHECK(modules_asked_for() == std::vector<int>{5, 7});
}

TEST_CASE_METHOD(Cold, "a bot that was started again asks for no file that did not change", "[cold]") {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / "mlx-index.db";
  restart(open_kept_index(file).value());
  review();
  CHECK(archives == 1);
  SECTION("the file is sound") {
    restart(open_kept_index(file).value());
    review();
    CHECK(archives == 0);
    CHECK(modules_asked_for().empty());
    CHECK(requests.size() <= kFewRequests);
    // What a patch is applied to is a file that did change.
    restart(open_kept_index(file).value());
    sandbox.commit("writer-will", "feature", {{module_path(3), module_text(3) + kWaiting + "\nLEVEL = 1\n"}});
    review();
    CHECK(archives == 0);
    CHECK(modules_asked_for() == std::vector<int>{3});
  }
  SECTION("the file is damaged") {
    restart(std::make_shared<NoIndexCache>());
    fs::remove(file.string() + "-wal");
    fs::remove(file.string() + "-shm");
    std::ofstream(file, std::ios::binary) << std::string(100'000, '\x5a');
    restart(open_kept_index(file).value());
    review();
    CHECK(archives == 1);
    restart(open_kept_index(file).value());
    review();
    CHECK(archives == 0);
  }
}

TEST_CASE_METHOD(SmallCold, "what was read before a review failed is kept", "[cold]") {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / "mlx-index.db";
  restart(open_kept_index(file).value());
  REQUIRE(sandbox->add_fault({.method = "POST", .path = "/comments", .status = 502}));
  CHECK(run_pull_request(pull).error().code == ErrorCode::kUnavailable);
  restart(open_kept_index(file).value());
  review();
  CHECK(archives == 0);
}
