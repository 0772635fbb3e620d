#include "engine/base/repo_path.h"

#include <catch2/catch.hpp>

using mlx::ErrorCode;
using mlx::file_name;
using mlx::joined_path;
using mlx::parent_directory;
using mlx::protected_reason;
using mlx::RepoPath;

TEST_CASE("a normal relative path is accepted as it stands") {
  const std::string text = GENERATE(as<std::string>{}, "a", "src/api/app.py", ".gitignore", "a b/ü.py",
                                    ".github/x", "...", "git", ".gitmodules/x", "a/.gitkeep");
  const auto path = RepoPath::parse(text);
  REQUIRE(path);
  CHECK(path->str() == text);
}

TEST_CASE("a path that leaves the repository or reaches into git is refused") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "/etc/passwd", "..", "../x", "a/../b", "a//b", "a/", "./a", "a/.",
               "a\\b", ".git/config", "a/.GIT/hooks", ".git", ".git./x", ".git /x", "GIT~1/x",
               ".git::$INDEX_ALLOCATION/x", ".g\u200cit/x", "a\nb", "a\x7f");
  const auto path = RepoPath::parse(text);
  REQUIRE_FALSE(path);
  CHECK(path.error().code == ErrorCode::kRefused);
}

TEST_CASE("a NUL byte and an endless path are refused") {
  CHECK_FALSE(RepoPath::parse(std::string_view("a\0b", 3)));
  CHECK_FALSE(RepoPath::parse(std::string(5000, 'a')));
}

TEST_CASE("parts of a path") {
  const auto path = RepoPath::parse("src/api/app.py").value();
  CHECK(path.filename() == "app.py");
  CHECK(path.parent() == "src/api");
  CHECK(path.is_within("src"));
  CHECK(path.is_within("src/api/app.py"));
  CHECK(path.is_within(""));
  CHECK_FALSE(path.is_within("sr"));
  CHECK_FALSE(path.is_within("src/ap"));
  CHECK(RepoPath::parse("x").value().parent().empty());
}

TEST_CASE("secrets and workflow files are protected, examples are not") {
  const auto reason = [](const char* text) { return protected_reason(RepoPath::parse(text).value()); };
  for (const char* text :
       {".env", "sub/.ENV", ".env.production", ".github/workflows/ci.yml", ".GitHub/Workflows/x",
        ".gitlab-ci.yml", ".circleci/config.yml", ".github/workflows"}) {
    CAPTURE(text);
    CHECK_FALSE(reason(text).empty());
  }
  for (const char* text :
       {".env.example", ".env.sample", "env", ".environment", ".github/CODEOWNERS", "src/.env_file.py"}) {
    CAPTURE(text);
    CHECK(reason(text).empty());
  }
}

TEST_CASE("parts of paths, and paths of parts") {
  CHECK(file_name("a/b.c") == "b.c");
  CHECK(file_name("a") == "a");
  CHECK(parent_directory("a/b/c") == "a/b");
  CHECK(parent_directory("a").empty());
  CHECK(joined_path("a/b", "c") == "a/b/c");
  CHECK(joined_path("", "c") == "c");
  CHECK(joined_path("a", "") == "a");
}
