#include "cli/mcp/tool.h"

#include <catch2/catch.hpp>

using namespace mlx::mcp;
using nlohmann::json;

namespace {

Tool tool() {
  return {.name = "add",
          .title = "Add",
          .description = "Adds.",
          .parameters =
              {{.name = "names", .kind = ParameterKind::kTexts, .description = "Which.", .is_required = true},
               {.name = "word", .kind = ParameterKind::kText, .description = "A word."},
               {.name = "apply", .kind = ParameterKind::kFlag, .description = "Write."},
               {.name = "limit", .kind = ParameterKind::kCount, .description = "So many."}},
          .output_schema = json::object()};
}

std::string complaint(json arguments) {
  if (!arguments.contains("names")) arguments["names"] = {"a"};
  return complaint_about(arguments, tool());
}

}  // namespace

TEST_CASE("arguments that fit are taken") {
  CHECK(complaint({{"names", {"a", "b"}}, {"word", "x"}, {"apply", true}, {"limit", 100}}).empty());
  CHECK(complaint({}).empty());
}

TEST_CASE("arguments of another kind are named, with what is wanted") {
  for (const json& value : {json(), json(1), json(""), json(std::string(201, 'x')), json::array({"x"})}) {
    CHECK(complaint({{"word", value}}).starts_with("`word` must be"));
  }
  for (const json& value : {json("a"), json::array(), json::array({1}), json::array({""}),
                            json::array({"a", "a"}), json(std::vector<std::string>(51, "x")), json::object()})
    CHECK(complaint({{"names", value}}).starts_with("`names` must be"));
  for (const json& value : {json("true"), json(1), json()}) {
    CHECK(complaint({{"apply", value}}).starts_with("`apply` must be"));
  }
  for (const json& value :
       {json(0), json(101), json(-1), json(1.5), json("3"), json(18446744073709551615ULL)})
    CHECK(complaint({{"limit", value}}).starts_with("`limit` must be"));
}

TEST_CASE("unknown and missing arguments are named") {
  CHECK(complaint({{"aply", true}}) ==
        "`add` takes no argument `aply`, but `names`, `word`, `apply`, `limit`; did you mean `apply`?");
  CHECK(complaint_about(json::object(), tool()) == "`add` needs the argument `names`: Which.");
  CHECK(complaint_about({{"x", 1}}, {.name = "status"}) == "`status` takes no argument `x`, and no other");
  CHECK(complaint({{std::string(10000, 'x'), 1}}).size() < 400);
}

TEST_CASE("the schema of the input says what complaints do") {
  const json schema = described(tool(), kLatestRevision)["inputSchema"];
  CHECK(schema["type"] == "object");
  CHECK(schema["required"] == json{"names"});
  CHECK(schema["additionalProperties"] == false);
  CHECK(schema["properties"]["names"]["minItems"] == 1);
  CHECK(schema["properties"]["word"]["maxLength"] == 200);
  CHECK(schema["properties"]["limit"]["maximum"] == 100);
  CHECK(schema["properties"]["apply"]["type"] == "boolean");
}
