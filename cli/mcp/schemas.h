#pragma once

#include <string_view>

namespace mlx::mcp {

/// The JSON Schema of what a command answers with `--json`: `docs/schema/cli-COMMAND.json`. Empty if there is
/// none in the program.
[[nodiscard]] std::string_view answer_schema(std::string_view command);

}  // namespace mlx::mcp
