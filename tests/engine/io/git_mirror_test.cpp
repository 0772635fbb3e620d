#include "engine/io/git_mirror.h"

#include <fstream>
#include <future>

#include <catch2/catch.hpp>

#include "engine/io/git_snapshot.h"
#include "engine/io/http_client.h"
#include "tests/engine/io/raw_server.h"
#include "tests/support/git_repository.h"
#include "tests/support/git_server.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;
using namespace mlx::test;
namespace fs = std::filesystem;

namespace {

struct World {
  TemporaryDirectory directory;
  GitRepository repository{directory.path() / "repository"};
  std::string first;
  std::string second;
  GitServer server{repository};
  std::unique_ptr<HttpClient> http = make_http_client();

  World() {
    repository.write("file.txt", "one\n");
    first = repository.commit();
    repository.git("tag -a -m x v1");
    repository.write("file.txt", "two\n");
    second = repository.commit();
  }
  [[nodiscard]] GitMirrorOptions options(const std::string& revision) const {
    return {.address = {.url = server.url(), .revision = revision},
            .directory = directory.path() / "cache/git/x"};
  }
  [[nodiscard]] Result<GitCheckout> fetch(const std::string& revision, bool is_offline = false) const {
    GitMirrorOptions given = options(revision);
    given.is_offline = is_offline;
    return fetch_revision(given, *http);
  }
};

std::string text_at(const GitCheckout& checkout) {
  const auto files = open_git_snapshot(checkout.repository, checkout.commit).value();
  return files->read(RepoPath::parse("file.txt").value()).value();
}

}  // namespace

TEST_CASE("a tag, a branch, a commit and the default branch are fetched over HTTP") {
  const World world;
  CHECK(world.fetch("v1")->commit == world.first);
  CHECK(world.fetch("main")->commit == world.second);
  CHECK(world.fetch("")->commit == world.second);
  CHECK(world.fetch(world.first)->commit == world.first);
  CHECK(text_at(world.fetch("v1").value()) == "one\n");
  CHECK(text_at(world.fetch("main").value()) == "two\n");
}

TEST_CASE("a branch that moved is brought up to date, a commit that is here asks nobody") {
  World world;
  REQUIRE(world.fetch("main"));
  world.repository.write("file.txt", "three\n");
  const std::string third = world.repository.commit();
  CHECK(text_at(world.fetch("main").value()) == "three\n");
  const auto before = world.server.requests().size();
  CHECK(world.fetch(third)->commit == third);
  CHECK(world.server.requests().size() == before);
}

TEST_CASE("a revision that does not exist is not found") {
  const World world;
  const std::string revision = GENERATE("v2", "0123456789012345678901234567890123456789");
  const auto checkout = world.fetch(revision);
  REQUIRE_FALSE(checkout);
  CHECK(checkout.error().code == ErrorCode::kNotFound);
  CHECK(checkout.error().message.find(revision) != std::string::npos);
}

TEST_CASE("without a network the copy is used, if it has the revision") {
  World world;
  const auto fetched = world.fetch("v1");
  world.server.stop();
  const auto unreachable = world.fetch("v1");
  REQUIRE(unreachable);
  CHECK(unreachable->commit == fetched->commit);
  CHECK(unreachable->unreachable);
  CHECK_FALSE(world.fetch("v1", true)->unreachable);
  CHECK(world.fetch("main").error().code == ErrorCode::kUnavailable);
  CHECK(world.fetch("main", true).error().code == ErrorCode::kUnavailable);
}

TEST_CASE("headers go to the server, and to nobody that it redirects to") {
  const World world;
  GitMirrorOptions options = world.options("v1");
  options.private_headers = {{"Authorization", "Bearer s3cret"}};
  REQUIRE(fetch_revision(options, *world.http));
  for (const auto& request : world.server.requests()) {
    CHECK(request.get_header_value("Authorization") == "Bearer s3cret");
  }
  options.address.url = world.server.url("/moved");
  const auto moved = fetch_revision(options, *world.http);
  REQUIRE_FALSE(moved);
  CHECK(moved.error().message.find("redirects") != std::string::npos);
  CHECK(moved.error().message.find("s3cret") == std::string::npos);
}

TEST_CASE("what is no git server says so") {
  const World world;
  GitMirrorOptions options = world.options("v1");
  const auto [path, code] = GENERATE(table<std::string, ErrorCode>(
      {{"/page", ErrorCode::kInvalidInput}, {"/absent", ErrorCode::kNotFound}}));
  options.address.url = world.server.url(path);
  const auto checkout = fetch_revision(options, *world.http);
  REQUIRE_FALSE(checkout);
  CHECK(checkout.error().code == code);
  CHECK(checkout.error().message.find(path) != std::string::npos);
}

TEST_CASE("a server that is silent does not hold us") {
  const RawServer server([](RawServer::Connection& connection) {
    connection.read_head();
    while (connection.write_byte_and_wait('x', std::chrono::milliseconds(50))) {
    }
  });
  const TemporaryDirectory directory;
  const auto http = make_http_client({.whole_timeout = std::chrono::milliseconds(300)});
  const auto checkout = fetch_revision(
      {.address = {.url = server.url() + "/r", .revision = "v1"}, .directory = directory.path() / "x"},
      *http);
  REQUIRE_FALSE(checkout);
  CHECK(checkout.error().code == ErrorCode::kUnavailable);
}

TEST_CASE("a repository that is too large is refused") {
  const World world;
  world.repository.write("large", world.repository.git("log --format=%H%n%T") + std::string(100'000, 'x'));
  world.repository.commit();
  GitMirrorOptions options = world.options("main");
  options.largest_transfer = 100;
  const auto checkout = fetch_revision(options, *world.http);
  REQUIRE_FALSE(checkout);
  CHECK(checkout.error().code == ErrorCode::kRefused);
  const auto small = make_http_client({.largest_answer = 400});
  CHECK_FALSE(fetch_revision(world.options("main"), *small));
}

TEST_CASE("a copy that is damaged is made anew") {
  const World world;
  REQUIRE(world.fetch("main"));
  const fs::path copy = world.options("main").directory;
  SECTION("its head") { std::ofstream(copy / "HEAD") << "nonsense"; }
  SECTION("its packs") {
    for (const auto& entry : fs::directory_iterator(copy / "objects/pack")) {
      fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::add);
      std::ofstream(entry.path()) << "damage";
    }
  }
  SECTION("all of it") {
    fs::remove_all(copy);
    std::ofstream(copy) << "no directory";
  }
  CHECK(text_at(world.fetch("main").value()) == "two\n");
}

TEST_CASE("several processes may share a copy") {
  const World world;
  std::vector<std::future<bool>> fetches;
  fetches.reserve(4);
  for (int i = 0; i < 4; ++i) {
    fetches.push_back(std::async(std::launch::async, [&, i] {
      const auto checkout = world.fetch(i % 2 == 0 ? "v1" : "main");
      return checkout && !checkout->unreachable && text_at(*checkout) == (i % 2 == 0 ? "one\n" : "two\n");
    }));
  }
  for (auto& fetch : fetches) CHECK(fetch.get());
}

TEST_CASE("a repository on this machine is used where it is") {
  const World world;
  const auto checkout = fetch_revision(
      {.address = {.url = "file://" + world.repository.path().string(), .revision = "v1"}}, *world.http);
  REQUIRE(checkout);
  CHECK(checkout->repository == world.repository.path());
  CHECK(checkout->commit == world.first);
}
