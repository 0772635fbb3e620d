#pragma once

#include <string>
#include <vector>

#include "engine/component/registries.h"
#include "engine/index/snapshot.h"

namespace mlx {

enum class Health { kOk, kWarning, kError };

[[nodiscard]] std::string_view to_string(Health health);

/// One thing that was looked at.
struct Check {
  std::string name;  ///< stable, kebab-case: `lock-files`
  Health health = Health::kOk;
  std::string message;
  std::string remedy;  ///< empty if there is nothing to do

  bool operator==(const Check&) const = default;
};

/// Checks what a project's files say about it: its configuration, pyproject.toml, layout, mlx.lock
/// and the files and requirements that it names, and whether its tools' lock files are behind. Never
/// fails: what cannot be read is a check with an error. `registries` may be null.
[[nodiscard]] std::vector<Check> check_project(const Snapshot& project, const Registries* registries);

}  // namespace mlx
