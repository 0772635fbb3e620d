#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlx {

/// A scalar of a YAML text, and where it stands.
struct YamlScalar {
  std::vector<std::string> path;  ///< keys from the top; elements of a sequence as `[0]`
  std::string text;               ///< its value; of a block scalar, and with escapes, as written
  std::size_t line = 0;
  std::string comment;  ///< the comment lines directly above, on one line, without `#`

  bool operator==(const YamlScalar&) const = default;
};

/// The scalars of a YAML text, in order; those of all its documents. A text with errors yields what
/// can be read. Aliases are not followed.
[[nodiscard]] std::vector<YamlScalar> read_yaml(std::string_view text);

}  // namespace mlx
