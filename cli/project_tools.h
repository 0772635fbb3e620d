#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/plan/change_plan.h"

namespace mlx::cli {

/// One thing that was done for a project after its files were written, or is left to be done.
struct Step {
  std::string name;
  bool is_done = false;
  std::string message;  ///< what was done, or why it was not
  std::string command;  ///< that does it later; empty if it is done
};

/// Brings up to date what other tools write for a project: their locks, and the files of projen. Runs them in
/// the project, whose code they may run: for whoever asked for that. What is missing is said, never installed
/// outside of the project.
class ProjectTools {
 public:
  ProjectTools(std::filesystem::path directory, bool is_offline)
      : directory_(std::move(directory)), is_offline_(is_offline) {}

  /// Whether the environment, in which projen is, has what the project declares.
  enum class Environment {
    kAsItIs,
    kInstalled,  ///< by uv, first
  };

  /// `uv lock`, or what else makes a lock of that name.
  [[nodiscard]] Step lock(const std::string& file) const;
  /// Runs `.projenrc.py`, as `npx projen` would.
  [[nodiscard]] Step synthesise(Environment environment) const;

 private:
  std::filesystem::path directory_;
  bool is_offline_;
};

/// Does what findings of an applied plan leave to other tools, and takes those findings out of it. Where
/// projen could not be run, nothing is locked: a lock is made of what it writes.
[[nodiscard]] std::vector<Step> bring_up_to_date(ChangePlan& plan, const std::filesystem::path& directory,
                                                 bool is_offline);

/// Names the lock of the workspace around a project among the findings, if the plan changes dependencies.
void note_workspace_lock(ChangePlan& plan, const std::filesystem::path& directory);

[[nodiscard]] nlohmann::json steps_json(const std::vector<Step>& steps);
/// A line for each.
[[nodiscard]] std::string steps_text(const std::vector<Step>& steps);
/// What else is to be done to take a change back whose steps were done.
[[nodiscard]] std::string undo_text(const std::vector<Step>& steps);

}  // namespace mlx::cli
