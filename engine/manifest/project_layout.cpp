#include "engine/manifest/project_layout.h"

#include <optional>
#include <string_view>
#include <utility>

#include "engine/manifest/projen/project.h"
#include "engine/manifest/pyproject.h"
#include "engine/manifest/pytest_configuration.h"
#include "engine/manifest/source_root.h"

namespace mlx {
namespace {

/// The directory from which the import root can be imported: what is left of the source root
/// without it. Empty if the two do not fit, so that no directory would help.
std::string import_directory(const SourceRoot& root) {
  const std::string inside = directory_of_import(root.import_root);
  if (root.directory == inside) return ".";
  if (root.directory.ends_with("/" + inside))
    return root.directory.substr(0, root.directory.size() - inside.size() - 1);
  return "";
}

Result<bool> is_installed(const Snapshot& snapshot, const SourceRoot& root, const PyProject& pyproject) {
  if (!root.is_shipped) return false;
  const bool has_setup = MLX_TRY(has_file(snapshot, "setup.py"));
  return pyproject.installs_package || (has_setup && !pyproject.has_build_system);
}

/// pytest's default import mode puts the directory of every conftest.py on the path, unless that
/// directory is a package.
Result<bool> has_conftest(const Snapshot& snapshot, const std::string& directory) {
  const std::string prefix = directory == "." ? "" : directory + "/";
  const bool is_package = MLX_TRY(has_file(snapshot, prefix + "__init__.py"));
  const bool has_file_itself = MLX_TRY(has_file(snapshot, prefix + "conftest.py"));
  return has_file_itself && !is_package;
}

Result<void> find_written_file(const Snapshot& snapshot, const PyProject& pyproject, ProjectLayout& layout) {
  if (!pyproject.dynamic_dependency_file.empty()) {
    layout.dependency_kind = DependencyFile::kRequirements;
    layout.dependency_file = pyproject.dynamic_dependency_file;
    return {};
  }
  if (pyproject.style != DependencyStyle::kNone) {
    layout.dependency_kind = DependencyFile::kPyProject;
    layout.dependency_file = pyproject.file;
    return {};
  }
  for (const std::string_view file : {"requirements.in", "requirements.txt"}) {
    const bool is_there = MLX_TRY(has_file(snapshot, file));
    if (!is_there) continue;
    layout.dependency_kind = DependencyFile::kRequirements;
    layout.dependency_file = file;
    return {};
  }
  return {};
}

/// What projen writes is not the place to edit: its program is.
Result<void> find_dependency_file(const Snapshot& snapshot, const PyProject& pyproject,
                                  ProjectLayout& layout) {
  MLX_CHECK(find_written_file(snapshot, pyproject, layout));
  const std::string program = MLX_TRY(find_projen_program(snapshot));
  bool is_generated = layout.dependency_kind == DependencyFile::kNone && !program.empty();
  if (layout.dependency_kind != DependencyFile::kNone) {
    const RepoPath path = MLX_TRY(RepoPath::parse(layout.dependency_file));
    is_generated = is_generated_by_projen(MLX_TRY(read_if_present(snapshot, path)).value_or(""));
  }
  if (!is_generated) return {};
  layout.dependency_kind = DependencyFile::kProjen;
  layout.dependency_file = program.empty() ? std::string(kProjenProgram) : program;
  return {};
}

}  // namespace

Result<ProjectLayout> detect_layout(const Snapshot& snapshot, const ProjectConfiguration& configuration) {
  PyProject pyproject;
  const RepoPath pyproject_path = MLX_TRY(RepoPath::parse("pyproject.toml"));
  const std::optional<std::string> text = MLX_TRY(read_if_present(snapshot, pyproject_path));
  if (text) pyproject = MLX_TRY(read_pyproject(*text, pyproject_path.str()));

  const SourceRoot root = MLX_TRY(find_source_root(snapshot, configuration, pyproject));
  ProjectLayout layout = {.source_root = root.directory, .import_root = root.import_root};
  const RepoPath source_path = MLX_TRY(RepoPath::parse(root.directory));
  layout.is_new = MLX_TRY(snapshot.kind(source_path)) == EntryKind::kAbsent;
  MLX_CHECK(find_dependency_file(snapshot, pyproject, layout));

  const PytestConfiguration pytest = MLX_TRY(find_pytest_configuration(snapshot));
  layout.pytest_file = pytest.file;
  const std::string directory = import_directory(root);
  if (directory.empty() || has_directory(pytest.pythonpath, directory)) return layout;
  const bool is_found = MLX_TRY(is_installed(snapshot, root, pyproject));
  const bool is_beside_conftest = MLX_TRY(has_conftest(snapshot, directory));
  const bool is_on_path = is_beside_conftest && !pytest.uses_importlib;
  if (!is_found && !is_on_path) layout.pytest_pythonpath = directory;
  return layout;
}

}  // namespace mlx
