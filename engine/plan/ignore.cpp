#include "engine/plan/ignore.h"

#include <algorithm>
#include <array>

#include "engine/manifest/configuration.h"
#include "engine/manifest/toml_document.h"
#include "engine/manifest/toml_edit.h"
#include "engine/manifest/toml_string.h"
#include "engine/plan/working_tree.h"

namespace mlx {
namespace {

constexpr std::string_view kOwnFile = "mlx.toml";

std::string as_array(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + toml_string(name);
  return "[" + text + "]";
}

/// The table that `ignore` belongs to, in the file that has the configuration.
std::vector<std::string> table_in(std::string_view file) {
  return file == kOwnFile ? std::vector<std::string>{"bot"} : std::vector<std::string>{"tool", "mlx", "bot"};
}

Result<std::string> with_ignored(const std::string& text, const std::string& file,
                                 const std::vector<std::string>& names) {
  TomlDocument document = MLX_TRY(TomlDocument::parse(text, file));
  const std::vector<std::string> table = table_in(file);
  std::vector<std::string> path = table;
  path.emplace_back("ignore");
  TomlValue list = document.root();
  for (const std::string& key : path) list = list.at(key);
  if (!list.is_present()) {
    const auto edits = MLX_TRY(insert_pair(document, table, "ignore", as_array(names)));
    return std::string(MLX_TRY(edited(document, edits)).text());
  }
  for (const std::string& name : names) {
    TomlValue array = document.root();
    for (const std::string& key : path) array = array.at(key);
    document = MLX_TRY(
        edited(document, insert_element(document, array, array.elements().size(), toml_string(name))));
  }
  return std::string(document.text());
}

}  // namespace

Result<ChangePlan> plan_ignore(const std::vector<std::string>& names, const Snapshot& project) {
  const ProjectConfiguration configuration = MLX_TRY(read_configuration(project));
  std::vector<std::string> added;
  for (const std::string& name : names) {
    const auto& ignored = configuration.bot.ignore;
    const bool is_known =
        std::ranges::find(ignored, name) != ignored.end() || std::ranges::find(added, name) != added.end();
    if (!is_known) added.push_back(name);
  }
  WorkingTree tree(project);
  if (!added.empty()) {
    const std::string file = configuration.file.empty() ? std::string(kOwnFile) : configuration.file;
    const RepoPath path = MLX_TRY(RepoPath::parse(file));
    const auto before = MLX_TRY(read_if_present(project, path));
    const std::string after = before && !before->empty() ? MLX_TRY(with_ignored(*before, file, added))
                                                         : "[bot]\nignore = " + as_array(added) + "\n";
    MLX_CHECK(tree.write(path, after, false));
  }
  return tree.take_plan("");
}

}  // namespace mlx
