#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mlx::testing {

/// The variables of a job.
using Values = std::map<std::string, std::string, std::less<>>;

/// Reads them as an environment is read.
inline auto lookup_in(const Values& values) {
  return [&values](std::string_view name) {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

}  // namespace mlx::testing
