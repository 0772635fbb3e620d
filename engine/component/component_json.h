#pragma once

#include <nlohmann/json.hpp>

#include "engine/component/component.h"

namespace mlx {

/// What a component provides, as component.json has it; `mlx info --json` shows the same.
[[nodiscard]] nlohmann::ordered_json provides_json(const ComponentProvisions& provides);

}  // namespace mlx
