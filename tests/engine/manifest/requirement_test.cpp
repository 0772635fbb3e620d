#include "engine/manifest/requirement.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using mlx::parse_requirement;

TEST_CASE("a requirement is taken apart") {
  const auto plain = parse_requirement("fastapi");
  REQUIRE(plain);
  CHECK(plain->name == "fastapi");
  CHECK(plain->specifier.empty());

  const auto full = parse_requirement(" uvicorn [standard, h2] >= 0.30 , < 1 ; python_version<\"3.13\" ");
  REQUIRE(full);
  CHECK(full->name == "uvicorn");
  CHECK(full->extras == std::vector<std::string>{"standard", "h2"});
  CHECK(full->specifier == ">=0.30,<1");
  CHECK(full->marker == "python_version < '3.13'");
  CHECK(full->text == "uvicorn [standard, h2] >= 0.30 , < 1 ; python_version<\"3.13\"");

  const auto direct = parse_requirement("pip @ https://example.org/pip.whl#sha1=da ; extra == 'x'");
  REQUIRE(direct);
  CHECK(direct->url == "https://example.org/pip.whl#sha1=da");
  CHECK(direct->marker == "extra == 'x'");
}

TEST_CASE("requirements render canonically, and what was rendered parses to the same") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"A", "A"},
      {"a.b-c_d", "a.b-c_d"},
      {"requests (>=2.8.1, ==2.8.*)", "requests>=2.8.1,==2.8.*"},
      {"requests ()", "requests"},
      {"x[]>1", "x>1"},
      {"x[a,b]~=1.0", "x[a,b]~=1.0"},
      {"x===1.0-weird;os_name=='a'", "x===1.0-weird; os_name == 'a'"},
      {"x!=1!2.0+local.1", "x!=1!2.0+local.1"},
      {"n @ git+https://h/o/r@v1", "n @ git+https://h/o/r@v1"},
      {"n@https://h/x ; os_name=='a'", "n @ https://h/x ; os_name == 'a'"},
      {"x; (python_version<'3' or os_name == \"it's\") and sys_platform not  in 'win32'",
       "x; (python_version < '3' or os_name == \"it's\") and sys_platform not in 'win32'"},
      {"x; 'linux' in sys_platform", "x; 'linux' in sys_platform"},
  };
  for (const auto& [written, rendered] : cases) {
    const auto parsed = parse_requirement(written);
    REQUIRE(parsed);
    CHECK(render(*parsed) == rendered);
    auto again = parse_requirement(rendered);
    REQUIRE(again);
    again->text = parsed->text;
    CHECK(*again == *parsed);
  }
}

TEST_CASE("what is no requirement is refused, with the column") {
  const std::vector<std::pair<std::string, std::size_t>> cases = {
      {"", 1},
      {"-x", 1},
      {"x-", 2},
      {"x y", 3},
      {"x>=", 4},
      {"x>=1,", 6},
      {"x=1", 2},
      {"x[", 3},
      {"x[a b]", 5},
      {"x[a", 4},
      {"x (>=1", 7},
      {"x @ ", 5},
      {"x; ", 4},
      {"x; a == 'b'", 4},
      {"x; os_name", 11},
      {"x; os_name == 'a", 15},
      {"x; (os_name == 'a'", 19},
      {"x; os_name == 'a' xor", 19},
      {"x; os_name == 'a')", 18},
      {"\xff", 1},
  };
  for (const auto& [written, column] : cases) {
    INFO(written);
    const auto parsed = parse_requirement(written);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == mlx::ErrorCode::kInvalidInput);
    CHECK(parsed.error().location.column == column);
    CHECK(parsed.error().message.find("column " + std::to_string(column)) != std::string::npos);
  }
}

TEST_CASE("ten thousand parentheses are counted, not recursed into") {
  const std::string open(10000, '(');
  const std::string close(10000, ')');
  CHECK(parse_requirement("x; " + open + "os_name == 'a'" + close));
  CHECK_FALSE(parse_requirement("x; " + open + "os_name == 'a'"));
}

TEST_CASE("names compare as PEP 503 says") {
  CHECK(mlx::normalized_name("Friendly-Bard") == "friendly-bard");
  CHECK(mlx::normalized_name("FRIENDLY-BARD") == "friendly-bard");
  CHECK(mlx::normalized_name("friendly.bard") == "friendly-bard");
  CHECK(mlx::normalized_name("friendly--bard") == "friendly-bard");
  CHECK(mlx::normalized_name("FrIeNdLy-._.-bArD") == "friendly-bard");
}
