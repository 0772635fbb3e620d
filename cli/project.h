#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "engine/base/error.h"
#include "engine/component/registry.h"
#include "engine/index/snapshot.h"

namespace mlx::cli {

/// The project and the registry that a command works with.
class OpenProject {
 public:
  [[nodiscard]] static Result<OpenProject> open(const ProjectArguments& arguments);

  [[nodiscard]] const Snapshot& files() const { return *files_; }
  [[nodiscard]] const Registry& registry() const { return *registry_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  OpenProject() = default;
  std::filesystem::path directory_;
  std::unique_ptr<Snapshot> files_;
  std::unique_ptr<Snapshot> registry_files_;
  std::unique_ptr<Registry> registry_;
};

/// Says on standard error what went wrong; returns kFailed.
int report(const Error& error);

}  // namespace mlx::cli
