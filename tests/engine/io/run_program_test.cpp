#include "engine/io/run_program.h"

#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <sys/wait.h>

using mlx::run_program;

namespace {

mlx::ProgramCall shell(std::string script, const std::filesystem::path& directory = "/") {
  return {.command = {"sh", "-c", std::move(script)}, .directory = directory};
}

}  // namespace

TEST_CASE("a program's end and what it said on both streams") {
  const auto done = run_program(shell("echo out; echo err >&2; exit 3"));
  REQUIRE(done);
  CHECK(done->status == 3);
  CHECK(done->output == "out\nerr\n");
  CHECK(run_program(shell("kill -9 $$"))->status == 128 + 9);
}

TEST_CASE("it runs in its directory, with its settings, and nothing to read") {
  mlx::ProgramCall call = shell("pwd; echo \"$ONE\"; cat; echo read", "/usr");
  call.settings = {{"ONE", "1"}};
  CHECK(run_program(call)->output == "/usr\n1\nread\n");
}

TEST_CASE("it gets the variables that are passed on, and its settings in any case") {
  mlx::ProgramCall call = shell("env | cut -d= -f1 | sort");
  call.settings = {{"ONE", "1"}};
  call.passes = [](std::string_view name) { return name == "PATH"; };
  const std::string names = run_program(call)->output;
  CHECK(names.contains("ONE\n"));
  CHECK(names.contains("PATH\n"));
  CHECK_FALSE(names.contains("HOME\n"));
}

TEST_CASE("of much output the end is kept") {
  const auto done =
      run_program(shell("i=0; while [ $i -lt 40000 ]; do echo 0123456789; i=$((i+1)); done; echo last"));
  REQUIRE(done);
  CHECK(done->output.size() <= 64 * 1024UL);
  CHECK(done->output.ends_with("0123456789\nlast\n"));
}

TEST_CASE("a program that is not there, and one that cannot be run") {
  CHECK(run_program({.command = {"no-such-program-anywhere"}, .directory = "/"}).error().code ==
        mlx::ErrorCode::kNotFound);
  CHECK(mlx::find_program("/etc/passwd").empty());
  CHECK_FALSE(mlx::find_program("sh").empty());
}

TEST_CASE("a program that takes too long is killed with what it started") {
  mlx::ProgramCall call = shell("sleep 100 & echo $!; wait");
  call.deadline = std::chrono::seconds(1);
  const auto done = run_program(call);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == mlx::ErrorCode::kUnavailable);
}

TEST_CASE("what it leaves running in the background is not waited for") {
  const auto done = run_program(shell("sleep 100 & echo $!"));
  REQUIRE(done);
  CHECK(done->status == 0);
  const pid_t left = std::stoi(done->output);
  CHECK(::kill(left, SIGKILL) == 0);
}

TEST_CASE("an end that cannot be seen is no success") {
  struct sigaction ignored{};
  struct sigaction before{};
  ignored.sa_handler = SIG_IGN;
  ::sigaction(SIGCHLD, &ignored, &before);
  const auto done = run_program(shell("exit 1"));
  ::sigaction(SIGCHLD, &before, nullptr);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == mlx::ErrorCode::kIo);
}
