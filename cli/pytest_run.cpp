#include "cli/pytest_run.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "cli/environment.h"
#include "engine/io/run_program.h"

namespace mlx::cli {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

/// What runs Python with the project's dependencies: the environment that is active, its own, or uv's.
std::vector<std::string> python_of(const fs::path& directory) {
  const fs::path active = environment_variable("VIRTUAL_ENV").value_or("");
  if (!active.empty() && is_there(active / "bin/python")) return {(active / "bin/python").string()};
  const fs::path own = fs::absolute(directory) / ".venv/bin/python";
  if (is_there(own)) return {own.string()};
  if (is_there(directory / "uv.lock") && !find_program("uv").empty()) return {"uv", "run", "python"};
  return {"python3"};
}

/// A quarter of what the system takes for arguments and environment. If there are more, all is run: that is
/// never wrong.
bool is_too_long(const std::vector<std::string>& arguments) {
  const long most = ::sysconf(_SC_ARG_MAX);
  std::size_t size = 0;
  for (const std::string& argument : arguments) size += argument.size() + 1 + sizeof(char*);
  return most > 0 && size > static_cast<std::size_t>(most) / 4;
}

}  // namespace

Error run_pytest(const std::string& directory, const TestSelection& selection,
                 const std::vector<std::string>& arguments) {
  std::vector<std::string> command = python_of(directory);
  command.insert(command.end(), {"-m", "pytest"});
  command.insert(command.end(), arguments.begin(), arguments.end());
  std::vector<std::string> ignored;
  ignored.reserve(selection.unselected.size());
  for (const std::string& file : selection.unselected) ignored.push_back("--ignore=" + file);
  if (is_too_long(ignored)) {
    fmt::print(stderr, "mlx: there are too many files to name, so all tests are run\n");
  } else {
    command.insert(command.end(), ignored.begin(), ignored.end());
  }
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (std::string& word : command) words.push_back(word.data());
  words.push_back(nullptr);
  std::ignore = std::fflush(stdout);
  if (::chdir(directory.c_str()) != 0)
    return {.code = ErrorCode::kIo, .message = directory + ": " + std::strerror(errno)};
  ::execvp(words.front(), words.data());
  return {.code = ErrorCode::kIo,
          .message = "cannot run " + command.front() + ": " + std::strerror(errno) +
                     "; make the project's environment (`uv sync`, or `python3 -m venv .venv`)"};
}

}  // namespace mlx::cli
