#include "engine/component/extract/declarations.h"
#include "engine/manifest/ini_file.h"

namespace mlx {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\f\v";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

class SetupCfgReader {
 public:
  SetupCfgReader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  SetupFile run() {
    for (const IniOption& option : read_ini_file(text_).options) {
      for (const IniOption::Line& line : option.lines) add(option, line);
    }
    return std::move(found_);
  }

 private:
  void add(const IniOption& option, const IniOption::Line& line) {
    const std::string_view value = line.text;
    const Evidence evidence{.file = file_, .line = line.number};
    const bool is_general = option.section == "options";
    if (option.section == "metadata" && option.name == "name") found_.name = value;
    if (is_general && option.name == "python_requires") {
      found_.requires_python = value;
      found_.requires_python_place = evidence;
    }
    if (is_general && option.name == "install_requires") add_requirement(value, "", evidence);
    if (is_general && option.name == "tests_require") add_requirement(value, "test", evidence);
    if (option.section == "options.extras_require") add_requirement(value, option.name, evidence);
    if (option.section == "options.packages.find" && option.name == "where")
      found_.package_directories.emplace_back(value);
    const auto equals = value.find('=');
    if (equals == std::string_view::npos) return;
    const std::string_view left = trimmed(value.substr(0, equals));
    const std::string_view right = trimmed(value.substr(equals + 1));
    if (is_general && option.name == "package_dir" && left.empty())
      found_.package_directories.emplace_back(right);
    const bool is_script = option.name == "console_scripts" || option.name == "gui_scripts";
    if (option.section == "options.entry_points" && is_script)
      found_.scripts.emplace_back(std::string(left) + " = " + std::string(right), evidence);
  }

  void add_requirement(std::string_view value, std::string_view group, const Evidence& evidence) {
    auto requirement = parse_requirement(trimmed(value.substr(0, value.find(" #"))));
    if (!requirement) return;
    found_.distributions.push_back({.requirement = *std::move(requirement),
                                    .group = std::string(group),
                                    .directory = {},
                                    .evidence = evidence});
  }

  std::string_view text_;
  const std::string& file_;
  SetupFile found_;
};

}  // namespace

SetupFile read_setup_cfg(std::string_view text, const std::string& file) {
  return SetupCfgReader(text, file).run();
}

}  // namespace mlx
