#include "engine/component/version.h"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

Version version(std::string_view text) { return Version::parse(text).value(); }

bool contains(std::string_view range, std::string_view text) {
  return VersionRange::parse(range).value().contains(version(text));
}

}  // namespace

TEST_CASE("versions have the precedence of semver.org, section 11") {
  const std::vector<std::string> ascending = {"0.0.0-0",     "0.0.0",         "0.0.1",
                                              "0.1.0",       "1.0.0-0",       "1.0.0-1",
                                              "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                              "1.0.0-beta",  "1.0.0-beta.2",  "1.0.0-beta.11",
                                              "1.0.0-rc.1",  "1.0.0",         "2.0.0",
                                              "2.1.0",       "2.1.1",         "2.10.0",
                                              "10.0.0"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t k = 0; k < ascending.size(); ++k) {
      CAPTURE(ascending[i], ascending[k]);
      CHECK((version(ascending[i]) <=> version(ascending[k])) == (i <=> k));
    }
  }
}

TEST_CASE("numeric identifiers of any length are compared as numbers") {
  CHECK(version("1.0.0-99999999999999999999") < version("1.0.0-100000000000000000000"));
  CHECK(version("1.0.0-2") < version("1.0.0-11"));
  CHECK(version("1.0.0-11") < version("1.0.0-2a"));
  CHECK(version("1.0.0-A") < version("1.0.0-a"));
}

TEST_CASE("a version is written as it was read") {
  const std::string text = GENERATE(as<std::string>{}, "1.2.3", "0.0.0", "1.2.3-rc.1", "1.0.0--",
                                    "1.0.0-0a.x-y", "18446744073709551615.0.0");
  CHECK(to_string(version(text)) == text);
}

TEST_CASE("what is not a version is refused") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "1", "1.2", "1.2.3.4", "v1.2.3", "01.2.3", "1.02.3", "1.2.03", "1.2.3-",
               "1.2.3-a..b", "1.2.3-01", "1.2.3-ä", "1.2.3+build", "1.2.3-rc+build", "-1.2.3", "1.2.-3",
               " 1.2.3", "1.2.3 ", "1.2.x", "1,2,3", "99999999999999999999.0.0", "1..3", "latest");
  CAPTURE(text);
  const auto parsed = Version::parse(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == ErrorCode::kInvalidInput);
}

TEST_CASE("a caret keeps the leftmost number that is not 0") {
  CHECK(contains("^1.2.3", "1.2.3"));
  CHECK(contains("^1.2.3", "1.99.0"));
  CHECK_FALSE(contains("^1.2.3", "1.2.2"));
  CHECK_FALSE(contains("^1.2.3", "2.0.0"));
  CHECK(contains("^0.2.3", "0.2.9"));
  CHECK_FALSE(contains("^0.2.3", "0.3.0"));
  CHECK(contains("^0.0.3", "0.0.3"));
  CHECK_FALSE(contains("^0.0.3", "0.0.4"));
  CHECK(contains("^0.0", "0.0.9"));
  CHECK_FALSE(contains("^0.0", "0.1.0"));
  CHECK(contains("^0", "0.9.9"));
  CHECK_FALSE(contains("^0", "1.0.0"));
  CHECK(contains("^1", "1.9.9"));
  CHECK_FALSE(contains("^1", "2.0.0"));
}

TEST_CASE("a tilde keeps the minor number, or the major one if that is all there is") {
  CHECK(contains("~1.2.3", "1.2.9"));
  CHECK_FALSE(contains("~1.2.3", "1.2.2"));
  CHECK_FALSE(contains("~1.2.3", "1.3.0"));
  CHECK(contains("~1.2", "1.2.0"));
  CHECK(contains("~1", "1.9.0"));
  CHECK_FALSE(contains("~1", "2.0.0"));
}

TEST_CASE("a line of versions is all that begin so") {
  CHECK(contains("2.x", "2.0.0"));
  CHECK(contains("2.x", "2.7.1"));
  CHECK(contains("2.x", "2.0.0-rc.1"));
  CHECK_FALSE(contains("2.x", "1.9.9"));
  CHECK_FALSE(contains("2.x", "3.0.0-rc.1"));
  CHECK(contains("0.3.x", "0.3.4"));
  CHECK_FALSE(contains("0.3.x", "0.4.0"));
}

TEST_CASE("a minimum, an exact version and any version") {
  CHECK(contains(">=1.2", "1.2.0"));
  CHECK(contains(">=1.2", "99.0.0"));
  CHECK_FALSE(contains(">=1.2", "1.1.9"));
  CHECK(contains("1.2.3", "1.2.3"));
  CHECK_FALSE(contains("1.2.3", "1.2.4"));
  CHECK(contains("1.2", "1.2.0"));
  CHECK_FALSE(contains("1.2", "1.2.1"));
  CHECK(contains("*", "0.0.0"));
  CHECK(contains("*", "7.1.0-rc.1"));
  CHECK(contains("*", "0.0.0-alpha"));
}

TEST_CASE("pre-releases belong to the release that they lead to") {
  CHECK_FALSE(contains("^1.0", "1.0.0-rc.1"));
  CHECK_FALSE(contains("^1.0", "2.0.0-rc.1"));
  CHECK_FALSE(contains("~1.2", "1.3.0-rc.1"));
  CHECK(contains("^1.0", "1.5.0-rc.1"));
  CHECK(contains("^1.0.0-rc.1", "1.0.0-rc.2"));
  CHECK(contains("^1.0.0-rc.1", "1.0.0"));
  CHECK_FALSE(contains("^1.0.0-rc.2", "1.0.0-rc.1"));
  CHECK(contains("1.0.0-rc.1", "1.0.0-rc.1"));
  CHECK_FALSE(contains("1.0.0", "1.0.0-rc.1"));
}

TEST_CASE("a range knows how it was written, and what is no range is refused") {
  CHECK(VersionRange::parse("^1.2").value().str() == "^1.2");
  const std::string text =
      GENERATE(as<std::string>{}, "", "^", "~", ">=", "^v1", "> 1", ">1", "<2", "^1.2.3.4", "x", ".x",
               "1.2.3.x", "^1.x", "1.x.x", "^1 || ^2", ">= 1.2", "^1.2-rc.1", "^^1", "^~1", "**", "1.2.3+b");
  CAPTURE(text);
  CHECK_FALSE(VersionRange::parse(text));
}
