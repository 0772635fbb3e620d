#pragma once

#include <set>

#include "engine/plan/rules/component_room.h"
#include "engine/plan/rules/room_files.h"

namespace mlx {

struct SettingsSources {
  const Snapshot& project;
  const RepoIndex& index;
  const std::set<FileId>& code;  ///< of the component
};

/// Reads how a component is configured: its settings classes, the entries of its files that say what belongs
/// into them, and Hydra's list of groups.
[[nodiscard]] Result<void> read_room_settings(const SettingsSources& sources, const RoomFiles& files,
                                              ComponentRoom& room);

}  // namespace mlx
