#include "cli/project.h"

#include <fmt/format.h>

#include "cli/environment.h"
#include "cli/printable.h"
#include "engine/io/directory.h"
#include "engine/io/registry_source.h"
#include "engine/manifest/configuration.h"

namespace mlx::cli {
namespace {

namespace fs = std::filesystem;

RegistrySettings settings_of(const ProjectConfiguration& configuration, const std::string& name) {
  const auto address = configuration.registries.find(name);
  const auto headers = configuration.registry_headers.find(name);
  return {.address = address == configuration.registries.end() ? "builtin" : address->second,
          .headers = headers == configuration.registry_headers.end() ? std::map<std::string, std::string>()
                                                                     : headers->second};
}

/// The default registry is that of the flag, else the project's, else the builtin catalogue. Paths
/// in the project's configuration are relative to the project.
Result<Registries> find_registries(const ProjectArguments& arguments,
                                   const ProjectConfiguration& configuration, const RegistryAccess& access) {
  const fs::path base = arguments.directory;
  const bool is_flag = !arguments.registry.empty();
  const RegistrySettings settings =
      is_flag ? RegistrySettings{.address = arguments.registry} : settings_of(configuration, "default");
  Registries registries(settings.address,
                        MLX_TRY(make_registry_source(settings, is_flag ? fs::path() : base, access)));
  for (const auto& [name, address] : configuration.registries) {
    if (name == "default") continue;
    registries.add(name, address,
                   MLX_TRY(make_registry_source(settings_of(configuration, name), base, access)));
  }
  return registries;
}

}  // namespace

Result<OpenProject> OpenProject::open(const ProjectArguments& arguments) {
  OpenProject project;
  project.directory_ = arguments.directory;
  project.files_ = MLX_TRY(open_directory_snapshot(project.directory_));
  project.http_ = make_registry_http_client();
  project.git_http_ = make_git_http_client();
  const RegistryAccess access{.http = *project.http_,
                              .git_http = *project.git_http_,
                              .cache_directory = cache_directory(),
                              .variable = environment_variable,
                              .is_offline = arguments.offline};
  const ProjectConfiguration configuration = MLX_TRY(read_configuration(*project.files_));
  project.registries_ =
      std::make_unique<Registries>(MLX_TRY(find_registries(arguments, configuration, access)));
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
