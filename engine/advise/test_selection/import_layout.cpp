#include "engine/advise/test_selection/import_layout.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "engine/manifest/ini_file.h"
#include "engine/manifest/toml_document.h"

namespace mlx {
namespace {

using Names = std::set<std::string, std::less<>>;

/// Every part of every name that is imported.
Names imported_parts(const RepoIndex& index) {
  Names parts;
  for (FileId file = 0; file < index.python().size(); ++file) {
    for (const PythonImport& import : index.module(file).imports) {
      parts.insert(import.name);
      for (std::string_view rest = import.module; !rest.empty();) {
        const auto dot = std::min(rest.find('.'), rest.size());
        parts.emplace(rest.substr(0, dot));
        rest.remove_prefix(std::min(dot + 1, rest.size()));
      }
    }
  }
  return parts;
}

bool is_source_directory(std::string_view name) {
  return !name.starts_with('.') && name != "__pycache__" && name != "node_modules";
}

Result<void> add_links(const RepoIndex& index, const Snapshot& files,
                       std::vector<WholeSuiteReason>& reasons) {
  const Names parts = imported_parts(index);
  std::vector<std::string> todo = {""};
  while (!todo.empty()) {
    const std::string directory = std::move(todo.back());
    todo.pop_back();
    const auto entries = MLX_TRY(files.children(directory));
    if (std::ranges::find(entries, "pyvenv.cfg", &Entry::name) != entries.end()) continue;
    for (const Entry& entry : entries) {
      std::string path = directory.empty() ? entry.name : directory + "/" + entry.name;
      const bool is_imported = entry.name.ends_with(".py") || parts.contains(entry.name);
      if (entry.kind == EntryKind::kDirectory && is_source_directory(entry.name)) {
        todo.push_back(std::move(path));
      } else if (entry.kind == EntryKind::kSymlink && is_imported) {
        reasons.push_back({.file = std::move(path),
                           .text = "is a symbolic link, so that nobody knows what is imported there"});
      }
    }
  }
  return {};
}

/// `""` says where all packages are, which the rules for names allow for.
bool maps_packages(const TomlValue& table) {
  return std::ranges::any_of(table.members(), [](const auto& member) { return !member.first.empty(); });
}

bool renames_packages(const TomlValue& tool) {
  if (maps_packages(tool.at("setuptools").at("package-dir"))) return true;
  for (const TomlValue& package : tool.at("poetry").at("packages").elements()) {
    if (package.at("to").is_present()) return true;
  }
  const TomlValue build = tool.at("hatch").at("build");
  for (const TomlValue& target : {build, build.at("targets").at("wheel")}) {
    if (maps_packages(target.at("sources")) || maps_packages(target.at("force-include"))) return true;
  }
  return false;
}

bool renames_packages(const IniFile& settings) {
  return std::ranges::any_of(settings.options, [](const IniOption& option) {
    return option.section == "options" && option.name == "package_dir" &&
           std::ranges::any_of(option.lines, [](const IniOption::Line& line) {
             return !line.text.starts_with('=') && line.text.contains('=');
           });
  });
}

}  // namespace

Result<std::vector<WholeSuiteReason>> reasons_of_layout(const RepoIndex& index, const Snapshot& files) {
  constexpr const char* kRenames = "installs packages under other names than their directories have";
  std::vector<WholeSuiteReason> reasons;
  const RepoPath pyproject = MLX_TRY(RepoPath::parse("pyproject.toml"));
  if (const auto text = MLX_TRY(read_if_regular(files, pyproject))) {
    const auto document = TomlDocument::parse(*text, pyproject.str());
    if (document && renames_packages(document->root().at("tool")))
      reasons.push_back({.file = pyproject.str(), .text = kRenames});
  }
  const RepoPath setup = MLX_TRY(RepoPath::parse("setup.cfg"));
  if (const auto text = MLX_TRY(read_if_regular(files, setup))) {
    if (renames_packages(read_ini_file(*text))) reasons.push_back({.file = setup.str(), .text = kRenames});
  }
  for (const RepoPath& settings : {pyproject, setup}) {
    const EntryKind kind = MLX_TRY(files.kind(settings));
    if (kind == EntryKind::kSymlink)
      reasons.push_back({.file = settings.str(), .text = "is a symbolic link, which is not followed"});
  }
  MLX_CHECK(add_links(index, files, reasons));
  return reasons;
}

}  // namespace mlx
