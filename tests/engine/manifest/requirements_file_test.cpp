#include "engine/manifest/requirements_file.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using mlx::RequirementLineKind;

namespace {

std::vector<mlx::Requirement> requirements(const std::vector<std::string>& texts) {
  std::vector<mlx::Requirement> found;
  found.reserve(texts.size());
  for (const std::string& text : texts) found.push_back(*mlx::parse_requirement(text));
  return found;
}

std::string added(const std::string& text, const std::vector<std::string>& additions) {
  const auto edit = mlx::add_requirements(text, "requirements.txt", requirements(additions));
  if (!edit) return to_string(edit.error());
  const auto again = mlx::add_requirements(edit->text, "requirements.txt", requirements(additions));
  REQUIRE(again);
  CHECK(again->text == edit->text);
  CHECK(again->added.empty());
  return edit->text;
}

std::string error_of(const std::string& text) {
  const auto file = mlx::read_requirements(text, "requirements.txt");
  return file ? "" : to_string(file.error());
}

}  // namespace

TEST_CASE("every kind of line is read, with its place") {
  const auto file = mlx::read_requirements(
      "# heading\n"
      "--index-url https://h/simple\n"
      "-r base.txt # more\n"
      "-cconstraints.txt\n"
      "--requirement=other.txt\n"
      "-e ./package\n"
      "-e git+https://h/o/r.git#egg=Own_Name&subdirectory=x\n"
      "\n"
      "fastapi >= 0.115, \\\n"
      "   <1 # comment\n"
      "uvicorn[standard]==0.30 ; python_version<'3.13'\n"
      "tool @ https://h/t.whl#sha256=1\n"
      "./wheels/x-1.0.whl\n"
      "https://h/y.tar.gz#egg=y\n"
      "locked==1 \\\n"
      "    --hash=sha256:aa \\\n"
      "    --hash=sha256:bb\n"
      "configured --config-settings=\"a=b\"",
      "requirements.txt");
  REQUIRE(file);
  const std::vector<std::pair<RequirementLineKind, std::string>> expected = {
      {RequirementLineKind::kOption, "--index-url https://h/simple"},
      {RequirementLineKind::kInclude, "base.txt"},
      {RequirementLineKind::kConstraint, "constraints.txt"},
      {RequirementLineKind::kInclude, "other.txt"},
      {RequirementLineKind::kEditable, "./package"},
      {RequirementLineKind::kEditable, "git+https://h/o/r.git#egg=Own_Name&subdirectory=x"},
      {RequirementLineKind::kRequirement, "fastapi >= 0.115,    <1"},
      {RequirementLineKind::kRequirement, "uvicorn[standard]==0.30 ; python_version<'3.13'"},
      {RequirementLineKind::kRequirement, "tool @ https://h/t.whl#sha256=1"},
      {RequirementLineKind::kLocation, "./wheels/x-1.0.whl"},
      {RequirementLineKind::kLocation, "https://h/y.tar.gz#egg=y"},
      {RequirementLineKind::kRequirement, "locked==1"},
      {RequirementLineKind::kRequirement, "configured"},
  };
  REQUIRE(file->lines.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO(i);
    CHECK(file->lines[i].kind == expected[i].first);
    CHECK(file->lines[i].value == expected[i].second);
  }
  CHECK(file->lines[5].requirement.value_or(mlx::Requirement{}).name == "Own_Name");
  CHECK(file->lines[6].requirement.value_or(mlx::Requirement{}).specifier == ">=0.115,<1");
  CHECK(file->lines[6].evidence == mlx::Evidence{"requirements.txt", 9});
  CHECK(file->lines[8].requirement.value_or(mlx::Requirement{}).url == "https://h/t.whl#sha256=1");
  CHECK(file->lines[10].requirement.value_or(mlx::Requirement{}).name == "y");
  CHECK(file->lines[11].has_hash);
  CHECK(file->lines[12].evidence.line == 18);
  CHECK(file->has_hashes);
}

TEST_CASE("a missing requirement gets a line, in order where there is an order") {
  CHECK(added("", {"b>=1", "a"}) == "a\nb>=1\n");
  CHECK(added("a\nc\n", {"b>=1", "d", "A0"}) == "a\nA0\nb>=1\nc\nd\n");
  CHECK(added("c\na\n", {"b"}) == "c\na\nb\n");
  CHECK(added("b\nc", {"d"}) == "b\nc\nd");
  CHECK(added("b\r\nc\r\n", {"a", "bb; os_name == \"nt\""}) == "a\r\nb\r\nbb; os_name == 'nt'\r\nc\r\n");
  CHECK(added("# heading\n\n-r base.txt\nb # why\nd\n", {"a", "c"}) ==
        "# heading\n\n-r base.txt\na\nb # why\nc\nd\n");
  CHECK(added("a==1\n    # via b\n    # via c\nc==2 \\\n  ; os_name == 'x'\n", {"b", "d"}) ==
        "a==1\n    # via b\n    # via c\nb\nc==2 \\\n  ; os_name == 'x'\nd\n");
  CHECK(added("\xEF\xBB\xBF", {"a"}) ==
        "\xEF\xBB\xBF"
        "a\n");
  CHECK(added("\xEF\xBB\xBF"
              "b\n",
              {"a"}) ==
        "\xEF\xBB\xBF"
        "a\nb\n");
  CHECK(added("# only a comment", {"a"}) == "# only a comment\na");
}

TEST_CASE("what the file names already stays as it is") {
  const std::string text = "Py_Dantic<2\n-e git+https://h/r#egg=own\n";
  const auto edit = mlx::add_requirements(text, "requirements.txt", requirements({"py-dantic>=2", "own"}));
  REQUIRE(edit);
  CHECK(edit->text == text);
  REQUIRE(edit->present.size() == 2);
  CHECK(edit->present[0].declared.front().requirement.value_or(mlx::Requirement{}).specifier == "<2");
  CHECK(edit->present[1].declared.front().evidence.line == 2);
}

TEST_CASE("nothing is added behind an open continuation") {
  CHECK(added("a \\", {"b"}).find("backslash") != std::string::npos);
  CHECK(added("a \\\n", {"b"}).find("backslash") != std::string::npos);
  CHECK(added("# comment \\\n", {"b"}) == "# comment \\\nb\n");
}

TEST_CASE("a file with hashes is not edited") {
  const std::string text = "a==1 --hash=sha256:aa\n";
  const auto refused = mlx::add_requirements(text, "requirements.txt", requirements({"b"}));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == mlx::ErrorCode::kRefused);
  CHECK(mlx::add_requirements(text, "requirements.txt", requirements({"a"}))->text == text);
}

TEST_CASE("what pip would not read is refused with its place") {
  CHECK(error_of("a\n  b c\n").starts_with("requirements.txt:2:5: "));
  CHECK(error_of("a==\n").starts_with("requirements.txt:1:4: "));
  CHECK(error_of(std::string("\xFF\xFE"
                             "a\0\n\0",
                             6))
            .find("UTF-16") != std::string::npos);
  CHECK(error_of("\xFF\n").starts_with("requirements.txt:1:1: "));
  CHECK(error_of("").empty());
  CHECK(error_of("\\").empty());
  CHECK(error_of("a \\").empty());
}

TEST_CASE("a line is written in other words, and what stands behind it stays") {
  const auto change = [](const char* from, const char* to) {
    return mlx::RequirementChange{.from = *mlx::parse_requirement(from), .to = *mlx::parse_requirement(to)};
  };
  const auto done = mlx::replace_requirements(
      "-r base.txt\r\nfastapi >= 0.110 # web\r\nredis==5\r\na>=1 --hash=sha256:aa", "requirements.txt",
      {change("fastapi>=0.110", "fastapi>=0.115"), change("redis>=4", "redis>=6"), change("a>=1", "a>=2"),
       change("gone", "gone>=2")});
  REQUIRE(done);
  CHECK(done->text == "-r base.txt\r\nfastapi>=0.115 # web\r\nredis==5\r\na>=1 --hash=sha256:aa");
  CHECK(done->changed == std::vector{change("fastapi>=0.110", "fastapi>=0.115")});
  CHECK(done->kept.size() == 2);
}
