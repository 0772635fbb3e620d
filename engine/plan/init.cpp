#include "engine/plan/init.h"

#include "engine/manifest/configuration.h"
#include "engine/manifest/toml_string.h"
#include "engine/plan/locked_layout.h"
#include "engine/plan/status.h"
#include "engine/plan/working_tree.h"

namespace mlx {
namespace {

constexpr std::string_view kFile = "mlx.toml";

std::string roots_text(const std::string& source_root, const std::string& import_root) {
  std::string text;
  if (!source_root.empty()) {
    text += "# The directory of your modules.\nsource-root = " + toml_string(source_root) + "\n\n";
  }
  if (!import_root.empty()) {
    text += "# What imports of them begin with.\nimport-root = " + toml_string(import_root) + "\n\n";
  }
  return text;
}

}  // namespace

Result<ChangePlan> plan_init(const InitRequest& request, const Snapshot& project) {
  WorkingTree tree(project);
  const ProjectConfiguration present = MLX_TRY(read_configuration(project));
  if (!present.file.empty()) {
    tree.add_finding({.code = "configuration-exists",
                      .severity = Severity::kError,
                      .message = "the project is configured already, in " + present.file,
                      .remedy = "edit that file; docs/formats.md lists its keys",
                      .evidence = {{.file = present.file}}});
    return tree.take_plan("");
  }
  // What is asked for is read as a configuration, so that it is checked as one.
  const ProjectConfiguration asked =
      MLX_TRY(parse_configuration(roots_text(request.source_root, request.import_root), kFile));
  const ProjectLayout layout =
      MLX_TRY(detect_locked_layout(project, asked, MLX_TRY(read_project_lock(project))));
  const std::string text =
      "# How MLX sees this project. Every key may be left out; what is found then is the same.\n\n" +
      roots_text(layout.source_root, layout.import_root) +
      "# Where components come from: \"builtin\", or a directory.\n"
      "# [registries]\n# default = \"builtin\"\n";
  MLX_CHECK(parse_configuration(text, kFile));
  MLX_CHECK(tree.write(MLX_TRY(RepoPath::parse(kFile)), text, false));
  return tree.take_plan(layout.dependency_file);
}

}  // namespace mlx
