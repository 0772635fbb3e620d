#include "engine/manifest/pyproject.h"

#include <optional>
#include <utility>

#include "engine/manifest/declared_packages.h"
#include "engine/manifest/dependency_lists.h"
#include "engine/manifest/poetry_constraint.h"

namespace mlx {
namespace {

/// `project.name`, or Poetry's; the same for the supported Python versions.
Result<void> read_identity(const TomlValue& project, const TomlValue& poetry, PyProject& found) {
  found.name = MLX_TRY(project.string("name")).value_or("");
  if (found.name.empty()) found.name = MLX_TRY(poetry.string("name")).value_or("");
  found.requires_python = MLX_TRY(project.string("requires-python")).value_or("");
  if (!found.requires_python.empty()) {
    found.requires_python_place = {.file = found.file, .line = project.at("requires-python").line()};
    return {};
  }
  const TomlValue dependencies = MLX_TRY(poetry.table("dependencies"));
  TomlValue python = dependencies.at("python");
  if (python.kind() == TomlKind::kTable) python = python.at("version");
  if (python.is_present() && python.kind() == TomlKind::kString) {
    found.requires_python = specifier_of_poetry_constraint(python.scalar()).value_or("");
    found.requires_python_place = {.file = found.file, .line = python.line()};
  }
  return {};
}

Result<void> read_build(const TomlValue& root, const TomlValue& tool, PyProject& found) {
  const TomlValue build_system = MLX_TRY(root.table("build-system"));
  found.has_build_system = build_system.is_present();
  found.build_backend = MLX_TRY(build_system.string("build-backend")).value_or("");
  const TomlValue uv = MLX_TRY(tool.table("uv"));
  const TomlValue poetry = MLX_TRY(tool.table("poetry"));
  const std::optional<bool> uv_package = MLX_TRY(uv.boolean("package"));
  const std::optional<bool> package_mode = MLX_TRY(poetry.boolean("package-mode"));
  const bool is_installed_by_default = found.has_build_system || found.style == DependencyStyle::kPoetry;
  found.installs_package = uv_package.value_or(is_installed_by_default) && package_mode.value_or(true);
  return {};
}

}  // namespace

Result<PyProject> read_pyproject(const TomlDocument& document) {
  const TomlValue root = document.root();
  const TomlValue project = MLX_TRY(root.table("project"));
  const TomlValue tool = MLX_TRY(root.table("tool"));
  const TomlValue poetry = MLX_TRY(tool.table("poetry"));

  PyProject found;
  found.file = document.file();
  found.style = MLX_TRY(dependency_style(document));
  found.dynamic_dependency_file = MLX_TRY(dynamic_dependency_file(document));
  MLX_CHECK(read_identity(project, poetry, found));
  MLX_CHECK(read_build(root, tool, found));
  found.packages = MLX_TRY(read_declared_packages(document));
  found.package_directories = package_directories(document);
  found.dependencies = MLX_TRY(read_declared_dependencies(document));
  return found;
}

Result<PyProject> read_pyproject(std::string_view text, std::string_view file) {
  const TomlDocument document = MLX_TRY(TomlDocument::parse(std::string(text), std::string(file)));
  return read_pyproject(document);
}

}  // namespace mlx
