#include "engine/base/json_reader.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace mlx;
using nlohmann::json;

namespace {

JsonReader reader(const json& document) { return {document, "x.json"}; }

/// `FIELD: CODE` of a result that must be an error.
template <typename T>
std::string complaint(const Result<T>& result) {
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().location.file == "x.json");
  return result.error().location.field + ": " + std::string(to_string(result.error().code));
}

}  // namespace

TEST_CASE("a text that is not JSON is reported with its line and column") {
  struct Case {
    std::string text;
    std::size_t line;
    std::size_t column;
  };
  const auto [text, line, column] = GENERATE(values<Case>({{"", 1, 1},
                                                           {"{\"a\": 1,\n  oops}", 2, 3},
                                                           {"[1, 2", 1, 6},
                                                           {"{} {}", 1, 4},
                                                           {"{\n\"a\": \"\xff\"}", 2, 7},
                                                           {"[1,]", 1, 4}}));
  CAPTURE(text);
  const auto parsed = parse_json(text, "x.json");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == ErrorCode::kInvalidInput);
  CHECK(parsed.error().location == Location{.file = "x.json", .line = line, .column = column, .field = ""});
}

TEST_CASE("a number that nothing can hold is an error, not an exception") {
  const auto parsed = parse_json("{\"version\": 1e999}", "x.json");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == ErrorCode::kInvalidInput);
  CHECK(parsed.error().location.file == "x.json");
}

TEST_CASE("deep nesting neither exhausts the stack while reading nor while forgetting") {
  CHECK(parse_json(std::string(200'000, '[') + std::string(200'000, ']'), "x.json"));
  CHECK_FALSE(parse_json(std::string(200'000, '['), "x.json"));
}

TEST_CASE("members are read by their type") {
  const json document = {{"s", "text"}, {"b", true}, {"i", -7}, {"n", nullptr}, {"l", {"a", "b"}}};
  CHECK(reader(document).string("s") == "text");
  CHECK(reader(document).string_or("s", "other") == "text");
  CHECK(reader(document).string_or("absent", "other") == "other");
  CHECK(reader(document).string_if_present("s").value() == "text");
  CHECK(reader(document).string_if_present("absent").value() == std::nullopt);
  CHECK(reader(document).string_if_present("n").value() == std::nullopt);
  CHECK(reader(document).boolean_or("b", false) == true);
  CHECK(reader(document).boolean_or("absent", true) == true);
  CHECK(reader(document).integer("i") == -7);
  CHECK(reader(document).strings("l").value() == std::vector<std::string>{"a", "b"});
  CHECK(reader(document).strings("absent").value().empty());
  CHECK(reader(document).has("n"));
  CHECK_FALSE(reader(document).has("absent"));
  CHECK_FALSE(reader(json::array()).has("s"));
}

TEST_CASE("complaints name the field by its path") {
  const json document = {{"a", {{"list", json::array({"x", 1})}, {"object", {{"k", 5}}}}}, {"big", 1e300}};
  const JsonReader a = reader(document).at("a").value();
  CHECK(complaint(a.strings("list")) == "a.list[1]: invalid-input");
  CHECK(complaint(a.string("absent")) == "a.absent: invalid-input");
  CHECK(complaint(a.string("list")) == "a.list: invalid-input");
  CHECK(complaint(a.at("list").value().at("x")) == "a.list: invalid-input");
  CHECK(complaint(a.members("object").value().front().second.as_string()) == "a.object.k: invalid-input");
  CHECK(complaint(a.members("list")) == "a.list: invalid-input");
  CHECK(complaint(a.elements("object")) == "a.object: invalid-input");
  CHECK(complaint(a.boolean_or("object", true)) == "a.object: invalid-input");
  CHECK(complaint(reader(document).integer("big")) == "big: invalid-input");
  CHECK(complaint(reader(document).at("big").value().elements("x")) == "big: invalid-input");
}

TEST_CASE("what fails inside a value is reported at the value, with its own code") {
  const json document = {{"path", ".git"}};
  const JsonReader path = reader(document).at("path").value();
  const Result<int> inner = fail(ErrorCode::kRefused, "no");
  CHECK(complaint(path.located(inner)) == "path: refused");
  CHECK(path.located(Result<int>(3)) == 3);
}

TEST_CASE("an integer that does not fit is refused instead of wrapped around") {
  const json document = {{"largest", 9223372036854775807}, {"larger", 9223372036854775808U}};
  CHECK(reader(document).integer("largest") == 9223372036854775807);
  CHECK(complaint(reader(document).integer("larger")) == "larger: invalid-input");
}
