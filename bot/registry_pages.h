#pragma once

#include <string>
#include <string_view>

#include "bot/server.h"
#include "engine/base/error.h"
#include "engine/index/snapshot.h"

namespace mlx::bot {

/// Serves a catalogue for `mlx` and for the client of shadcn: `/r/registry.json`, `/r/NAME.json`,
/// `/r/NAME@VERSION.json`, and `/registry.json`. `catalogue` is asked for at each request, so that what
/// changes on disk is seen. Items name what they require by address, below `address`
/// (`http://127.0.0.1:8080`): the client of shadcn takes no other. Without one they
/// stay as they are. kNotFound for anything else;
/// other errors if the file is there and is not JSON, or cannot be read.
[[nodiscard]] Result<Content> registry_page(const Snapshot& catalogue, std::string_view path,
                                            std::string_view address);

}  // namespace mlx::bot
