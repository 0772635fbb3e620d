#include "engine/manifest/toml_document.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

using mlx::TomlDocument;
using mlx::TomlForm;
using mlx::TomlKind;

namespace {

TomlDocument parse(std::string text) {
  auto document = TomlDocument::parse(std::move(text), "f.toml");
  if (!document) FAIL(to_string(document.error()));
  return *std::move(document);
}

/// `file:line:column` of the error, or "valid".
std::string error_place(std::string text) {
  const auto document = TomlDocument::parse(std::move(text), "f.toml");
  return document ? "valid" : to_string(document.error().location);
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

}  // namespace

TEST_CASE("tables are found however they are written") {
  const TomlDocument document = parse(
      "top.inner = 1\n[a.b]\nc = {d.e = 'x', f = []}\n[a]\ng = true\n[[h]]\ni = 1\n[[h]]\ni = 2\n[h.j]\n");
  const auto root = document.root();
  CHECK(root.form() == TomlForm::kRoot);
  CHECK(root.at("top").form() == TomlForm::kDotted);
  CHECK(root.at("a").form() == TomlForm::kHeader);
  CHECK(root.at("a").at("b").at("c").form() == TomlForm::kWritten);
  CHECK(root.at("a").at("b").at("c").at("d").form() == TomlForm::kDotted);
  CHECK(root.at("a").at("b").at("c").at("d").at("e").scalar() == "x");
  CHECK(root.at("a").at("g").kind() == TomlKind::kBoolean);
  CHECK(root.at("h").form() == TomlForm::kImplied);
  REQUIRE(root.at("h").elements().size() == 2);
  CHECK(root.at("h").elements()[0].at("j").is_present() == false);
  CHECK(root.at("h").elements()[1].at("j").is_present());
  CHECK_FALSE(root.at("nothing").at("below").is_present());

  std::vector<std::string> names;
  for (const auto& [name, value] : root.members()) names.push_back(name);
  CHECK(names == std::vector<std::string>{"top", "a", "h"});
}

TEST_CASE("spans hold exactly what was written") {
  const std::string text = "\xEF\xBB\xBF# é\r\n[ a . 'b' ] # c\r\nx = [1, # one\r\n  \"zwei\"]\r\n";
  const TomlDocument document = parse(text);
  const auto written = [&](mlx::Span span) { return text.substr(span.begin, span.size()); };
  const auto table = document.root().at("a").at("b");
  CHECK(written(table.span()) == "[ a . 'b' ]");
  CHECK(table.line() == 2);
  CHECK(written(table.at("x").span()) == "[1, # one\r\n  \"zwei\"]");
  CHECK(written(table.at("x").elements()[1].span()) == "\"zwei\"");
  CHECK(table.at("x").elements()[1].line() == 4);
  CHECK(table.end_of_last_pair() == text.size() - 2);
}

TEST_CASE("strings and keys are decoded") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"("a\tb\"\\\u00e9\U0001F600")", "a\tb\"\\\xC3\xA9\xF0\x9F\x98\x80"},
      {R"('a\tb')", "a\\tb"},
      {"\"\"\"\na\nb\"\"\"", "a\nb"},
      {"'''\r\na''b'''", "a''b"},
      {"\"\"\"a\\\n   \n  b\"\"\"", "ab"},
      {"\"\"", ""},
      {"''''''", ""},
      {"\"#no comment\"", "#no comment"},
  };
  for (const auto& [written, value] : cases) {
    const TomlDocument document = parse("k = " + written + "\n");
    CHECK(document.root().at("k").scalar() == value);
  }
  CHECK(parse("\"a b\".'c.d' = 1\n").root().at("a b").at("c.d").is_present());
}

TEST_CASE("typed members say what they are instead") {
  const TomlDocument document =
      parse("[t]\ns = 'x'\nn = 0x1_F\nbig = -7\nb = false\nl = ['a', 1]\nd = 1979-05-27\n");
  const auto table = *document.root().table("t");
  CHECK(table.string("s").value_or(std::nullopt) == "x");
  CHECK(table.integer("n").value_or(std::nullopt) == 31);
  CHECK(table.integer("big").value_or(std::nullopt) == -7);
  CHECK(table.boolean("b").value_or(std::nullopt) == false);
  CHECK_FALSE(table.string("absent")->has_value());
  CHECK(table.strings("absent")->empty());

  const auto wrong = table.string("n");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().location == mlx::Location{"f.toml", 3, 5, "t.n"});
  const auto element = table.strings("l");
  REQUIRE_FALSE(element);
  CHECK(element.error().location == mlx::Location{"f.toml", 6, 11, "t.l[1]"});
  CHECK_FALSE(table.integer("d"));
  CHECK_FALSE(document.root().table_at({"t", "s", "x"}));
}

TEST_CASE("invalid texts are refused with line and column") {
  CHECK(error_place("") == "valid");
  CHECK(error_place("# only a comment") == "valid");
  CHECK(error_place("\xEF\xBB\xBF"
                    "a = 1\r\n") == "valid");
  CHECK(error_place("[project]\nname =\n") == "f.toml:2:7");
  CHECK(error_place("a = 1\na = 2\n") == "f.toml:2:5");
  CHECK(error_place("[a]\nx = 1\n[a]\n") == "f.toml:3:1");
  CHECK(error_place("a = [1, 2\n[b]\n").starts_with("f.toml:2:"));
  CHECK(error_place("a = \"\xFF\"\n").starts_with("f.toml:1:"));
  CHECK(error_place("a = 1 b = 2\n").starts_with("f.toml:1:7"));
  CHECK(error_place("a = {b = 1,\n c = 2}\n").starts_with("f.toml:1:"));
  CHECK(error_place("'\xC3\xA9' = x\n") == "f.toml:1:8");
  CHECK(error_place(std::string("a = 1\0", 6)).starts_with("f.toml:1:"));
}

TEST_CASE("every corner of TOML 1.0 is understood") {
  for (const std::string text : {
           "a = 1e1_0\nb = +1.5\nc = +inf\nd = nan\ne = 0b01\nf = 0o7_1\ng = 0e0\nh = -0.0\n",
           "a = 1979-05-27 07:32:00Z\nb = 07:32:00.999\nc = 1979-05-27T07:32:00.123-07:00\nd = 1979-05-27\n",
           "1 = 2\n3.14 = 'pi'\n\"\" = 1\n'x y' . b = 1\n",
           "true = true\ninf = 1\n1979-05-27 = 1\n-_- = 1\n",
           "#\n# \t tab \n  \t  \n   # \xC3\xA9\n",
           "a = [ # c\n # d\n ]\nb=[\n1,\n#c\n2\n#d\n,]\n",
           "a = [[1, 2,], ['x'], {y = [\n1\n]}]\n",
           "[ a ] # c\n\t[a . b]\n  [ 'c' . \"d\" ]\n[[e]]",
           "a = '''\r\n'x' ''y''\r\n'''\r\nb = \"\"\"\\\r\n  x\\u00e9\"\"\"\r\n",
           "a = 1   ",
           "   ",
           "\r\n\r\n",
           "a = {}\nb = { }\nc = { x.y = 1, 'z' = {} }\n",
           "[a]\n[a.b.c]\n[[a.d]]\n[a.d.e]\n[[a.d]]\n[a.d.e]\n",
       }) {
    INFO(text);
    CHECK(error_place(text) == "valid");
  }
}

TEST_CASE("nesting beyond the limits is refused, not recursed into") {
  CHECK(error_place("a = " + repeated("[", 10000) + repeated("]", 10000)).starts_with("f.toml:1:"));
  CHECK(error_place(repeated("[", 100000)).starts_with("f.toml:1:"));
  CHECK(error_place("a = " + repeated("{a = ", 10000)).starts_with("f.toml:1:"));
  CHECK(error_place(repeated("a.", 1000000) + "a = 1").starts_with("f.toml:1:"));
  CHECK(error_place("[" + repeated("\"a\" . ", 40) + "a]").starts_with("f.toml:1:"));
  CHECK(error_place("a = '#'\n" + repeated("b.", 40) + "b = 1").starts_with("f.toml:2:"));
  // Dots in strings and comments count for nothing.
  CHECK(error_place("# " + repeated(".", 1000) + "\na = \"" + repeated(".", 1000) + "\"\nb = '''\n" +
                    repeated(".", 1000) + "'''\n") == "valid");
  const std::string deep = "a = " + repeated("[", 200) + repeated("]", 200);
  CHECK(error_place(deep) == "valid");
  // Every level of braces with its own long key, as deep as both limits allow together.
  const std::string key = repeated("a.", 31) + "a";
  std::string wide = key + " = 1";
  for (int level = 0; level < 200; ++level) wide.insert(0, key + " = {").append("}");
  CHECK(error_place(wide) == "valid");
}

TEST_CASE("a large document is read in reasonable time") {
  std::string text = "a = [\n";
  for (int i = 0; i < 20000; ++i) text += "  \"x" + std::to_string(i) + "\",\n";
  text += "]\n";
  CHECK(parse(text).root().at("a").elements().size() == 20000);
}
