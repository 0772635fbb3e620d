#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlx {

enum class Severity { kInfo, kWarning, kError };

[[nodiscard]] std::string_view to_string(Severity severity);

/// Where a finding can be seen. Lines count from 1; 0 is the file as a whole.
struct Evidence {
  std::string file;
  std::size_t line = 0;

  bool operator==(const Evidence&) const = default;
};

/// `file:line`, or `file`.
[[nodiscard]] std::string to_string(const Evidence& evidence);

/// One fact that a person should know, with what shows it and what to do about it.
/// A finding of severity kError stops the change that it was found for.
struct Finding {
  std::string code;  ///< stable, kebab-case: `file-exists`
  Severity severity = Severity::kInfo;
  std::string message;
  std::string remedy;  ///< empty if there is nothing to do
  std::vector<Evidence> evidence;

  bool operator==(const Finding&) const = default;
};

}  // namespace mlx
