#include "engine/manifest/marker.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using mlx::Marker;
using mlx::MarkerEnvironment;
using mlx::Truth;

namespace {

MarkerEnvironment linux_environment() {
  return {.implementation_name = "cpython",
          .implementation_version = "3.11.7",
          .os_name = "posix",
          .platform_machine = "x86_64",
          .platform_python_implementation = "CPython",
          .platform_release = "6.1.0-18-amd64",
          .platform_system = "Linux",
          .platform_version = "#1 SMP",
          .python_full_version = "3.11.7",
          .python_version = "3.11",
          .sys_platform = "linux",
          .extra = "Fast_IO",
          .extras = {{"Fast_IO", "test"}},
          .dependency_groups = {{"dev"}}};
}

}  // namespace

TEST_CASE("markers are evaluated as packaging does") {
  const std::vector<std::pair<std::string, bool>> cases = {
      {"os_name == 'posix'", true},
      {"os.name==\"posix\"and sys.platform!='win32'", true},
      {"'posix' == os_name", true},
      {"python_version < '3.9'", false},
      {"python_version >= '3.9'", true},
      {"python_version == '3.*'", true},
      {"python_version ~= '3.9'", true},
      {"python_version in '3.10 3.11'", true},
      {"python_version not in '3.1,3.2'", true},
      {"'3.9' <= python_version", true},
      {"'3.12' < python_version", false},
      {"python_full_version === '3.11.7'", true},
      {"python_implementation == 'CPython'", true},
      {"platform.python_implementation == 'CPython'", true},
      {"platform_release >= '5'", false},
      {"platform_release == '6.1.0-18-amd64'", true},
      {"platform_release != '6.1'", false},
      {"platform_release >= 'any'", false},
      {"'SMP' in platform_version", true},
      {"platform_machine < 'z'", false},
      {"platform_machine >= 'x86_64'", true},
      {"extra == 'fast.io'", true},
      {"extra == 'test'", false},
      {"'FAST-io' in extras", true},
      {"'docs' not in extras", true},
      {"'dev' in dependency_groups", true},
      {"'dev' == extras", false},
      {"os_name == sys_platform", false},
      {"'posix' == 'os_name'", true},
      {"os_name == 'po\\x73ix'", true},
      {"os_name == 'nt' and os_name == 'nt' or os_name == 'posix'", true},
      {"os_name == 'posix' or os_name == 'nt' and os_name == 'nt'", true},
      {"(os_name == 'posix' or os_name == 'nt') and os_name == 'nt'", false},
      {"((os_name == 'posix')) and (os_name == 'nt' or (extra != 'x'))", true},
  };
  for (const auto& [text, expected] : cases) {
    CAPTURE(text);
    const auto marker = Marker::parse(text);
    REQUIRE(marker);
    const auto answer = marker->evaluate(linux_environment());
    REQUIRE(answer);
    CHECK(*answer == expected);
    CHECK(marker->truth_in(linux_environment()) == (expected ? Truth::kTrue : Truth::kFalse));
  }
}

TEST_CASE("a build of Python between releases has a version all the same") {
  MarkerEnvironment environment = linux_environment();
  environment.python_full_version = "3.14.0a1+";
  CHECK(Marker::parse("python_full_version >= '3.13'").value().evaluate(environment).value());
}

TEST_CASE("comparisons without meaning fail, whatever the others say") {
  for (const char* const text : {"os_name ~= 'x' or os_name == 'posix'", "os_name === 'posix'",
                                 "python_version ~= 'x'", "extras == 'x'", "extras in 'x'"}) {
    CAPTURE(text);
    const auto answer = Marker::parse(text).value().evaluate(linux_environment());
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == mlx::ErrorCode::kInvalidInput);
  }
  const auto answer = Marker::parse("'a' == 'b'").value().evaluate(linux_environment());
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == mlx::ErrorCode::kNotFound);
}

TEST_CASE("what is not given is unknown") {
  const MarkerEnvironment windows = {.sys_platform = "win32"};
  const auto truth = [&](std::string_view text) { return Marker::parse(text).value().truth_in(windows); };
  CHECK(truth("sys_platform == 'win32'") == Truth::kTrue);
  CHECK(truth("python_version < '3.9'") == Truth::kUnknown);
  CHECK(truth("'x' in extras") == Truth::kUnknown);
  CHECK(truth("python_version < '3.9' or sys_platform == 'win32'") == Truth::kTrue);
  CHECK(truth("python_version < '3.9' and sys_platform == 'win32'") == Truth::kUnknown);
  CHECK(truth("python_version < '3.9' and sys_platform == 'linux'") == Truth::kFalse);
  CHECK(truth("python_version < '3.9' or sys_platform == 'linux'") == Truth::kUnknown);
  const auto answer = Marker::parse("python_version < '3.9'").value().evaluate(windows);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == mlx::ErrorCode::kNotFound);
  CHECK(answer.error().message.find("python_version") != std::string::npos);
}

TEST_CASE("what is no marker is refused, with the column") {
  const std::vector<std::pair<std::string, std::size_t>> cases = {
      {"", 1},
      {" ", 2},
      {"python", 1},
      {"os_name", 8},
      {"os_name =", 9},
      {"os_name = 'x'", 9},
      {"os_name ==", 11},
      {"os_name == x", 12},
      {"os_name == 'x", 12},
      {"os_name == 'x' os_name == 'y'", 16},
      {"os_name == 'x' xor os_name == 'y'", 16},
      {"os_name == 'x' and", 19},
      {"os_name == 'x' and or os_name == 'y'", 20},
      {"(os_name == 'x'", 1},
      {"os_name == 'x' and (os_name == 'x'", 20},
      {"os_name == 'x')", 15},
      {"()", 2},
      {"os_name not 'x'", 9},
      {"os_name notin 'x'", 9},
      {"os_name == 'a\\'", 12},
      {"os_name == '\\x4'", 12},
      {"os_name == '\\U00110000'", 12},
      {"os_name == '\\N{DASH}'", 12},
      {"os_name == 'a\nb'", 12},
      {"os_name == 'x'\n", 15},
      {"os_name == 'x'; ", 15},
      {"\xff", 1},
  };
  for (const auto& [text, column] : cases) {
    CAPTURE(text);
    const auto marker = Marker::parse(text);
    REQUIRE_FALSE(marker);
    INFO(marker.error().message);
    CHECK(marker.error().code == mlx::ErrorCode::kInvalidInput);
    CHECK(marker.error().location.column == column);
    CHECK(marker.error().message.find("column " + std::to_string(column)) != std::string::npos);
  }
}

TEST_CASE("a hundred thousand parentheses use no stack") {
  const std::string open(100'000, '(');
  const std::string close(100'000, ')');
  const auto marker = Marker::parse(open + "os_name == 'posix'" + close);
  REQUIRE(marker);
  CHECK(marker->evaluate(linux_environment()).value());
  CHECK_FALSE(Marker::parse(open));
  CHECK_FALSE(Marker::parse(open + "os_name == 'posix'"));
  CHECK_FALSE(Marker::parse("os_name == 'posix'" + close));

  std::string nested;
  for (int level = 0; level < 50'000; ++level) nested += "os_name == 'nt' or (os_name == 'posix' and (";
  nested += "extra == 'x'";
  for (int level = 0; level < 50'000; ++level) nested += "))";
  CHECK_FALSE(Marker::parse(nested).value().evaluate(linux_environment()).value());
}
