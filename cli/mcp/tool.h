#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/mcp/revision.h"

namespace mlx::mcp {

enum class ParameterKind {
  kText,   ///< a string
  kTexts,  ///< a list of strings, each different
  kFlag,
  kCount,  ///< a whole number from 1 to 100
};

struct Parameter {
  std::string name;
  ParameterKind kind = ParameterKind::kText;
  std::string description;
  bool is_required = false;
};

/// What a model may call, and what it is told about it.
struct Tool {
  std::string name;
  std::string title;
  std::string description;
  std::vector<Parameter> parameters;
  nlohmann::json output_schema;  ///< of a JSON object
  bool is_read_only = true;      ///< else it adds things, and doing it again changes nothing
};

/// What a call came to.
struct ToolOutcome {
  nlohmann::json value;              ///< as the output schema says; null if there is none
  std::vector<std::string> remarks;  ///< for the model to read beside the value, or instead of it
  bool is_error = false;
};

/// The tool as `tools/list` shows it.
[[nodiscard]] nlohmann::json described(const Tool& tool, Revision revision);

/// The outcome as `tools/call` answers it: the value as it is where the revision has that, and as text for
/// those who read that only.
[[nodiscard]] nlohmann::json call_result(const ToolOutcome& outcome, Revision revision);

/// What is wrong with arguments, an object, in words that a model can act on; empty if nothing is.
[[nodiscard]] std::string complaint_about(const nlohmann::json& arguments, const Tool& tool);

}  // namespace mlx::mcp
