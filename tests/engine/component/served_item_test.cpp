#include "engine/component/served_item.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "engine/base/digest.h"

using namespace mlx;
using nlohmann::json;

namespace {

json item() {
  return {
      {"name", "web"},
      {"type", "registry:item"},
      {"files", json::array({{{"path", "templates/a.py"}, {"content", "A = 1\n"}, {"type", "registry:file"}},
                             {{"path", "templates/__init__.py"}, {"content", "\n"}}})},
      {"meta", {{"mlx", {{"component", "{}"}, {"emptyFiles", {"templates/__init__.py"}}}}}}};
}

std::string error_of(const json& document) {
  const auto files = read_served_item(document.dump(), "web.json");
  REQUIRE_FALSE(files);
  return to_string(files.error());
}

}  // namespace

TEST_CASE("a served item gives the files of its component") {
  const ServedFiles files = read_served_item(item().dump(), "web.json").value();
  CHECK(files ==
        ServedFiles{{"component.json", "{}"}, {"templates/__init__.py", ""}, {"templates/a.py", "A = 1\n"}});
}

TEST_CASE("a served item that is wrong is refused, with the field") {
  json wrong = item();
  SECTION("a path outside") {
    wrong["files"][0]["path"] = GENERATE("../x", "/etc/passwd", "a/../../x", ".git/config");
    CHECK(error_of(wrong).starts_with("web.json: files[0].path: "));
  }
  SECTION("a path twice") {
    wrong["files"][1]["path"] = "templates/a.py";
    CHECK(error_of(wrong).starts_with("web.json: files[1].path: "));
  }
  SECTION("a second component.json") {
    wrong["files"][0]["path"] = "component.json";
    CHECK(error_of(wrong).starts_with("web.json: files[0].path: "));
  }
  SECTION("no content") {
    wrong["files"][0].erase("content");
    CHECK(error_of(wrong).starts_with("web.json: files[0].content: "));
  }
  SECTION("an empty file that is not there") {
    wrong["meta"]["mlx"]["emptyFiles"] = json::array({GENERATE("templates/b.py", "component.json")});
    CHECK(error_of(wrong).starts_with("web.json: meta.mlx.emptyFiles[0]: "));
  }
  SECTION("no component.json") {
    wrong["meta"]["mlx"].erase("component");
    CHECK(error_of(wrong).starts_with("web.json: meta.mlx.component: "));
  }
  SECTION("an item of another registry") {
    wrong.erase("meta");
    CHECK(error_of(wrong).starts_with("web.json: meta: "));
  }
  CHECK_FALSE(read_served_item("<html>", "web.json"));
}

TEST_CASE("only what all digests prove is intact") {
  const std::string text = "A = 1\n";
  const json component = {{"name", "web"},
                          {"version", "1.0.0"},
                          {"title", "T"},
                          {"description", "D"},
                          {"type", "utility"},
                          {"importRoot", "src"},
                          {"files", json::array({{{"path", "templates/a.py"},
                                                  {"target", "src/a.py"},
                                                  {"kind", "source"},
                                                  {"merge", "merge"},
                                                  {"mode", "100644"},
                                                  {"sha256", sha256_hex(text)}}})},
                          {"requires", json::object()},
                          {"provides", json::object()}};
  const std::string digest = sha256_hex(component.dump());
  ServedFiles files = {{"component.json", component.dump()}, {"templates/a.py", text}};
  CHECK(is_intact(files, digest));
  CHECK_FALSE(is_intact(files, std::string(64, '0')));
  CHECK_FALSE(is_intact({}, digest));
  files["templates/a.py"] += "\n";
  CHECK_FALSE(is_intact(files, digest));
  files.erase("templates/a.py");
  CHECK_FALSE(is_intact(files, digest));
}
