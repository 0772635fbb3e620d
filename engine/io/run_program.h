#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"

namespace mlx {

/// A program of the machine's, to be run to its end.
struct ProgramCall {
  std::vector<std::string>
      command;  ///< the program, looked for on PATH if it has no slash, and its arguments
  std::filesystem::path directory;
  std::map<std::string, std::string> settings = {};  ///< environment variables, beside those of this process
  /// Which variables of this process the program gets; empty: all.
  std::function<bool(std::string_view name)> passes = {};
  std::chrono::seconds deadline{600};
};

struct ProgramResult {
  int status = 0;      ///< as a shell says it: 128 and the signal's number for one that was killed
  std::string output;  ///< the end of what it wrote to either stream, at most 64 KiB
};

/// Runs it with nothing on its standard input. What it leaves running in the background is not waited for.
/// kNotFound if there is no such program, kUnavailable if it did not end in time: then it was killed, with
/// all that it had started in its process group. A signal that asks this process to end (SIGINT, SIGTERM,
/// SIGHUP) goes to the program's group first.
[[nodiscard]] Result<ProgramResult> run_program(const ProgramCall& call);

/// The program's path as run_program() would find it; empty if there is none.
[[nodiscard]] std::filesystem::path find_program(const std::string& name);

}  // namespace mlx
