#include "engine/manifest/toml_edit.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/manifest/toml_string.h"

using mlx::EmptyListBecomes;
using mlx::TomlDocument;

namespace {

TomlDocument parse(const std::string& text) {
  auto document = TomlDocument::parse(text, "f.toml");
  if (!document) FAIL(to_string(document.error()));
  return *std::move(document);
}

/// The text after inserting `"n"` into the array `a`.
std::string inserted(const std::string& text, std::size_t index,
                     EmptyListBecomes shape = EmptyListBecomes::kOneLine) {
  const TomlDocument document = parse(text);
  const auto array = document.root().at("a");
  auto result = edited(document, insert_element(document, array, index, "\"n\"", shape));
  if (!result) FAIL(to_string(result.error()));
  CHECK(result->root().at("a").elements().size() == array.elements().size() + 1);
  CHECK(result->root().at("a").elements()[index].scalar() == "n");
  return result->text();
}

std::string paired(const std::string& text, const std::vector<std::string>& path) {
  const TomlDocument document = parse(text);
  auto edits = insert_pair(document, path, "n", "1");
  if (!edits) return to_string(edits.error());
  auto result = edited(document, *std::move(edits));
  if (!result) FAIL(to_string(result.error()));
  auto table = result->root();
  for (const std::string& key : path) table = table.at(key);
  CHECK(table.at("n").scalar() == "1");
  return result->text();
}

}  // namespace

TEST_CASE("arrays on one line stay on one line") {
  CHECK(inserted("a = [\"x\", \"y\"]\n", 0) == "a = [\"n\", \"x\", \"y\"]\n");
  CHECK(inserted("a = [\"x\", \"y\"]\n", 1) == "a = [\"x\", \"n\", \"y\"]\n");
  CHECK(inserted("a = [\"x\", \"y\"]\n", 2) == "a = [\"x\", \"y\", \"n\"]\n");
  CHECK(inserted("a = [\"x\",\"y\",]", 2) == "a = [\"x\",\"y\", \"n\",]");
  CHECK(inserted("a = [ 'x' ] # c", 1) == "a = [ 'x', \"n\" ] # c");
  CHECK(inserted("a = [ \"x\" , ]\n", 1) == "a = [ \"x\", \"n\" , ]\n");
}

TEST_CASE("arrays over several lines get a line more") {
  CHECK(inserted("a = [\n  \"x\",\n  \"y\",\n]\n", 0) == "a = [\n  \"n\",\n  \"x\",\n  \"y\",\n]\n");
  CHECK(inserted("a = [\n  \"x\",\n  \"y\",\n]\n", 1) == "a = [\n  \"x\",\n  \"n\",\n  \"y\",\n]\n");
  CHECK(inserted("a = [\n  \"x\",\n  \"y\",\n]\n", 2) == "a = [\n  \"x\",\n  \"y\",\n  \"n\",\n]\n");
  CHECK(inserted("a = [\n\t\"x\",\n\t\"y\"\n]\n", 2) == "a = [\n\t\"x\",\n\t\"y\",\n\t\"n\"\n]\n");
  CHECK(inserted("a = [\n\t\"x\",\n\t\"y\"\n]\n", 1) == "a = [\n\t\"x\",\n\t\"n\",\n\t\"y\"\n]\n");
  CHECK(inserted("a = [\r\n  \"x\"\r\n]", 1) == "a = [\r\n  \"x\",\r\n  \"n\"\r\n]");
  CHECK(inserted("a = [\n  \"x\"]\n", 1) == "a = [\n  \"x\",\n  \"n\"]\n");
  CHECK(inserted("a = [\n  \"x\",]\n", 1) == "a = [\n  \"x\",\n  \"n\",]\n");
  CHECK(inserted("a = [\"x\",\n     \"y\"]\n", 1) == "a = [\"x\",\n     \"n\",\n     \"y\"]\n");
  CHECK(inserted("a = [\"x\",\n     \"y\"]\n", 2) == "a = [\"x\",\n     \"y\",\n     \"n\"]\n");
  CHECK(inserted("a = [\"x\",\n]\n", 1) == "a = [\"x\",\n    \"n\",\n]\n");
  CHECK(inserted("a = [\n  \"w\", \"x\",\n  \"y\", \"z\",\n]\n", 1) ==
        "a = [\n  \"w\", \"n\", \"x\",\n  \"y\", \"z\",\n]\n");
  CHECK(inserted("a = [\n  \"w\", \"x\",\n  \"y\", \"z\",\n]\n", 2) ==
        "a = [\n  \"w\", \"x\",\n  \"n\",\n  \"y\", \"z\",\n]\n");
  CHECK(inserted("a = [\n    \"x\"\n  , \"y\"\n]\n", 1) == "a = [\n    \"x\"\n  , \"n\", \"y\"\n]\n");
  CHECK(inserted("a = [\n    \"x\"\n  , \"y\"\n]\n", 2) == "a = [\n    \"x\"\n  , \"y\",\n    \"n\"\n]\n");
}

TEST_CASE("comments stay with the element that they are about") {
  const std::string text =
      "a = [ # all\n  # about x\n  \"x\", # x it is\n  # about y\n  \"y\" # last, no comma\n]\n";
  CHECK(inserted(text, 0) ==
        "a = [ # all\n  \"n\",\n  # about x\n  \"x\", # x it is\n  # about y\n  \"y\" # last, no comma\n]\n");
  CHECK(inserted(text, 1) ==
        "a = [ # all\n  # about x\n  \"x\", # x it is\n  \"n\",\n  # about y\n  \"y\" # last, no comma\n]\n");
  CHECK(inserted(text, 2) ==
        "a = [ # all\n  # about x\n  \"x\", # x it is\n  # about y\n  \"y\", # last, no comma\n  \"n\"\n]\n");
  CHECK(inserted("a = [\n  \"x\" # a, comma\n  ,\n]\n", 1) ==
        "a = [\n  \"x\" # a, comma\n  ,\n  \"n\",\n]\n");
}

TEST_CASE("empty arrays take the shape that is asked for") {
  CHECK(inserted("a = []\n", 0) == "a = [\"n\"]\n");
  CHECK(inserted("a = [ ]\n", 0) == "a = [\"n\"]\n");
  CHECK(inserted("a = []\n", 0, EmptyListBecomes::kLines) == "a = [\n    \"n\",\n]\n");
  CHECK(inserted("a = []\r\n", 0, EmptyListBecomes::kLines) == "a = [\r\n    \"n\",\r\n]\r\n");
  CHECK(inserted("a = []\nb = [\n  1,\n]\n", 0, EmptyListBecomes::kLines) ==
        "a = [\n  \"n\",\n]\nb = [\n  1,\n]\n");
  CHECK(inserted("a = [\n]", 0) == "a = [\n    \"n\",\n]");
  CHECK(inserted("a = [ # none\n]\n", 0) == "a = [ # none\n    \"n\",\n]\n");
  CHECK(inserted("a = [\n  # none\n]\n", 0) == "a = [\n  # none\n  \"n\",\n]\n");
}

TEST_CASE("a pair goes to the end of its table") {
  CHECK(paired("[t]\nx = 1\n", {"t"}) == "[t]\nx = 1\nn = 1\n");
  CHECK(paired("[t]\nx = 1", {"t"}) == "[t]\nx = 1\nn = 1");
  CHECK(paired("[t]", {"t"}) == "[t]\nn = 1");
  CHECK(paired("[t] # c\r\n\r\n[u]\r\n", {"t"}) == "[t] # c\r\nn = 1\r\n\r\n[u]\r\n");
  CHECK(paired("[t]\n  x = [\n    1,\n  ] # c\n\n# next\n[u]\ny = 1\n", {"t"}) ==
        "[t]\n  x = [\n    1,\n  ] # c\n  n = 1\n\n# next\n[u]\ny = 1\n");
  CHECK(paired("[a.b]\nx = 1\n[a]\ny = 1\n", {"a"}) == "[a.b]\nx = 1\n[a]\ny = 1\nn = 1\n");
}

TEST_CASE("a pair follows the form of its table") {
  CHECK(paired("[a]\nb.x = 1\nc = 2\n", {"a", "b"}) == "[a]\nb.x = 1\nb.n = 1\nc = 2\n");
  CHECK(paired("a.b.x = 1\n", {"a", "b"}) == "a.b.x = 1\na.b.n = 1\n");
  CHECK(paired("a.b.x = 1\n", {"a"}) == "a.b.x = 1\na.n = 1\n");
  CHECK(paired("a.b.x = 1\n", {"a", "c", "d"}) == "a.b.x = 1\na.c.d.n = 1\n");
  CHECK(paired("[t]\na = {x = 1}\n", {"t", "a"}) == "[t]\na = {x = 1, n = 1}\n");
  CHECK(paired("a = {}\n", {"a"}) == "a = {n = 1}\n");
  CHECK(paired("a = { }\n", {"a"}) == "a = { n = 1 }\n");
  CHECK(paired("a = {b.x = 1, c = 2}\n", {"a", "b"}) == "a = {b.x = 1, b.n = 1, c = 2}\n");
  CHECK(paired("a = {x = 1}\n", {"a", "b", "c d"}) == "a = {x = 1, b.\"c d\".n = 1}\n");
}

TEST_CASE("a missing table is created at the end") {
  CHECK(paired("", {"t"}) == "[t]\nn = 1\n");
  CHECK(paired("x = 1", {"t"}) == "x = 1\n\n[t]\nn = 1");
  CHECK(paired("x = 1\n", {"t"}) == "x = 1\n\n[t]\nn = 1\n");
  CHECK(paired("x = 1\n\n", {"t"}) == "x = 1\n\n[t]\nn = 1\n");
  CHECK(paired("x = 1\r\n", {"t", "u.v"}) == "x = 1\r\n\r\n[t.\"u.v\"]\r\nn = 1\r\n");
  CHECK(paired("[t.u]\nx = 1\n", {"t"}) == "[t.u]\nx = 1\n\n[t]\nn = 1\n");
  CHECK(paired("[t]\nx = 1\n[[u]]\n", {"t", "v"}) == "[t]\nx = 1\n[[u]]\n\n[t.v]\nn = 1\n");
}

TEST_CASE("a path through something that is no table is an error") {
  CHECK(paired("t = 1\n", {"t", "u"}) == "f.toml:1:5: t: expected a table, found an integer");
  CHECK(paired("[[t]]\n", {"t", "u"}) == "f.toml:1:1: t: expected a table, found an array");
}

TEST_CASE("an edit that breaks the text is refused") {
  const TomlDocument document = parse("[t]\nx = 1\n");
  const auto edits = insert_pair(document, std::vector<std::string>{"t"}, "x", "2");
  REQUIRE(edits);
  const auto result = edited(document, *edits);
  REQUIRE_FALSE(result);
  CHECK(result.error().location.line == 3);
}

TEST_CASE("strings and keys are written so that they read back") {
  for (const std::string& value : {std::string("plain"), std::string("it's"), std::string("a \"b\""),
                                   std::string("back\\slash"), std::string("line\nend\x7f"), std::string()}) {
    for (const char quote : {'"', '\''}) {
      CHECK(mlx::decode_toml_string(mlx::toml_string(value, quote)) == value);
    }
  }
  CHECK(mlx::toml_string("a", '\'') == "'a'");
  CHECK(mlx::toml_string("it's", '\'') == "\"it's\"");
  CHECK(mlx::toml_key("a-b_1") == "a-b_1");
  CHECK(mlx::toml_key("zope.interface") == "\"zope.interface\"");
  CHECK(mlx::toml_key("") == "\"\"");
}
