#pragma once

#include <string_view>
#include <vector>

#include "engine/component/extract/boundaries.h"
#include "engine/manifest/environment_example.h"

namespace mlx {

struct FoundVariable {
  EnvironmentVariable variable;
  std::vector<Evidence> evidence;  ///< every place that reads it; the first is the variable's own
};

/// The environment variables that a component reads: in its code, through pydantic's settings classes,
/// and in its Hydra configuration (`${oc.env:NAME,default}`). Descriptions come from the comments in
/// `.env.example`, else from beside the place. Variables that every process has (`PATH`) are left out.
[[nodiscard]] std::vector<FoundVariable> find_variables(const Platform& platform, const ComponentPart& part);

/// Does the name say, as whole words, that the value is a secret? `API_KEY` and `DB_PASSWORD` do;
/// `MAX_TOKENS`, `API_KEY_HEADER`, `KEYSPACE` and `EOS_TOKEN` do not.
[[nodiscard]] bool names_secret(std::string_view variable);

}  // namespace mlx
