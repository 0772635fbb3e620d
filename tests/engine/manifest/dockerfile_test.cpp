#include "engine/manifest/dockerfile.h"

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

using Words = std::vector<std::string>;

Dockerfile read(std::string_view text) {
  auto file = read_dockerfile(text);
  REQUIRE(file);
  return *file;
}

}  // namespace

TEST_CASE("a Dockerfile says what its container is, and where it says so") {
  const Dockerfile file = read(
      "# syntax=docker/dockerfile:1\nFROM python:3.11-slim\nRUN pip install \\\n    # a comment between\n"
      "    uvicorn\nEXPOSE 8000/tcp 53/udp\nHEALTHCHECK --interval=5s --timeout=1s \\\n"
      "  CMD [\"curl\", \"-f\", \"http://localhost:8000/health\"]\nCMD [\"python\", \"-m\", \"src.api\"]\n");
  CHECK(file == Dockerfile{.base = "python:3.11-slim",
                           .ports = {"8000", "53/udp"},
                           .command = {"python", "-m", "src.api"},
                           .health_check = {"curl", "-f", "http://localhost:8000/health"},
                           .base_line = 2,
                           .ports_line = 6,
                           .command_line = 9,
                           .health_check_line = 7});
}

TEST_CASE("the last stage counts, with what it is built on") {
  const Dockerfile file = read(
      "FROM node:22 AS pages\nEXPOSE 3000\nCMD npm start\n"
      "FROM --platform=linux/amd64 python:3.12 as base\nEXPOSE 8000\nENTRYPOINT [\"uvicorn\"]\n"
      "FROM base\nCOPY --from=pages /x /x\nCMD [\"app:app\"]\n");
  CHECK(file.base == "python:3.12");
  CHECK(file.base_line == 4);
  CHECK(file.ports == Words{"8000"});
  CHECK(file.command == Words{"uvicorn", "app:app"});
}

TEST_CASE("an entry point in the shell form takes no arguments") {
  CHECK(read("FROM x\nCMD [\"never\"]\nENTRYPOINT exec python 'my app.py'\nCMD [\"neither\"]\n").command ==
        Words{"exec", "python", "my app.py"});
  CHECK(read("FROM x\nCMD [\"a\"]\nCMD [\"b\"]\n").command == Words{"b"});
  CHECK(read("FROM x\nCMD [\"a\", 1]\n").command == Words{"[a,", "1]"});
}

TEST_CASE("variables of Dockerfiles have the values that the file gives them") {
  const Dockerfile file = read(
      "ARG VERSION=3.11\nARG PORT=1\nFROM python:${VERSION}-slim\nEXPOSE ${PORT:-7000}\n"
      "ENV A=8000 B=\"$A\"\nENV OLD 9 \nARG UNKNOWN\nARG VERSION\nEXPOSE $B ${UNKNOWN} $OLD ${VERSION}\n");
  CHECK(file.base == "python:3.11-slim");
  CHECK(file.ports == Words{"7000", "8000", "9", "3.11"});
  CHECK(read("FROM $IMAGE\n").base == "$IMAGE");
}

TEST_CASE("a health check can be taken back") {
  CHECK(read("FROM a AS b\nHEALTHCHECK CMD curl -f localhost || exit 1\nFROM b\n").health_check.size() == 6);
  CHECK(read("FROM a AS b\nHEALTHCHECK CMD true\nFROM b\nHEALTHCHECK NONE\n").health_check.empty());
}

TEST_CASE("here-documents and other escapes are passed over") {
  CHECK(read("FROM a\nRUN <<EOF bash\nEXPOSE 1\nEOF\nCOPY <<-\"A\" <<B /x/\nEXPOSE 2\nA\nEXPOSE 3\nB\n"
             "EXPOSE 4\n")
            .ports == Words{"4"});
  CHECK(read("# escape=`\nFROM a\nEXPOSE 1 `\n  2\nRUN dir C:\\\nEXPOSE 3\n").ports == Words{"1", "2", "3"});
  CHECK(read("FROM a\r\nEXPOSE 1 \\\r\n 2\r\n").ports == Words{"1", "2"});
}

TEST_CASE("what is no Dockerfile says nothing, and any bytes are survived") {
  for (const char* text : {"", "EXPOSE 1\n", "FROM\n", "FROM --x=y\n", "hello\n", "\xff\xfe\\", "\\", "#"})
    CHECK_FALSE(read_dockerfile(text));
  CHECK_NOTHROW(read_dockerfile("FROM a\nRUN <<EOF\nnever ends"));
  CHECK_NOTHROW(read_dockerfile("FROM a\nEXPOSE ${A:-" + std::string(100'000, '$') + "{"));
  CHECK_NOTHROW(read_dockerfile("FROM a\nCMD " + std::string(100'000, '[')));
  CHECK_NOTHROW(read_dockerfile("FROM ${" + std::string(200, 'A') + ":-${B:-${C:-${D:-}}}}\nCMD \"open\n"));
}
