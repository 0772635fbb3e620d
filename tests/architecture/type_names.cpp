#include "tests/architecture/type_names.h"

#include <regex>
#include <sstream>

namespace mlx::test {

std::vector<std::string> shared_types(std::string_view text) {
  static const std::regex opening(R"(namespace ?([\w:]*) \{)");
  static const std::regex type(
      R"((?:struct|enum class|enum|class) ((?!class )[\w:]+)(?: [^;]*| [^;]*\{.*)?)");
  std::vector<std::string> spaces;
  std::vector<std::string> types;
  std::istringstream lines{std::string(text)};
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("}  // namespace") && !spaces.empty()) {
      spaces.pop_back();
    } else if (std::regex_match(line, match, opening)) {
      spaces.push_back(match[1]);
    } else if (std::regex_match(line, match, type)) {
      std::string name;
      bool is_shared = true;
      for (const std::string& space : spaces) {
        is_shared = is_shared && !space.empty();
        name += space + "::";
      }
      if (is_shared) types.push_back(name + match[1].str());
    }
  }
  return types;
}

}  // namespace mlx::test
