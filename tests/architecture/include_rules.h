#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlx::test {

/// One line that a layer may not have.
struct Violation {
  std::string file;
  std::size_t line = 0;
  std::string rule;  ///< what holds instead

  bool operator==(const Violation&) const = default;
};

/// `file:line: rule`
[[nodiscard]] std::string to_string(const Violation& violation);

/// Checks one source file against section 2 of the design: who may include whom, and that
/// pure layers reach for no clock, environment, disk, network or database. `file` is its
/// path from the top of the repository.
[[nodiscard]] std::vector<Violation> check_includes(std::string_view file, std::string_view text);

}  // namespace mlx::test
