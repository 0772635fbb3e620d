#include "cli/project.h"

#include <fmt/format.h>

#include "cli/environment.h"
#include "cli/printable.h"
#include "engine/index/memory_snapshot.h"
#include "engine/io/directory.h"
#include "engine/io/project_registries.h"
#include "engine/io/registry_source.h"
#include "engine/manifest/configuration.h"

namespace mlx::cli {

Result<OpenProject> OpenProject::open(const ProjectArguments& arguments) {
  return open(arguments, MLX_TRY(open_directory_snapshot(arguments.directory)));
}

Result<OpenProject> OpenProject::open_new(const ProjectArguments& arguments) {
  return open(arguments, std::make_unique<MemorySnapshot>());
}

Result<OpenProject> OpenProject::open(const ProjectArguments& arguments, std::unique_ptr<Snapshot> files) {
  OpenProject project;
  project.directory_ = arguments.directory;
  project.files_ = std::move(files);
  project.http_ = make_registry_http_client();
  project.git_http_ = make_git_http_client();
  const RegistryAccess access{.http = *project.http_,
                              .git_http = *project.git_http_,
                              .cache_directory = cache_directory(),
                              .variable = environment_variable,
                              .is_offline = arguments.offline};
  const ProjectConfiguration configuration = MLX_TRY(read_configuration(*project.files_));
  project.registries_ = std::make_unique<Registries>(MLX_TRY(project_registries(
      configuration, {.address = arguments.registry, .base = {}, .project = arguments.directory}, access)));
  project.registry_ = MLX_TRY(project.registries_->registry(""));
  return project;
}

void report_findings(const Registries& registries) {
  for (const Finding& finding : registries.findings()) {
    fmt::print(stderr, "mlx: {}: {}: {}\n", to_string(finding.severity), finding.code,
               printable(finding.message + (finding.remedy.empty() ? "" : "; " + finding.remedy)));
  }
}

int report(const Error& error) {
  fmt::print(stderr, "mlx: {}\n", printable(to_string(error)));
  return kFailed;
}

}  // namespace mlx::cli
