// Dependencies of projects that projen writes: edits of `.projenrc.py`, by value.
#include "engine/manifest/projen/dependencies.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/manifest/projen/calls.h"
#include "engine/manifest/projen/project.h"

using mlx::DependencyAddition;

namespace {

DependencyAddition addition(std::string_view requirement, std::string group = "") {
  auto parsed = mlx::parse_requirement(requirement);
  if (!parsed) FAIL(to_string(parsed.error()));
  return {.requirement = *std::move(parsed), .group = std::move(group)};
}

const std::vector<DependencyAddition>& three() {
  static const std::vector<DependencyAddition> additions = {
      addition("httpx>=0.27,<1"), addition("uvicorn[standard]>=0.30"), addition("pytest>=8", "dev")};
  return additions;
}

/// The text after the additions, which must change nothing when done again, and nothing at all once they are
/// taken out.
std::string added(const std::string& text, const std::vector<DependencyAddition>& additions) {
  const auto edit = mlx::add_projen_dependencies(text, ".projenrc.py", additions);
  if (!edit) FAIL(to_string(edit.error()));
  const auto again = mlx::add_projen_dependencies(edit->text, ".projenrc.py", additions);
  REQUIRE(again);
  CHECK(again->text == edit->text);
  CHECK(again->added.empty());
  CHECK(again->present.size() == additions.size());
  mlx::EditOrigins origins = edit->origins;
  const auto removal = mlx::remove_projen_dependencies(edit->text, ".projenrc.py", edit->added, origins);
  REQUIRE(removal);
  CHECK(removal->text == text);
  CHECK(origins.empty());
  return edit->text;
}

std::string error_of(const std::string& text, const DependencyAddition& one = addition("httpx>=0.27")) {
  const auto edit = mlx::add_projen_dependencies(text, ".projenrc.py", {one});
  return edit ? "" : to_string(edit.error());
}

std::string program(const std::string& arguments, const std::string& between = "") {
  return "from projen.python import PythonProject\n\nproject = PythonProject(\n    name=\"x\",\n" +
         arguments + ")\n\n" + between + "project.synth()\n";
}

}  // namespace

TEST_CASE("a list of the constructor gets what is missing, in order if it is in order") {
  CHECK(added(program("    deps=[\n        \"fastapi@^0.110.0\",  # web\n        \"pandas>=2\",\n    ],\n"
                      "    dev_deps=['mypy'],\n"),
              three()) ==
        program("    deps=[\n        \"fastapi@^0.110.0\",  # web\n        \"httpx>=0.27,<1\",\n"
                "        \"pandas>=2\",\n        \"uvicorn[standard]>=0.30\",\n    ],\n"
                "    dev_deps=['mypy', 'pytest>=8'],\n"));
}

TEST_CASE("an empty list becomes lines, and is empty again afterwards") {
  CHECK(added(program("    deps=[],\n    dev_deps=[\n    ],\n"),
              {addition("httpx"), addition("ruff", "lint")}) ==
        program("    deps=[\n        \"httpx\",\n    ],\n    dev_deps=[\n        \"ruff\",\n    ],\n"));
}

TEST_CASE("without a list there are calls: behind others of their kind, else before synth") {
  CHECK(added(program(""), three()) == program("",
                                               "project.add_dependency(\"httpx>=0.27,<1\")\n"
                                               "project.add_dependency(\"uvicorn[standard]>=0.30\")\n"
                                               "project.add_dev_dependency(\"pytest>=8\")\n"));
}

TEST_CASE("calls that are there show where others go") {
  const std::string text = program("",
                                   "project.add_dependency(\"fastapi@^0.110.0\")  # web\n"
                                   "project.add_task(\"x\", exec=\"true\")\n");
  CHECK(added(text, {addition("httpx>=0.27")}) ==
        program("",
                "project.add_dependency(\"fastapi@^0.110.0\")  # web\n"
                "project.add_dependency(\"httpx>=0.27\")\n"
                "project.add_task(\"x\", exec=\"true\")\n"));
}

TEST_CASE("a variable that holds a list is that list") {
  const std::string text =
      "from projen.python import PythonProject\nDEPS = [\"fastapi\"]\n"
      "project = PythonProject(name=\"x\", deps=DEPS)\nproject.synth()\n";
  CHECK(added(text, {addition("httpx")}).contains("DEPS = [\"fastapi\", \"httpx\"]\n"));
}

TEST_CASE("the file's own form stays: line ends, quotes, no last newline") {
  const std::string text =
      "import projen\r\np = projen.python.PythonProject(deps=[\r\n\t'a',\r\n])\r\np.synth()";
  CHECK(added(text, {addition("httpx"), addition("ruff", "dev")}) ==
        "import projen\r\np = projen.python.PythonProject(deps=[\r\n\t'a',\r\n\t'httpx',\r\n])\r\n"
        "p.add_dev_dependency(\"ruff\")\r\np.synth()");
}

TEST_CASE("Poetry's constraints follow an at sign, and more than that cannot be said") {
  const std::string text = program("    poetry=True,\n    deps=[],\n");
  CHECK(added(text, {addition("httpx>=0.27,<1")}).contains("\"httpx@>=0.27,<1\""));
  CHECK(error_of(text, addition("uvicorn[standard]>=0.30"))
            .contains("cannot pass on `uvicorn[standard]>=0.30`"));
}

TEST_CASE("what is declared stays in its own words") {
  const std::string text = program("    deps=[\"HTTPX@^0.27.1\", \"b@~1.2\", \"c@*\", \"d\"],\n",
                                   "project.add_dev_dependency(\"pytest@8.3.5\")\n");
  const auto edit = mlx::add_projen_dependencies(text, ".projenrc.py",
                                                 {addition("httpx>=0.27"), addition("httpx>=0.27", "dev"),
                                                  addition("pytest>=8", "test"), addition("b>1")});
  REQUIRE(edit);
  CHECK(edit->text == text);
  REQUIRE(edit->present.size() == 4);
  CHECK(edit->present[0].declared.front().requirement.specifier == ">=0.27.1,<1.0.0");
  CHECK(edit->present[0].declared.front().evidence == mlx::Evidence{.file = ".projenrc.py", .line = 5});
  CHECK(edit->present[3].declared.front().requirement.specifier == ">=1.2,<1.3.0");
  // A developer's dependency is not there for everybody.
  CHECK(added(text, {addition("pytest>=8")}).contains("\"pytest>=8\""));
}

TEST_CASE("what was added is replaced where it stands, and what was changed since is kept") {
  const std::string text =
      program("    deps=['httpx>=0.27'],\n", "project.add_dependency(\"fastapi>=0.115\")\n");
  const auto replaced = mlx::replace_projen_dependencies(
      text, ".projenrc.py",
      {{.from = addition("httpx>=0.27"), .to = addition("httpx>=0.28")},
       {.from = addition("fastapi>=0.110"), .to = addition("fastapi>=0.120")},
       {.from = addition("gone"), .to = addition("gone>=2")}});
  REQUIRE(replaced);
  CHECK(replaced->text ==
        program("    deps=['httpx>=0.28'],\n", "project.add_dependency(\"fastapi>=0.115\")\n"));
  CHECK(replaced->changed.size() == 1);
  REQUIRE(replaced->kept.size() == 1);
  CHECK(replaced->kept.front().addition.requirement.name == "fastapi");
  mlx::EditOrigins origins;
  const auto removal = mlx::remove_projen_dependencies(
      text, ".projenrc.py", {addition("fastapi>=0.110"), addition("httpx>=0.27")}, origins);
  REQUIRE(removal);
  CHECK(removal->removed.size() == 1);
  CHECK(removal->kept.size() == 1);
}

TEST_CASE("a call that adds more than one distribution is not taken out") {
  const std::string text = program("", "project.add_dependency(\"a>=1\", \"b\")\n");
  mlx::EditOrigins origins;
  const auto removal = mlx::remove_projen_dependencies(text, ".projenrc.py", {addition("a>=1")}, origins);
  REQUIRE(removal);
  CHECK(removal->text == text);
  CHECK(removal->kept.size() == 1);
}

TEST_CASE("what has to be run to be known is not edited") {
  CHECK(error_of(program("    deps=BASE + [\"a\"],\n")).contains(".projenrc.py:5:10: this list is computed"));
  CHECK(error_of(program("    deps=[*BASE],\n")).contains("an element of this list is computed"));
  CHECK(error_of(program("    deps=[f\"a=={version}\"],\n")).contains("an element of this list is computed"));
  CHECK(error_of(program("    deps=[\"a\" \"b\"],\n")).contains("an element of this list is computed"));
  CHECK(error_of(program("    deps=elsewhere,\n")).contains("`elsewhere` is not a list of this module"));
  CHECK(error_of("D = []\nD.append(\"a\")\n" + program("    deps=D,\n"))
            .contains("2:1: `D` is changed or used"));
  CHECK(error_of("D = []\nD += [\"a\"]\n" + program("    deps=D,\n"))
            .contains("`D` is changed or used elsewhere"));
  CHECK(error_of(program("    **options,\n")).contains("whether `deps` is among the unpacked arguments"));
  CHECK(error_of(program("", "for d in x:\n    project.add_dependency(d)\n"))
            .contains("what this adds is computed"));
  CHECK(error_of(program("    deps=[],\n"), addition("a @ https://h/a.whl")).contains("cannot pass on"));
}

TEST_CASE("a program of another form is not edited") {
  CHECK(error_of("project = PythonProject(\n").contains("this is not valid Python"));
  CHECK(error_of("").contains("does not end in `project.synth()`"));
  CHECK(error_of("project = PythonProject()\n").contains("does not end in `project.synth()`"));
  CHECK(error_of("a = P()\nb = P()\na.synth()\nb.synth()\n").contains("more than one project"));
  CHECK(error_of("a = P()\na = Q()\na.synth()\n").contains("`a` is assigned twice"));
  CHECK(error_of("a = make\na.synth()\n").contains("is not made by calling a class"));
  CHECK(error_of("from x import a\na.synth()\n").contains("is not made by calling a class"));
  CHECK(error_of("a = P(); a.synth()\n").contains("on a line of its own"));
  CHECK(error_of("if True:\n    a = P()\n    a.synth()\n").contains("does not end in"));
}

TEST_CASE("a call in a loop counts as declared, and is never edited") {
  const std::string text = program("", "if True:\n    project.add_dependency(\"a>=1\")\n");
  const auto edit = mlx::add_projen_dependencies(text, ".projenrc.py", {addition("a>=1")});
  REQUIRE(edit);
  CHECK(edit->added.empty());
  mlx::EditOrigins origins;
  CHECK(mlx::remove_projen_dependencies(text, ".projenrc.py", {addition("a>=1")}, origins)->text == text);
}

TEST_CASE("components are declared by calls, once") {
  const std::string text =
      "from projenrc.project import MLXProject\n\nproject = MLXProject()\nproject.synth()\n";
  const auto read = [](const std::string& source) {
    auto parsed = mlx::read_projen_program(source, ".projenrc.py");
    if (!parsed) FAIL(to_string(parsed.error()));
    return *std::move(parsed);
  };
  CHECK(declares_components(read(text)));
  CHECK_FALSE(declares_components(read(program(""))));
  const std::string with_one = mlx::add_projen_component(read(text), "api-serving").value();
  CHECK(with_one ==
        "from projenrc.project import MLXProject\n\nproject = MLXProject()\n"
        "project.add_mlx_component(\"api-serving\")\nproject.synth()\n");
  CHECK(mlx::add_projen_component(read(with_one), "api-serving") == with_one);
  const std::string with_two = mlx::add_projen_component(read(with_one), "cli").value();
  CHECK(with_two.contains("component(\"api-serving\")\nproject.add_mlx_component(\"cli\")\nproject.synth"));
  CHECK(mlx::remove_projen_component(read(with_two), "api-serving").value().contains("(\"cli\")"));
  CHECK(mlx::remove_projen_component(read(with_one), "api-serving") == text);
  CHECK(mlx::remove_projen_component(read(text), "api-serving") == text);
}

TEST_CASE("what somebody wrote into a declaration stays, and calls behind synth() show no place") {
  const auto read = [](const std::string& source) {
    return mlx::read_projen_program(source, ".projenrc.py").value();
  };
  const std::string more =
      "p = MLXProject()\np.add_mlx_component(\"a\", \"b\")  # mine\n"
      "p.add_mlx_component(\"a\", test=False)\np.synth()\n";
  CHECK(mlx::remove_projen_component(read(more), "a") == more);
  const std::string late = "p = MLXProject()\np.synth()\np.add_mlx_component(\"a\")";
  CHECK(mlx::add_projen_component(read(late), "b") ==
        "p = MLXProject()\np.add_mlx_component(\"b\")\np.synth()\np.add_mlx_component(\"a\")");
}

TEST_CASE("projen's own list, and versions as it writes them") {
  CHECK(error_of(program("", "project.deps.add_dependency(\"a@^1\", kind)\n")).contains("projen's own list"));
  const auto specifier = [](const std::string& declared) {
    const auto all =
        mlx::read_projen_dependencies(program("    deps=[\"" + declared + "\"],\n"), ".projenrc.py");
    return all && all->size() == 1 ? all->front().requirement.specifier : "none";
  };
  CHECK(specifier("a@1.0.0") == "==1.0.0");
  CHECK(specifier("a@^99999999999") == "");
  CHECK(specifier("a@^2147483647") == "");
  CHECK(specifier("a@>=1") == ">=1");
}

TEST_CASE("generated files say so at their head or their end") {
  CHECK(mlx::is_generated_by_projen("# ~~ Generated by projen. To modify, edit .projenrc.py\n\n[project]\n"));
  CHECK(
      mlx::is_generated_by_projen("{" + std::string(1000, ' ') + "\"//\": \"~~ Generated by projen.\"\n}\n"));
  CHECK_FALSE(
      mlx::is_generated_by_projen(std::string(400, ' ') + "~~ Generated by projen" + std::string(400, ' ')));
  CHECK_FALSE(mlx::is_generated_by_projen(""));
}

TEST_CASE("strings of any content are written as Python reads them") {
  CHECK(mlx::python_string("a\"b\\c\nd") == "\"a\\\"b\\\\c\\x0ad\"");
  CHECK(mlx::python_string("it's", '\'') == "'it\\'s'");
}
