#include <algorithm>

#include "engine/component/extract/declarations.h"

namespace mlx {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\f\v";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// Where one finds oneself in the file, line by line.
struct Place {
  std::string_view section;
  std::string_view key;
  std::size_t line = 0;
};

class SetupCfgReader {
 public:
  SetupCfgReader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  SetupFile run() {
    Place place;
    for (std::string_view rest = text_; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      ++place.line;
      read_line(line, place);
    }
    return std::move(found_);
  }

 private:
  void read_line(std::string_view line, Place& place) {
    const std::string_view content = trimmed(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') return;
    const bool is_continued = line.front() == ' ' || line.front() == '\t';
    if (is_continued) {
      if (!place.key.empty()) add(place, content);
      return;
    }
    if (content.front() == '[') {
      place.section = content.substr(1, content.find(']') - 1);
      place.key = {};
      return;
    }
    const auto separator = content.find_first_of("=:");
    if (separator == std::string_view::npos) return;
    place.key = trimmed(content.substr(0, separator));
    const std::string_view value = trimmed(content.substr(separator + 1));
    if (!value.empty()) add(place, value);
  }

  void add(const Place& place, std::string_view value) {
    const Evidence evidence{.file = file_, .line = place.line};
    if (place.section == "metadata" && place.key == "name") found_.name = value;
    if (place.section == "options" && place.key == "python_requires") {
      found_.requires_python = value;
      found_.requires_python_place = evidence;
    }
    if (place.section == "options" && place.key == "install_requires") add_requirement(value, "", evidence);
    if (place.section == "options" && place.key == "tests_require") add_requirement(value, "test", evidence);
    if (place.section == "options.extras_require") add_requirement(value, place.key, evidence);
    if (place.section == "options.packages.find" && place.key == "where")
      found_.package_directories.emplace_back(value);
    const auto equals = value.find('=');
    if (equals == std::string_view::npos) return;
    const std::string_view left = trimmed(value.substr(0, equals));
    const std::string_view right = trimmed(value.substr(equals + 1));
    if (place.section == "options" && place.key == "package_dir" && left.empty())
      found_.package_directories.emplace_back(right);
    const bool is_script = place.key == "console_scripts" || place.key == "gui_scripts";
    if (place.section == "options.entry_points" && is_script)
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
