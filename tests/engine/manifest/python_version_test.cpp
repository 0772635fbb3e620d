#include "engine/manifest/python_version.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using mlx::PythonVersion;

TEST_CASE("every spelling of a version becomes the canonical one") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"1", "1"},
      {" \t1.0\n", "1.0"},
      {"v1.0", "1.0"},
      {"V1.0", "1.0"},
      {"0!1.0", "1.0"},
      {"12!1.0", "12!1.0"},
      {"01.002.0", "1.2.0"},
      {"1.0a", "1.0a0"},
      {"1.0.ALPHA_1", "1.0a1"},
      {"1.0-beta.02", "1.0b2"},
      {"1.0c1", "1.0rc1"},
      {"1.0pre1", "1.0rc1"},
      {"1.0_preview-1", "1.0rc1"},
      {"1.0RC", "1.0rc0"},
      {"1.0-1", "1.0.post1"},
      {"1.0.r3", "1.0.post3"},
      {"1.0rev", "1.0.post0"},
      {"1.0-post_4", "1.0.post4"},
      {"1.0dev", "1.0.dev0"},
      {"1.0-DEV.7", "1.0.dev7"},
      {"1.0a-1", "1.0a1"},
      {"1.0a--1", "1.0a0.post1"},
      {"1.0a.post.dev", "1.0a0.post0.dev0"},
      {"1!2.0-rc.1-post.2-dev.3+Ab-01_x", "1!2.0rc1.post2.dev3+ab.1.x"},
      {"1.0+00000", "1.0+0"},
      {"1.0+123456789012345678901234567890", "1.0+123456789012345678901234567890"},
      {"20260101120000", "20260101120000"},
      {"1.000000000000000000000000000007", "1.7"},
  };
  for (const auto& [written, canonical] : cases) {
    INFO(written);
    const auto version = PythonVersion::parse(written);
    REQUIRE(version);
    CHECK(to_string(*version) == canonical);
    CHECK(to_string(PythonVersion::parse(canonical).value()) == canonical);
  }
}

TEST_CASE("what is no version is refused, with the column") {
  const std::vector<std::pair<std::string, std::size_t>> cases = {{"", 1},
                                                                  {" ", 2},
                                                                  {"abc", 1},
                                                                  {"v", 2},
                                                                  {"1.", 2},
                                                                  {".1", 1},
                                                                  {"1..2", 2},
                                                                  {"!1", 1},
                                                                  {"1!", 3},
                                                                  {"1.0+", 5},
                                                                  {"1.0+a+b", 6},
                                                                  {"1.0+a..b", 7},
                                                                  {"1.0+_foo", 5},
                                                                  {"1.0+foo-", 9},
                                                                  {"1.0 a", 4},
                                                                  {"1.0x", 4},
                                                                  {"1.0a1a2", 6},
                                                                  {"1.0.dev1.post1", 9},
                                                                  {"1.0post--1", 9},
                                                                  {"1.0-", 4},
                                                                  {"1.0a1\xff", 6},
                                                                  {"==1.0", 1},
                                                                  {"1.0.*", 4},
                                                                  {"1.1234567890123456789", 3},
                                                                  {std::string("1.0\0x", 5), 4}};
  for (const auto& [written, column] : cases) {
    INFO(written);
    const auto version = PythonVersion::parse(written);
    REQUIRE_FALSE(version);
    CHECK(version.error().code == mlx::ErrorCode::kInvalidInput);
    CHECK(version.error().location.column == column);
  }
}

TEST_CASE("versions are ordered as PEP 440 says") {
  // Each is below the next; spellings in one row are the same version.
  const std::vector<std::vector<std::string>> order = {{"0.dev0", "0.0.0.dev"},
                                                       {"0"},
                                                       {"1.dev0", "1.0dev"},
                                                       {"1.dev1"},
                                                       {"1a0.dev0"},
                                                       {"1a0", "1.0alpha"},
                                                       {"1a0.post0.dev0"},
                                                       {"1a0.post0"},
                                                       {"1a1"},
                                                       {"1a10"},
                                                       {"1b0"},
                                                       {"1rc0", "1c0", "1.0.0-preview"},
                                                       {"1", "1.0", "v1.0.0", "0!1"},
                                                       {"1+00a"},
                                                       {"1+a"},
                                                       {"1+a.a"},
                                                       {"1+a.0"},
                                                       {"1+b"},
                                                       {"1+0"},
                                                       {"1+2", "1.0+02"},
                                                       {"1+2.0"},
                                                       {"1+10"},
                                                       {"1+99999999999999999999"},
                                                       {"1.post0.dev0"},
                                                       {"1.post0", "1-0", "1.0.rev"},
                                                       {"1.post0+a"},
                                                       {"1.post1"},
                                                       {"1.0.0.1.dev0"},
                                                       {"1.0.1"},
                                                       {"1.1.dev0"},
                                                       {"1.2"},
                                                       {"1.10"},
                                                       {"2"},
                                                       {"1!0.dev0"},
                                                       {"1!0"},
                                                       {"2!0"}};
  for (std::size_t a = 0; a < order.size(); ++a) {
    for (std::size_t b = 0; b < order.size(); ++b) {
      for (const std::string& left : order[a]) {
        for (const std::string& right : order[b]) {
          CAPTURE(left, right);
          const auto expected = a <=> b;
          CHECK((PythonVersion::parse(left).value() <=> PythonVersion::parse(right).value()) == expected);
        }
      }
    }
  }
}

TEST_CASE("alphas, betas, candidates and development releases are pre-releases") {
  for (const char* const text : {"1a0", "1b1", "1rc1", "1.dev0", "1.post1.dev2", "1a1.post1"}) {
    CHECK(PythonVersion::parse(text).value().is_prerelease());
  }
  for (const char* const text : {"1", "1.post1", "1+a.dev1", "1!1.0"}) {
    CHECK_FALSE(PythonVersion::parse(text).value().is_prerelease());
  }
}
