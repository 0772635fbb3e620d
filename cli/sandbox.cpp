#include "sandbox/sandbox.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/project.h"
#include "cli/signals.h"

namespace mlx::cli {
namespace {

/// Tests gather what was asked of every sandbox, to hold it against the forge's own description.
std::optional<std::filesystem::path> record_file() {
  const char* directory = std::getenv("MLX_SANDBOX_RECORD_DIR");  // NOLINT(concurrency-mt-unsafe)
  if (directory == nullptr || *directory == '\0') return std::nullopt;
  return std::filesystem::path(directory) / fmt::format("sandbox-{}.jsonl", ::getpid());
}

}  // namespace

int sandbox(const SandboxArguments& arguments) {
  const StopSignals signals;
  SandboxOptions options{.listen = arguments.listen, .project = arguments.project};
  if (!arguments.name.empty()) options.name = arguments.name;
  options.record_file = record_file();
  const auto sandbox = Sandbox::start(options);
  if (!sandbox) return report(sandbox.error());
  // Flushed, since whoever started this waits for the line.
  std::cout << (*sandbox)->description().dump() << '\n' << std::flush;
  signals.wait();
  return kDone;
}

}  // namespace mlx::cli
