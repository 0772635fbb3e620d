#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "engine/base/error.h"
#include "engine/base/http.h"
#include "engine/component/registries.h"
#include "engine/index/snapshot.h"

namespace mlx::cli {

/// The project and the registries that a command works with.
class OpenProject {
 public:
  [[nodiscard]] static Result<OpenProject> open(const ProjectArguments& arguments);
  /// One that is not there yet: no files, and the registry that the arguments name.
  [[nodiscard]] static Result<OpenProject> open_new(const ProjectArguments& arguments);

  [[nodiscard]] const Snapshot& files() const { return *files_; }
  /// The default registry; the others are opened when they are needed.
  [[nodiscard]] const Registry& registry() const { return *registry_; }
  [[nodiscard]] const Registries& registries() const { return *registries_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  OpenProject() = default;
  [[nodiscard]] static Result<OpenProject> open(const ProjectArguments& arguments,
                                                std::unique_ptr<Snapshot> files);
  std::filesystem::path directory_;
  std::unique_ptr<Snapshot> files_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<HttpClient> git_http_;
  std::unique_ptr<Registries> registries_;
  const Registry* registry_ = nullptr;
};

/// Says on standard error what is to be known of how the registries were read, for commands that
/// have no other place for it.
void report_findings(const Registries& registries);

/// Says on standard error what went wrong; returns kFailed.
int report(const Error& error);

}  // namespace mlx::cli
