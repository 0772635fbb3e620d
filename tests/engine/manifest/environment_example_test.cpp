#include "engine/manifest/environment_example.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using mlx::EnvironmentVariable;

namespace {

std::string added(const std::string& text, const std::vector<EnvironmentVariable>& variables,
                  std::string_view heading = "api-serving") {
  const auto edit = mlx::add_variables(text, ".env.example", variables, heading);
  if (!edit) return to_string(edit.error());
  CHECK(edit->text.starts_with(text));
  const auto again = mlx::add_variables(edit->text, ".env.example", variables, heading);
  REQUIRE(again);
  CHECK(again->text == edit->text);
  CHECK(again->added.empty());
  return edit->text;
}

/// `NAME=value@line`, with `#` before what is commented out.
std::vector<std::string> summary(std::string_view text) {
  std::vector<std::string> lines;
  for (const auto& variable : mlx::read_environment_example(text, ".env.example")) {
    lines.push_back((variable.is_commented ? "#" : "") + variable.name + "=" + variable.value + "@" +
                    std::to_string(variable.evidence.line));
  }
  return lines;
}

}  // namespace

TEST_CASE("variables are found however they are written") {
  CHECK(summary("\xEF\xBB\xBF"
                "A=1\r\nexport B = two # why\n\n# C=3\n#D=\n# prose = not this one\n# E=1 turns it on\n"
                "F=\"multi\nline\" # c\nG='a # b'\nH=a#b\n1X=no\nnot a line\nI=\"open\nJ=last") ==
        std::vector<std::string>{"A=1@1", "B=two@2", "#C=3@4", "#D=@5", "F=multi\nline@8", "G=a # b@10",
                                 "H=a#b@11", "I=open@14", "J=last@15"});
  CHECK(summary("").empty());
  CHECK(summary("K=\"a\\\"b\"\n") == std::vector<std::string>{"K=a\\\"b@1"});
}

TEST_CASE("missing variables are appended as one block") {
  const std::vector<EnvironmentVariable> variables = {
      {.name = "HOST", .default_value = "0.0.0.0", .description = "Where to listen"},
      {.name = "API_KEY",
       .default_value = "hunter2",
       .is_required = true,
       .is_secret = true,
       .description = "Two\nlines"},
      {.name = "TITLE", .default_value = "My API"},
      {.name = "OPTIONAL"},
      {.name = "NEEDED", .is_required = true},
  };
  const std::string block =
      "# api-serving\n# Where to listen\nHOST=0.0.0.0\n# Two\n# lines\nAPI_KEY=\nTITLE='My API'\n# "
      "OPTIONAL=\nNEEDED=\n";
  CHECK(added("", variables) == block);
  CHECK(added("A=1\n", variables) == "A=1\n\n" + block);
  CHECK(added("A=1\n\n", variables) == "A=1\n\n" + block);
  CHECK(added("A=1", variables) == "A=1\n\n" + block.substr(0, block.size() - 1));
  CHECK(added("A=1\r\n", {{.name = "B", .default_value = "2", .description = "b"}}) ==
        "A=1\r\n\r\n# api-serving\r\n# b\r\nB=2\r\n");
  CHECK(added("A=1\n", {{.name = "B", .default_value = "2"}, {.name = "B", .default_value = "3"}}, "") ==
        "A=1\n\nB=2\n");
}

TEST_CASE("a variable that is there, or commented out, is left alone") {
  const std::string text = "export HOST=127.0.0.1\n# PORT=8000\n";
  const auto edit = mlx::add_variables(
      text, ".env.example", {{.name = "HOST", .default_value = "x"}, {.name = "PORT", .is_required = true}},
      "h");
  REQUIRE(edit);
  CHECK(edit->text == text);
  REQUIRE(edit->present.size() == 2);
  CHECK(edit->present[0].value == "127.0.0.1");
  CHECK(edit->present[1].evidence.line == 2);
}

TEST_CASE("values are quoted when they need it, and read back") {
  for (const std::string& value :
       {std::string("plain"), std::string("a b"), std::string("a#b"), std::string("$HOME"),
        std::string("\"quoted\""), std::string("https://h:1/p?q=1&r=2")}) {
    const auto edit = mlx::add_variables("", "e", {{.name = "A", .default_value = value}}, "h");
    REQUIRE(edit);
    CHECK(mlx::read_environment_example(edit->text, "e").front().value == value);
  }
  CHECK(added("", {{.name = "A", .default_value = "it's\n$5"}}, "") == "A=\"it's\\n\\$5\"\n");
}

TEST_CASE("a description is never taken for a variable") {
  const std::string text = added("", {{.name = "A", .default_value = "1", .description = "B=2"}}, "C=3");
  CHECK(text == "# (C=3)\n# (B=2)\nA=1\n");
  CHECK(summary(text) == std::vector<std::string>{"A=1@3"});
}

TEST_CASE("nothing is added behind an open quote") {
  CHECK(added("A=\"open\n", {{.name = "B", .default_value = "it's\n"}}).find("not closed") !=
        std::string::npos);
  CHECK(added("A=\"open\n", {{.name = "B", .default_value = "1"}}, "") == "A=\"open\n\nB=1\n");
}

TEST_CASE("a name that is none is refused") {
  for (const std::string& name :
       {std::string(), std::string("1A"), std::string("A B"), std::string("A\nB=1")}) {
    CHECK_FALSE(mlx::add_variables("", ".env.example", {{.name = name}}, "h"));
  }
}

TEST_CASE("a variable is described anew where it was added") {
  const std::vector<EnvironmentVariable> old = {{.name = "A", .default_value = "1", .description = "One."},
                                                {.name = "B", .default_value = "2"}};
  auto edit = mlx::add_variables("X=1", ".env.example", old, "api").value();
  REQUIRE(edit.text == "X=1\n\n# api\n# One.\nA=1\nB=2");
  SECTION("with its description and its default") {
    const auto done = mlx::replace_variables(
        edit.text, ".env.example",
        {{.name = "A", .default_value = "10"}, {.name = "B", .default_value = "two words"}, {.name = "C"}},
        edit.origins);
    CHECK(done.text == "X=1\n\n# api\nA=10\nB='two words'");
    CHECK(done.changed == std::vector<std::string>{"A", "B"});
    auto origins = edit.origins;
    CHECK(mlx::remove_variables(done.text, ".env.example", {"A", "B"}, origins).text == "X=1");
  }
  SECTION("but not if the user changed it, or wrote it") {
    const std::string mine = "X=1\n\n# api\n# One.\nA=7\nB=2";
    const auto done = mlx::replace_variables(
        mine, ".env.example", {{.name = "A", .default_value = "10"}, {.name = "X"}}, edit.origins);
    CHECK(done.text == mine);
    REQUIRE(done.kept.size() == 2);
    CHECK(done.kept.front().value == "7");
  }
}
