#include "engine/io/registry_cache.h"

#include <fstream>
#include <future>

#include <catch2/catch.hpp>

#include "tests/support/temporary_directory.h"

using namespace mlx;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kUrl = "https://acme.example/r/registry.json";
const Version kVersion = Version::parse("1.2.0").value();
const std::string kDigest(64, 'a');

std::vector<fs::path> files_below(const fs::path& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

}  // namespace

TEST_CASE("what was kept is there again") {
  const TemporaryDirectory directory;
  const RegistryCache cache(directory.path() / "deep/cache");
  CHECK_FALSE(cache.index(kUrl));
  REQUIRE(cache.keep_index(kUrl, {.etag = "\"e\"", .bytes = "{}"}));
  REQUIRE(cache.keep_item(kUrl, "web", kVersion, {.component_sha256 = kDigest, .bytes = "item"}));
  CHECK(cache.index(kUrl)->etag == "\"e\"");
  CHECK(cache.index(kUrl)->bytes == "{}");
  CHECK(cache.item(kUrl, "web", kVersion)->bytes == "item");
  CHECK(cache.known_digest(kUrl, "web", kVersion) == kDigest);
  CHECK_FALSE(cache.index("https://other.example/registry.json"));
  CHECK_FALSE(cache.item(kUrl, "web", Version::parse("1.2.1").value()));
  const auto permissions = fs::status(directory.path() / "deep").permissions();
  CHECK((permissions & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
}

TEST_CASE("what is damaged is dropped") {
  const TemporaryDirectory directory;
  const RegistryCache cache(directory.path());
  REQUIRE(cache.keep_index(kUrl, {.etag = "e", .bytes = "{}"}));
  REQUIRE(cache.keep_item(kUrl, "web", kVersion, {.component_sha256 = kDigest, .bytes = "item"}));
  const auto bytes = GENERATE(as<std::string>{}, "", "{", "[]", "{\"etag\": 1}",
                              "{\"etag\": \"\", \"content\": \"../../x\"}", "other bytes");
  for (const fs::path& file : files_below(directory.path())) std::ofstream(file) << bytes;
  CHECK_FALSE(cache.index(kUrl));
  CHECK_FALSE(cache.item(kUrl, "web", kVersion));
  REQUIRE(cache.keep_index(kUrl, {.etag = "e", .bytes = "{}"}));
  CHECK(cache.index(kUrl)->bytes == "{}");
}

TEST_CASE("a version's digest is known even when its content is damaged") {
  const TemporaryDirectory directory;
  const RegistryCache cache(directory.path());
  REQUIRE(cache.keep_item(kUrl, "web", kVersion, {.component_sha256 = kDigest, .bytes = "item"}));
  for (const fs::path& file : files_below(directory.path() / "contents")) std::ofstream(file) << "x";
  CHECK_FALSE(cache.item(kUrl, "web", kVersion));
  CHECK(cache.known_digest(kUrl, "web", kVersion) == kDigest);
}

TEST_CASE("without a directory nothing is kept") {
  const RegistryCache cache{fs::path()};
  CHECK(cache.keep_index(kUrl, {.etag = "e", .bytes = "{}"}));
  CHECK_FALSE(cache.index(kUrl));
  CHECK(cache.git_directory(kUrl).empty());
}

TEST_CASE("a cache that cannot be written says so") {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "x";
  const auto kept = RegistryCache(directory.path() / "file").keep_index(kUrl, {.etag = "e", .bytes = "{}"});
  REQUIRE_FALSE(kept);
  CHECK(kept.error().code == ErrorCode::kIo);
}

TEST_CASE("several writers leave one whole content, and nothing else") {
  const TemporaryDirectory directory;
  std::vector<std::future<bool>> writers;
  writers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    writers.push_back(std::async(std::launch::async, [&, i] {
      const RegistryCache cache(directory.path());
      bool is_whole = true;
      for (int k = 0; k < 25; ++k) {
        const std::string text(20'000, static_cast<char>('a' + i));
        is_whole = is_whole && cache.keep_index(kUrl, {.etag = std::string(1, text[0]), .bytes = text});
        const auto index = cache.index(kUrl);
        is_whole = is_whole && index && index->etag == index->bytes.substr(0, 1);
      }
      return is_whole;
    }));
  }
  for (auto& writer : writers) CHECK(writer.get());
  for (const fs::path& file : files_below(directory.path())) CHECK(file.extension() != ".tmp");
}
