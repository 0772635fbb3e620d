#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/component/component.h"
#include "engine/plan/create/project_name.h"

namespace mlx {

/// Whose continuous integration a new project is given.
enum class ForgeKind { kGithub, kGitlab };

/// A version of Python: `3.11`.
struct PythonRelease {
  int major = 3;
  int minor = 11;

  [[nodiscard]] std::string text() const { return std::to_string(major) + "." + std::to_string(minor); }
};

/// What all files of a new project are made from.
struct Foundation {
  ProjectName name;
  PythonRelease python;
  ForgeKind forge = ForgeKind::kGithub;
  std::string registry;               ///< that mlx.toml names; empty if none
  bool has_projen = false;            ///< projen writes pyproject.toml, from `.projenrc.py`
  std::vector<Component> components;  ///< requirements first
  bool has_long_lines = false;        ///< lines that the linter would complain of
  [[nodiscard]] const ProvidedContainer* server() const;
  /// `python -m fraud_score.api`, of its container, or of a component that has another program to run.
  [[nodiscard]] std::string module_command(const std::string& command) const;
  [[nodiscard]] std::vector<std::string> programs() const;  ///< `fraud_score.cli`, for `python -m`
};

/// What a new project says of itself.
inline constexpr std::string_view kDescription = "An ML service on components of MLX";

using NewFiles = std::map<std::string, std::string>;

// Each adds files by their paths. What a component is called is not asked, only what it has.

/// pyproject.toml without the components' dependencies, the package, and a test that it can be imported.
void add_python_files(const Foundation& foundation, NewFiles& files);
/// The Makefile, pre-commit's hooks, `.gitignore` and mlx.toml.
void add_work_files(const Foundation& foundation, NewFiles& files);
/// Dockerfile, `.dockerignore` and compose.yaml, if something serves.
void add_container_files(const Foundation& foundation, NewFiles& files);
/// Workflows of GitHub's, or the file of GitLab's.
void add_pipeline_files(const Foundation& foundation, NewFiles& files);
void add_readme(const Foundation& foundation, NewFiles& files);

/// The text with each `@KEY@` replaced by its value.
[[nodiscard]] std::string filled(std::string_view text,
                                 const std::map<std::string, std::string, std::less<>>& values);

}  // namespace mlx
