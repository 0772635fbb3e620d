#pragma once

#include <filesystem>
#include <string>

namespace mlx::cli {

struct ToolOutcome {
  bool is_done = false;
  std::string message;  ///< what was done, or why it was not
};

/// Brings up to date what other tools write for a project: uv's lock, and the files of projen. Runs them in
/// the project, whose code they may run: for whoever asked for that. What is missing is said, never installed
/// outside of the project.
class ProjectTools {
 public:
  ProjectTools(std::filesystem::path directory, bool is_offline)
      : directory_(std::move(directory)), is_offline_(is_offline) {}

  /// `uv lock`.
  [[nodiscard]] ToolOutcome lock() const;
  /// Installs the project with uv and runs its `.projenrc.py`, as `npx projen` would.
  [[nodiscard]] ToolOutcome synthesise() const;

 private:
  std::filesystem::path directory_;
  bool is_offline_;
};

}  // namespace mlx::cli
