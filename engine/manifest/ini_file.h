#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlx {

/// One `name = value` of an INI file as Python's tools read them: `#` and `;` begin lines that are comments,
/// and a line that is indented goes on with the value above it.
struct IniOption {
  struct Line {
    std::string text;        ///< without the blanks around it; not empty
    std::size_t number = 0;  ///< in the file, from 1
    bool operator==(const Line&) const = default;
  };
  std::string section;
  std::string name;
  std::vector<Line> lines;  ///< of the value

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
