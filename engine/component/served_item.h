#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace mlx {

/// A component's files as they stand in a registry's directory, by path: `component.json` and
/// its templates.
using ServedFiles = std::map<std::string, std::string>;

/// Reads one `NAME.json` of a registry that is served over HTTP (docs/formats.md): a shadcn item
/// that carries its component.json in `meta.mlx.component`. `file` is its name for messages.
/// Paths are checked to stay inside; the contents are not, which is for whoever has the digests.
[[nodiscard]] Result<ServedFiles> read_served_item(std::string_view json, std::string_view file);

/// Is everything of it what the component.json with this digest promises?
[[nodiscard]] bool is_intact(const ServedFiles& files, std::string_view component_sha256);

}  // namespace mlx
