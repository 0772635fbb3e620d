#pragma once

#include <string>
#include <vector>

#include "engine/component/registries.h"
#include "engine/plan/change_plan.h"
#include "engine/plan/create/foundation.h"

namespace mlx {

struct CreateRequest {
  ProjectName name;
  std::vector<std::string> components;  ///< `NAME` or `@REGISTRY/NAME`
  bool takes_all = false;               ///< every component of the default registry instead
  bool with_projen = true;              ///< if the registry has a component that brings a `.projenrc.py`
  PythonRelease python;
  ForgeKind forge = ForgeKind::kGithub;
  std::string registry;  ///< its address as the project names it; empty for the catalogue that came with MLX
};

/// What a new project is made of: the plan, on nothing, and what its files say of it.
struct NewProject {
  ChangePlan plan;
  bool has_projen = false;
};

/// Plans a project from nothing: its own files, and the components with what they require, as plan_add()
/// would inject them. With projen, `.projenrc.py` declares what pyproject.toml says, which then is a
/// generated file: synthesising it changes its form and nothing that it says.
///
/// Fails as plan_add() does. A Python that is older than a component needs is a finding that blocks.
[[nodiscard]] Result<NewProject> plan_create(const CreateRequest& request, const Registries& registries);

}  // namespace mlx
