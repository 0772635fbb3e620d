#pragma once

#include <vector>

#include "cli/commands.h"
#include "cli/mcp/session.h"
#include "cli/mcp/tool.h"

namespace mlx::cli {

struct ToolAccess {
  ProjectArguments project;
  bool may_write = false;
};

/// The commands that a model may call, as far as it may.
[[nodiscard]] std::vector<mcp::Tool> mcp_tools(const ToolAccess& access);

/// Calls one of them. What it fails with is an outcome, too. Nothing is kept between calls: the project may
/// have changed.
[[nodiscard]] mcp::ToolOutcome call_mcp_tool(const mcp::ToolCall& call, const ToolAccess& access);

}  // namespace mlx::cli
