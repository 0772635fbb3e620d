#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/finding.h"
#include "engine/manifest/requirement.h"

namespace mlx {

/// The group of what a file of lowest versions pins.
inline constexpr std::string_view kLowestVersions = "lowest-versions";

/// A distribution that a project declares, or that its lock file has.
struct ProjectDistribution {
  Requirement requirement;
  std::string group;      ///< of a dependency group or an extra; empty for a main dependency
  std::string directory;  ///< of the project that declares it; empty for the top of the repository
  Evidence evidence;

  bool operator==(const ProjectDistribution&) const = default;
};

/// What setup.cfg or setup.py says, as far as it stands there literally.
struct SetupFile {
  std::string name;
  std::string requires_python;
  Evidence requires_python_place;
  std::vector<ProjectDistribution> distributions;
  std::vector<std::pair<std::string, Evidence>> scripts;  ///< `name = module:function`
  std::vector<std::string> package_directories;           ///< where packages are looked for, relative to it

  bool operator==(const SetupFile&) const = default;
};

/// `[metadata]`, `[options]`, `[options.extras_require]`, `[options.entry_points]` and where packages are
/// found. Lines that are no requirements, such as `file: requirements.txt`, are passed over.
[[nodiscard]] SetupFile read_setup_cfg(std::string_view text, const std::string& file);

/// The arguments of `setup()`: lists and dictionaries of strings, by name too, joined by `+` or unpacked.
/// Nothing is run: what is computed is not known, and left out.
[[nodiscard]] SetupFile read_setup_py(std::string_view text, const std::string& file);

}  // namespace mlx
