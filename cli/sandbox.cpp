#include "sandbox/sandbox.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

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

/// A file that only its owner can read: it holds keys, if only those of a forge on this machine.
Result<void> write_private(const std::filesystem::path& file, const std::string& text) {
  const int descriptor =
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0 && errno == EEXIST)
    return fail(ErrorCode::kConflict, "exists already; name another file", {.file = file.string()});
  if (descriptor < 0) return fail(ErrorCode::kIo, std::strerror(errno), {.file = file.string()});
  const bool is_written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(descriptor);
  if (!is_written) return fail(ErrorCode::kIo, "cannot be written", {.file = file.string()});
  return {};
}

/// What a bot needs to work on the sandbox, as its App, with its database beside.
Result<void> write_bot_settings(const std::filesystem::path& file, const nlohmann::json& description) {
  const std::filesystem::path path = std::filesystem::absolute(file);
  const auto text = [&](const char* group, const char* field) {
    const nlohmann::json& value = description.at(group).at(field);
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  MLX_CHECK(write_private(path.string() + ".pem", text("app", "private_key")));
  return write_private(path,
                       fmt::format("MLX_LISTEN=127.0.0.1:0\nMLX_DATABASE={0}.db\nMLX_WEBHOOK_SECRET={1}\n"
                                   "MLX_GITHUB_API_URL={2}\nMLX_GITHUB_APP_ID={3}\n"
                                   "MLX_GITHUB_PRIVATE_KEY_FILE={0}.pem\n",
                                   path.string(), text("webhook", "secret"),
                                   description.at("api_url").get<std::string>(), text("app", "id")));
}

}  // namespace

int sandbox(const SandboxArguments& arguments) {
  const StopSignals signals;
  SandboxOptions options{.listen = arguments.listen, .project = arguments.project};
  if (!arguments.name.empty()) options.name = arguments.name;
  options.record_file = record_file();
  const auto sandbox = Sandbox::start(options);
  if (!sandbox) return report(sandbox.error());
  const nlohmann::json description = (*sandbox)->description();
  if (!arguments.bot_settings.empty()) {
    if (const auto written = write_bot_settings(arguments.bot_settings, description); !written)
      return report(written.error());
  }
  // Flushed, since whoever started this waits for the line.
  std::cout << description.dump() << '\n' << std::flush;
  signals.wait();
  return kDone;
}

}  // namespace mlx::cli
