#include "engine/manifest/marker_possibility.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using mlx::can_both_hold;
using mlx::can_hold;
using mlx::Marker;
using mlx::MarkerAssumptions;
using mlx::SpecifierSet;
using mlx::Truth;

namespace {

Marker marker_of(std::string_view text) { return Marker::parse(text).value(); }

Truth both(std::string_view a, std::string_view b, const MarkerAssumptions& where = {}) {
  const Truth truth = can_both_hold(marker_of(a), marker_of(b), where);
  CHECK(truth == can_both_hold(marker_of(b), marker_of(a), where));
  return truth;
}

MarkerAssumptions for_python(std::string_view specifier) {
  return {.python = SpecifierSet::parse(specifier).value(), .known = {}};
}

}  // namespace

TEST_CASE("markers that exclude each other cannot both hold") {
  for (const auto& [a, b] : {
           std::pair{"python_version < '3.9'", "python_version >= '3.9'"},
           std::pair{"python_version == '3.9'", "python_version != '3.9'"},
           std::pair{"python_version == '3.9'", "python_version == '3.10'"},
           std::pair{"python_version <= '3.8'", "python_full_version >= '3.9.0rc1'"},
           std::pair{"python_full_version < '3.9'", "python_version >= '3.9'"},
           std::pair{"python_version == '3.*'", "python_version < '3'"},
           std::pair{"python_version ~= '3.8'", "python_version >= '4'"},
           std::pair{"python_version in '3.7 3.8'", "python_version >= '3.9'"},
           std::pair{"python_version not in '3.8,3.9'", "python_version == '3.9'"},
           std::pair{"'3.9' <= python_version", "python_version < '3.9'"},
           std::pair{"'3.9' > python_version", "'3.9' <= python_version"},
           std::pair{"python_version > '3.8'", "python_full_version == '3.8.5'"},
           std::pair{"python_version > '3.8' and python_version < '3.9'", "os_name == 'nt'"},
           std::pair{"sys_platform == 'win32'", "sys_platform != 'win32'"},
           std::pair{"sys_platform == 'win32'", "sys_platform == 'linux'"},
           std::pair{"sys_platform == 'win32'", "platform_system == 'Linux'"},
           std::pair{"sys_platform == 'win32'", "platform_system != 'Windows'"},
           std::pair{"os_name == 'nt'", "platform_system == 'Darwin'"},
           std::pair{"os_name == 'posix'", "sys_platform == 'win32'"},
           std::pair{"sys_platform == 'linux'", "os_name != 'posix'"},
           std::pair{"implementation_name == 'cpython'", "platform_python_implementation == 'PyPy'"},
           std::pair{"platform_python_implementation != 'CPython'", "implementation_name == 'cpython'"},
           std::pair{"platform_release >= '6'", "platform_release < '5'"},
           std::pair{"implementation_version == '7.*'", "implementation_version >= '8'"},
           std::pair{"sys_platform == 'win32' or sys_platform == 'darwin'", "sys_platform == 'linux'"},
           std::pair{"sys_platform == 'win32'", "sys_platform in 'linux darwin'"},
           std::pair{"'test' in extras", "'test' not in extras"},
           std::pair{"'Test_A' in extras", "'test-a' not in extras"},
           std::pair{"os_name < 'posix'", "os_name == 'nt'"},
       }) {
    CAPTURE(a, b);
    CHECK(both(a, b) == Truth::kFalse);
  }
}

TEST_CASE("markers that hold somewhere together do so in an environment that is shown") {
  for (const auto& [a, b] : {
           std::pair{"python_version < '3.9'", "python_version >= '3.8'"},
           std::pair{"python_version < '3.9'", "sys_platform == 'win32'"},
           std::pair{"python_version >= '3.9'", "python_full_version < '3.9.1'"},
           std::pair{"python_version == '3.9'", "python_full_version > '3.9'"},
           std::pair{"python_full_version == '3.9.*'", "python_version == '3.9'"},
           std::pair{"python_version in '3.7 3.8'", "python_version >= '3.8'"},
           std::pair{"sys_platform == 'win32'", "platform_system == 'Windows' and os_name == 'nt'"},
           std::pair{"sys_platform == 'linux2'", "platform_system == 'Linux'"},
           std::pair{"sys_platform == 'cygwin'", "os_name == 'posix'"},
           std::pair{"sys_platform != 'win32'", "sys_platform != 'linux'"},
           std::pair{"platform_python_implementation != 'CPython'", "implementation_name != 'pypy'"},
           std::pair{"platform_release >= '5'", "platform_release < '6'"},
           std::pair{"extra == 'a'", "extra == 'b'"},
           std::pair{"extra == 'a'", "extra != 'a'"},
           std::pair{"'a' in extras", "'b' not in extras"},
           std::pair{"'a' in dependency_groups or os_name == 'nt'",
                     "python_version >= '3.8' or extra == 'x'"},
           std::pair{"'linux' in sys_platform", "sys_platform == 'linux'"},
       }) {
    CAPTURE(a, b);
    CHECK(both(a, b) == Truth::kTrue);
    const auto shown = possibility_of_both(marker_of(a), marker_of(b));
    CHECK(marker_of(a).evaluate(shown.first).value());
    CHECK(marker_of(b).evaluate(shown.second).value());
  }
}

TEST_CASE("what has no analysis is unknown") {
  for (const auto& [a, b] : {
           std::pair{"'a' in platform_version", "'b' in platform_version"},
           std::pair{"'3' in python_version", "python_version >= '3.9'"},
           std::pair{"platform_machine in 'arm64 x86_64'", "platform_machine != 'arm64 x86_64'"},
           std::pair{"os_name ~= 'x'", "os_name == 'x'"},
           std::pair{"'a' == 'b'", "os_name == 'x'"},
       }) {
    CAPTURE(a, b);
    CHECK(both(a, b) == Truth::kUnknown);
  }
}

TEST_CASE("what cannot be known does not hide what can") {
  CHECK(both("'a' in platform_version and os_name == 'nt'", "os_name == 'posix'") == Truth::kFalse);
  CHECK(both("'a' in platform_version or os_name == 'nt'", "os_name == 'nt'") == Truth::kTrue);
}

TEST_CASE("a marker is judged for the versions of Python that a project supports") {
  CHECK(can_hold(marker_of("python_version < '3.9'")) == Truth::kTrue);
  CHECK(can_hold(marker_of("python_version < '3.9'"), for_python(">=3.9")) == Truth::kFalse);
  CHECK(can_hold(marker_of("python_version < '3.9'"), for_python(">=3.8.5,<4")) == Truth::kTrue);
  CHECK(can_hold(marker_of("python_full_version < '3.9.1'"), for_python(">=3.9.1")) == Truth::kFalse);
  CHECK(can_hold(marker_of("python_full_version < '3.9.2'"), for_python(">=3.9.1")) == Truth::kTrue);
  CHECK(can_hold(marker_of("python_version >= '3.9'"), for_python(">=3.12,<3.10")) == Truth::kFalse);
  CHECK(can_hold(marker_of("os_name == 'nt'"), for_python(">=3.9")) == Truth::kTrue);
  CHECK(both("python_version < '3.10'", "python_version < '3.12'", for_python(">=3.11")) == Truth::kFalse);
}

TEST_CASE("a marker is judged for the environment that is known") {
  MarkerAssumptions linux_only;
  linux_only.known.sys_platform = "linux";
  CHECK(can_hold(marker_of("sys_platform == 'win32'"), linux_only) == Truth::kFalse);
  CHECK(can_hold(marker_of("platform_system == 'Windows'"), linux_only) == Truth::kFalse);
  CHECK(can_hold(marker_of("platform_system == 'Linux'"), linux_only) == Truth::kTrue);
  CHECK(can_hold(marker_of("python_version >= '3.9'"), linux_only) == Truth::kTrue);

  MarkerAssumptions python_39;
  python_39.known.python_version = "3.9";
  CHECK(can_hold(marker_of("python_full_version >= '3.10'"), python_39) == Truth::kFalse);
  CHECK(can_hold(marker_of("python_full_version > '3.9.4'"), python_39) == Truth::kTrue);
  MarkerAssumptions full;
  full.known.python_full_version = "3.9.4";
  CHECK(can_hold(marker_of("python_version >= '3.10'"), full) == Truth::kFalse);
  CHECK(can_hold(marker_of("python_full_version > '3.9.4'"), full) == Truth::kFalse);
  MarkerAssumptions no_extra;
  no_extra.known.extra = "";
  CHECK(can_hold(marker_of("extra == 'test'"), no_extra) == Truth::kFalse);
}

TEST_CASE("a marker too large to be sure in a moment is unknown") {
  std::string many = "os_name == 'x0'";
  for (int number = 1; number < 20'000; ++number) many += " or os_name == 'x" + std::to_string(number) + "'";
  CHECK(both(many, "os_name == 'nt'") == Truth::kUnknown);

  // Each name is free: no choice of the first ones settles anything.
  std::string hard = "os_name == 'nt'";
  for (int name = 0; name < 200; ++name) {
    const std::string a = std::to_string(name);
    const std::string b = std::to_string((name * 7 + 3) % 200);
    hard += " and ('n" + a + "' in extras or 'n" + b + "' in extras)";
  }
  std::string odd = "os_name == 'posix'";
  CHECK(both(hard, odd) == Truth::kFalse);
  std::string pigeons = "'a0' in extras";
  for (int bird = 0; bird < 12; ++bird) {
    pigeons += " and (";
    for (int hole = 0; hole < 11; ++hole) {
      pigeons +=
          (hole == 0 ? "'" : " or '") + std::to_string(bird) + "." + std::to_string(hole) + "' in extras";
    }
    pigeons += ")";
  }
  for (int hole = 0; hole < 4; ++hole) {
    for (int bird = 0; bird < 12; ++bird) {
      for (int other = 0; other < bird; ++other) {
        pigeons += " and ('" + std::to_string(bird) + "." + std::to_string(hole) + "' not in extras or '" +
                   std::to_string(other) + "." + std::to_string(hole) + "' not in extras)";
      }
    }
  }
  CHECK(can_hold(marker_of(pigeons)) == Truth::kUnknown);
}
