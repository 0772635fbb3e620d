#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mlx {

/// One `name = value` of an INI file as Python's tools read them: `#` and `;` begin lines that are comments,
/// and a line that is indented goes on with the value above it.
struct IniOption {
  std::string section;
  std::string name;
  std::vector<std::string> lines;  ///< of the value, without the blanks around each; no empty ones

  bool operator==(const IniOption&) const = default;
};

struct IniFile {
  std::vector<std::string> sections;
  std::vector<IniOption> options;  ///< in their order

  [[nodiscard]] bool has_section(std::string_view name) const;
};

/// What is no INI file has no options: nothing is an error.
[[nodiscard]] IniFile read_ini_file(std::string_view text);

}  // namespace mlx
