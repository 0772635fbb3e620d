#pragma once

#include <optional>
#include <set>

#include "engine/plan/rules/component_room.h"

namespace mlx {

struct NameSources {
  const RepoIndex& index;
  const ProjectLayout& layout;
  const Lock& lock;
  const std::set<FileId>& files;  ///< of the component's code
  std::optional<FileId> package;  ///< the `__init__.py` that offers its names
};

/// Reads what others use of a component: decorators, protocols and classes that are there to be extended, and
/// the names that its package lists in `__all__`. Errors are left out, and what is named already.
void read_room_names(const NameSources& sources, ComponentRoom& room);

}  // namespace mlx
