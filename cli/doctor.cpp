#include "engine/plan/doctor.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "cli/terminal.h"
#include "engine/io/directory.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

Check check_registry(const Result<OpenProject>& project) {
  if (!project) {
    return {.name = "registry",
            .health = Health::kError,
            .message = to_string(project.error()),
            .remedy = "correct `registries.default` in the configuration, or name another with --registry"};
  }
  return {.name = "registry",
          .health = Health::kOk,
          .message = fmt::format("{} has {} components", project->registry().name(),
                                 project->registry().items().size()),
          .remedy = ""};
}

bool is_on_path(const std::string& program) {
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it meanwhile
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::filesystem::path candidate = std::filesystem::path(rest.substr(0, end)) / program;
    if (::access(candidate.c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

Check check_git(const std::string& directory) {
  std::error_code ignored;
  auto place = std::filesystem::canonical(directory, ignored);
  while (!std::filesystem::exists(place / ".git", ignored) && place.has_relative_path())
    place = place.parent_path();
  const bool is_repository = std::filesystem::exists(place / ".git", ignored);
  if (is_on_path("git") && is_repository) {
    return {.name = "git", .health = Health::kOk, .message = "git keeps this project", .remedy = ""};
  }
  return {.name = "git",
          .health = Health::kWarning,
          .message = is_repository ? "there is no program `git`" : "the project is in no git repository",
          .remedy = is_repository ? "install git"
                                  : "run `git init`: what MLX changes can then be reviewed and undone"};
}

json checks_json(const std::vector<Check>& checks, bool is_healthy) {
  json list = json::array();
  for (const Check& check : checks) {
    list.push_back({{"name", check.name},
                    {"health", to_string(check.health)},
                    {"message", check.message},
                    {"remedy", check.remedy}});
  }
  return {{"healthy", is_healthy}, {"version", MLX_VERSION}, {"checks", std::move(list)}};
}

void print_checks(const std::vector<Check>& checks, const Output& output) {
  for (const Check& check : checks) {
    const Style style = check.health == Health::kOk        ? Style::kGreen
                        : check.health == Health::kWarning ? Style::kYellow
                                                           : Style::kRed;
    fmt::print("{}  {}\n", output.styled(style, padded(to_string(check.health), 7)),
               printable(check.name + ": " + check.message));
    if (!check.remedy.empty()) fmt::print("         {}\n", printable(check.remedy));
  }
}

}  // namespace

int doctor(const ProjectArguments& arguments) {
  const auto files = open_directory_snapshot(arguments.directory);
  if (!files) return report(files.error());
  const auto project = OpenProject::open(arguments);
  std::vector<Check> checks = {
      {.name = "version", .health = Health::kOk, .message = "mlx " MLX_VERSION, .remedy = ""}};
  checks.push_back(check_registry(project));
  checks.push_back(check_git(arguments.directory));
  for (Check& check : check_project(**files, project ? &project->registries() : nullptr)) {
    checks.push_back(std::move(check));
  }
  const bool is_healthy = std::ranges::find(checks, Health::kError, &Check::health) == checks.end();
  if (arguments.json) {
    print_json(checks_json(checks, is_healthy));
  } else {
    print_checks(checks, Output::standard(arguments.color));
  }
  return is_healthy ? kDone : kRefused;
}

}  // namespace mlx::cli
