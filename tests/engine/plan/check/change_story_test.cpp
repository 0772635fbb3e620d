#include "tests/engine/plan/check/change_story.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

#include <catch2/catch.hpp>

#include "engine/compat/rule.h"

using namespace mlx;
using namespace mlx::test;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> stories() {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(MLX_CHANGE_STORIES)) folders.push_back(entry.path());
  std::ranges::sort(folders);
  return folders;
}

}  // namespace

TEST_CASE("reviews of changes are as they are written down") {
  // MLX_UPDATE_GOLDEN=1 writes what comes out now; the test still fails, so that it is looked at.
  const bool updates = std::getenv("MLX_UPDATE_GOLDEN") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  const auto folders = stories();
  REQUIRE(folders.size() >= 60);
  for (const fs::path& folder : folders) {
    INFO(folder.filename().string());
    const std::string review = ChangeStory(folder).review();
    const fs::path expected = folder / "expected.txt";
    if (updates && (!fs::exists(expected) || review != read_text(expected))) {
      std::ofstream(expected, std::ios::binary) << review;
      FAIL_CHECK("was written anew");
      continue;
    }
    CHECK(review == read_text(expected));
  }
}

TEST_CASE("each rule has a story in which it speaks, and one in which it is quiet at a near miss") {
  std::set<std::string> spoken;
  std::set<std::string> quiet;
  for (const fs::path& folder : stories()) {
    const std::string name = folder.filename().string();
    const auto cut = name.find("--");
    REQUIRE(cut != std::string::npos);
    const std::string code = name.substr(0, cut);
    const std::string review = read_text(folder / "expected.txt");
    const bool speaks = review.find(" " + code + " ") != std::string::npos ||
                        review.find(" " + code + "\n") != std::string::npos;
    (speaks ? spoken : quiet).insert(code);
  }
  for (const Rule& rule : rules()) {
    // What only a review can find has tests of its own.
    if (std::holds_alternative<std::monostate>(rule.check)) continue;
    INFO(rule.code);
    CHECK(spoken.contains(std::string(rule.code)));
    CHECK(quiet.contains(std::string(rule.code)));
  }
}
