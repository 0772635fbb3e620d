#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/finding.h"
#include "engine/io/run_program.h"

namespace mlx {

/// One thing that was done for a project after its files were written, or is left to be done.
struct ToolStep {
  std::string name;
  bool is_done = false;
  std::string message;  ///< what was done, or why it was not
  std::string detail;   ///< the last line of a tool that failed; it may be another one each time
  std::string command;  ///< that does it later; empty if it is done
};

/// Brings up to date what other tools write for a project: their locks, and the files of projen. Runs them in
/// the project, whose code they may run: for whoever asked for that. What is missing is said, never installed
/// outside of the project.
class ProjectTools {
 public:
  struct Options {
    bool is_offline = false;
    /// Which variables of this process's environment the tools get; empty: all. Those that tell uv to work
    /// elsewhere, or not at all, they never get.
    std::function<bool(std::string_view name)> passes = {};
  };

  ProjectTools(std::filesystem::path directory, Options options)
      : directory_(std::move(directory)), options_(std::move(options)) {}

  /// Whether the environment, in which projen is, has what the project declares.
  enum class Environment {
    kAsItIs,
    kInstalled,  ///< by uv, first
  };

  /// `uv lock`, or what else makes a lock of that name.
  [[nodiscard]] ToolStep lock(const std::string& file) const;
  /// Runs `.projenrc.py`, as `npx projen` would.
  [[nodiscard]] ToolStep synthesise(Environment environment) const;

  /// Does what findings of an applied plan leave to other tools, and takes those findings out. Where projen
  /// could not be run, nothing is locked: a lock is made of what it writes.
  [[nodiscard]] std::vector<ToolStep> bring_up_to_date(std::vector<Finding>& findings) const;

 private:
  /// Runs a program and its words in the project, and says in the step if that did not work.
  [[nodiscard]] bool succeeds(ProgramCall call, ToolStep& step) const;
  [[nodiscard]] std::vector<std::string> uv(std::vector<std::string> arguments) const;

  std::filesystem::path directory_;
  Options options_;
};

/// `uv` of `uv.lock`: tools are called as their locks.
[[nodiscard]] std::string tool_of(const std::string& lock);

/// What one of these findings is left to and is not installed, as a sentence; empty if nothing is missing.
[[nodiscard]] std::string missing_tool(const std::vector<Finding>& findings);

}  // namespace mlx
