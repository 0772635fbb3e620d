#include "engine/advise/test_selection/entry_points.h"

#include <algorithm>

#include "engine/manifest/ini_file.h"
#include "engine/manifest/toml_document.h"

namespace mlx {
namespace {

std::string module_of(std::string_view reference) {
  reference = reference.substr(0, reference.find_first_of(":["));
  while (reference.ends_with(' ')) reference.remove_suffix(1);
  return std::string(reference);
}

void add_scripts(const TomlValue& table, EntryPoints& points) {
  for (const auto& [name, value] : table.members()) {
    if (value.kind() == TomlKind::kString) points.modules.insert_or_assign(name, module_of(value.scalar()));
  }
}

void add_groups(const TomlValue& groups, EntryPoints& points) {
  for (const auto& [group, table] : groups.members()) {
    for (const auto& [name, value] : table.members()) {
      if (value.kind() != TomlKind::kString) continue;
      const std::string module = module_of(value.scalar());
      points.modules.insert_or_assign(name, module);
      (group == "pytest11" ? points.pytest_plugins : points.offered).push_back(module);
    }
  }
}

/// `[options.entry_points]` of a setup.cfg: groups, and a `name = module:attribute` on each line of one.
void add_setup_cfg(const IniFile& settings, EntryPoints& points) {
  for (const IniOption& group : settings.options) {
    if (group.section != "options.entry_points") continue;
    for (const IniOption::Line& option : group.lines) {
      const std::string& line = option.text;
      const auto equals = line.find('=');
      if (equals == std::string::npos) continue;
      const auto name_end = line.find_last_not_of(" \t", equals - 1);
      const auto begin = line.find_first_not_of(" \t", equals + 1);
      if (equals == 0 || begin == std::string::npos) continue;
      const std::string module = module_of(std::string_view(line).substr(begin));
      points.modules.insert_or_assign(line.substr(0, name_end + 1), module);
      if (group.name == "pytest11") points.pytest_plugins.push_back(module);
      if (!group.name.ends_with("_scripts")) points.offered.push_back(module);
    }
  }
}

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Does the name from `begin` to `end` stand by itself behind a key, or in a list?
bool is_whole_value(std::string_view text, std::size_t begin, std::size_t end) {
  if (begin == end) return false;
  constexpr std::string_view kAround = " \t\"'";
  const auto before = begin == 0 ? std::string_view::npos : text.find_last_not_of(kAround, begin - 1);
  const auto after = std::min(text.find_first_not_of(" \t\"'\r", end), text.size());
  const bool begins = before != std::string_view::npos && std::string_view(":=-[,\n").contains(text[before]);
  const bool ends = after == text.size() || std::string_view("\n,]}#").contains(text[after]);
  return begins && ends;
}

}  // namespace

Result<EntryPoints> read_entry_points(const Snapshot& files) {
  EntryPoints points;
  const RepoPath path = MLX_TRY(RepoPath::parse("pyproject.toml"));
  const auto text = MLX_TRY(read_if_regular(files, path));
  const RepoPath older = MLX_TRY(RepoPath::parse("setup.cfg"));
  if (const auto settings = MLX_TRY(read_if_regular(files, older)))
    add_setup_cfg(read_ini_file(*settings), points);
  const auto document = text ? TomlDocument::parse(*text, path.str()) : fail(ErrorCode::kNotFound, "");
  if (!document) return points;
  const TomlValue root = document->root();
  const TomlValue poetry = root.at("tool").at("poetry");
  for (const TomlValue& project : {root.at("project"), poetry}) {
    add_scripts(project.at("scripts"), points);
    add_scripts(project.at("gui-scripts"), points);
  }
  add_groups(root.at("project").at("entry-points"), points);
  add_groups(poetry.at("plugins"), points);
  return points;
}

std::set<std::string> module_names_in(std::string_view text) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    bool has_dot = false;
    while (end < text.size() && (is_name_byte(text[end]) || text[end] == '.')) has_dot |= text[end++] == '.';
    std::string_view name = text.substr(i, end - i);
    while (name.ends_with('.')) name.remove_suffix(1);
    const bool is_dotted = has_dot && !name.starts_with('.') && name.find('.') != std::string_view::npos;
    if (is_dotted || (!has_dot && is_whole_value(text, i, end))) names.emplace(name);
    i = end + 1;
  }
  return names;
}

}  // namespace mlx
