#pragma once

#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/manifest/edit_origins.h"
#include "engine/manifest/pyproject_edit.h"

namespace mlx {

// What pyproject_edit.h does, for a project whose pyproject.toml projen generates: dependencies are declared
// in `.projenrc.py`. Main ones are in the constructor's `deps` or in calls of `add_dependency`, those of any
// group in `dev_deps` or calls of `add_dev_dependency`, since projen has no other groups.
//
// All fail with kInvalidInput, the place and the reason where that cannot be read or edited: Python that is
// not valid, lists that are computed, a module of another form (see read_projen_program), or a requirement
// that projen cannot pass on. The caller says what is to be written by hand.

/// Every dependency that the program declares. `text` is as written there: PEP 508, or projen's own
/// `NAME@^1`.
[[nodiscard]] Result<std::vector<DeclaredDependency>> read_projen_dependencies(std::string_view text,
                                                                               std::string_view file);

/// Adds to the list if there is one, else by calls before `synth()`, behind others of their kind.
[[nodiscard]] Result<DependencyEdit> add_projen_dependencies(
    std::string_view text, std::string_view file, const std::vector<DependencyAddition>& additions);

[[nodiscard]] Result<DependencyRemoval> remove_projen_dependencies(
    std::string_view text, std::string_view file, const std::vector<DependencyAddition>& additions,
    EditOrigins& origins);

[[nodiscard]] Result<DependencyReplacement> replace_projen_dependencies(
    std::string_view text, std::string_view file, const std::vector<DependencyChange>& changes);

}  // namespace mlx
