#include "cli/project.h"

#include <fmt/format.h>

#include "cli/printable.h"
#include "engine/io/catalogue.h"
#include "engine/io/directory.h"
#include "engine/manifest/configuration.h"

namespace mlx::cli {
namespace {

/// The flag, else the project's `default` registry (paths in it are relative to the
/// project), else the builtin catalogue.
Result<RegistryLocation> find_registry(const ProjectArguments& arguments, const Snapshot& project) {
  if (!arguments.registry.empty()) return locate_registry(arguments.registry);
  const auto configuration = MLX_TRY(read_configuration(project));
  const auto configured = configuration.registries.find("default");
  if (configured == configuration.registries.end() || configured->second == "builtin") {
    return locate_registry("builtin");
  }
  const auto path = std::filesystem::path(arguments.directory) / configured->second;
  auto location = MLX_TRY(locate_registry(path.string()));
  location.name = configured->second;
  return location;
}

}  // namespace

Result<OpenProject> OpenProject::open(const ProjectArguments& arguments) {
  OpenProject project;
  project.directory_ = arguments.directory;
  project.files_ = MLX_TRY(open_directory_snapshot(project.directory_));
  const RegistryLocation location = MLX_TRY(find_registry(arguments, *project.files_));
  project.registry_files_ = MLX_TRY(open_directory_snapshot(location.directory));
  project.registry_ =
      std::make_unique<Registry>(MLX_TRY(Registry::open(*project.registry_files_, location.name)));
  return project;
}

int report(const Error& error) {
  fmt::print(stderr, "mlx: {}\n", printable(to_string(error)));
  return kFailed;
}

}  // namespace mlx::cli
