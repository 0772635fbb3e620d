#include "action/github/workflow_commands.h"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace mlx;
using namespace mlx::action::github;
using mlx::bot::CheckAnnotation;
using Level = CheckAnnotation::Level;

namespace {

CheckAnnotation annotation(Level level, const std::string& message, const std::string& path = "src/app.py") {
  return {.path = RepoPath::parse(path).value(),
          .first_line = 3,
          .last_line = 4,
          .level = level,
          .title = "Title",
          .message = message};
}

std::size_t lines(const std::string& text, std::string_view begin) {
  std::size_t count = 0;
  for (auto at = text.find(begin); at != text.npos; at = text.find(begin, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("an annotation is one command, whatever is in it") {
  CHECK(annotation_command(
            annotation(Level::kFailure, "100% wrong\r\n::set-output name=x::y", "src/a,b:c.py")) ==
        "::error file=src/a%2Cb%3Ac.py,line=3,endLine=4,title=Title::100%25 wrong%0D%0A::set-output "
        "name=x::y\n");
  CHECK(annotation_command(annotation(Level::kNotice, "x")).starts_with("::notice "));
  CHECK(annotation_command(annotation(Level::kWarning, "x")).starts_with("::warning "));
  CHECK(mask_command("a%b") == "::add-mask::a%25b\n");
  CHECK(error_command("a\nb") == "::error::a%0Ab\n");
}

TEST_CASE("the gravest annotations come first, ten of a kind, and the others are counted") {
  std::vector<CheckAnnotation> annotations;
  for (int i = 0; i < 12; ++i) annotations.push_back(annotation(Level::kNotice, "n"));
  for (int i = 0; i < 11; ++i) annotations.push_back(annotation(Level::kFailure, "e"));
  annotations.push_back(annotation(Level::kWarning, "w"));
  const std::string text = annotation_commands(annotations);
  CHECK(lines(text, "::error ") == 10);
  CHECK(lines(text, "::warning ") == 1);
  CHECK(lines(text, "::notice ") + lines(text, "::notice::") == 10);
  CHECK(text.find("::error ") < text.find("::warning "));
  CHECK(text.find("::warning ") < text.find("::notice "));
  CHECK(text.ends_with("::notice::4 more are in the job's summary\n"));
  CHECK(annotation_commands({}).empty());
}

TEST_CASE("no line of a log is a command") {
  CHECK(logged("plain\ntext") == "plain\ntext\n");
  CHECK(logged("::add-path::/x") == "\\::add-path::/x\n");
  CHECK(logged(" \t::stop-commands::x") == " \t\\::stop-commands::x\n");
  CHECK(logged("\u00a0\u3000\u200b::set-output name=x::y") == "\u00a0\u3000\u200b\\::set-output name=x::y\n");
  CHECK(logged("std::vector") == "std::vector\n");
  CHECK(logged("a ##[add-path]/x ##[b]") == "a ##\\[add-path]/x ##\\[b]\n");
  // The runner ends lines at these, and terminals obey these.
  CHECK(logged("a\r::x::y\x1b[2J") == "a ::x::y [2J\n");
}
