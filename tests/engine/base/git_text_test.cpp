// What is stored of a text, against what git itself stores.
#include "engine/base/git_text.h"

#include <catch2/catch.hpp>

#include "engine/base/blob_id.h"
#include "tests/support/git_repository.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;
using mlx::test::GitRepository;
using namespace std::string_literals;

TEST_CASE("line ends of text are stored as git stores them") {
  const TemporaryDirectory directory;
  const GitRepository git(directory.path() / "project");
  const auto text =
      GENERATE(as<std::string>{}, "", "a\n", "a\r\nb\r\n", "a\nb\r\n", "\r\n", "a\r", "a\rb\r\n", "a\r\r\nb",
               "zero\0\r\n"s, "\xff\xfe\r\n", "tab\t\x1b[0m\f\b\r\n", "bell\a\r\n", "delete\x7f\r\n",
               "dos\r\n\x1a", "\x1a\r\n", std::string(126, 'x') + "\a\r\n", std::string(127, 'x') + "\a\r\n",
               std::string(128, 'x') + "\a\r\n", std::string(129, 'x') + "\a\r\n");
  CAPTURE(text);
  git.write("file.txt", text);
  CHECK(BlobId::of(git_stored_text(text)).hex() ==
        git.git("-c core.autocrlf=input -c core.safecrlf=false hash-object file.txt"));
}
