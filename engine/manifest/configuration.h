#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/finding.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// When the bot opens pull requests that update components, and how many.
struct UpdateSettings {
  std::string schedule;  ///< what CronSchedule::parse() takes; empty: never by itself
  std::string timezone =
      "UTC";  ///< written as is_time_zone_name() asks; whether there is such a one is not known
  long long open_limit = 5;    ///< pull requests that are open at a time; 0: any number
  long long hourly_limit = 0;  ///< that are opened within an hour; 0: any number
  bool is_grouped = false;
  long long minimum_age_days = 0;
  std::vector<std::string> labels = {"mlx"};  ///< of the pull requests
  bool has_markers = false;  ///< a file with conflicts holds both sides between markers, not yours alone
  Location timezone_location = {};  ///< where `timezone` is written, if it is

  bool operator==(const UpdateSettings&) const = default;
};

enum class ReviewComment { kAlways, kOnFindings, kNever };

struct ReviewSettings {
  ReviewComment comment = ReviewComment::kOnFindings;
  std::optional<Severity> fail_on = Severity::kError;  ///< nothing: the check never fails
  long long recommend = 3;                             ///< the most recommendations shown

  bool operator==(const ReviewSettings&) const = default;
};

struct BotSettings {
  std::string command_prefix = "/mlx";
  UpdateSettings update;
  ReviewSettings review;
  std::vector<std::string> ignore;  ///< `NAME` or `NAME@RANGE`
  bool allows_workflow_files = false;

  bool operator==(const BotSettings&) const = default;
};

/// What the owner of a platform says of a component that is extracted from it. What is empty is found in
/// the source, or has a default.
struct ComponentSettings {
  std::vector<std::string> paths;  ///< directories and files, each a valid RepoPath
  std::string version;
  std::string title;
  std::string description;
  std::string type;
  std::vector<std::string> categories;
  std::vector<std::string> enhances;  ///< components whose files hold lines of this one
  Evidence evidence;

  bool operator==(const ComponentSettings&) const = default;
};

/// What the catalogue that is extracted from a platform says of itself.
struct CatalogueSettings {
  std::string name = "mlx";
  std::string homepage;
  std::string address;  ///< where its `r/` is served

  bool operator==(const CatalogueSettings&) const = default;
};

/// What a project tells MLX: `mlx.toml`, or `[tool.mlx]` in pyproject.toml.
struct ProjectConfiguration {
  std::string file;                               ///< where it was read; empty if the project has none
  std::string source_root;                        ///< a valid RepoPath; empty: to be found
  std::string import_root;                        ///< dotted identifiers; empty: to be found
  std::map<std::string, std::string> registries;  ///< address by name
  /// What is sent to a registry, by its name: values as written, `Bearer ${ACME_TOKEN}`.
  std::map<std::string, std::map<std::string, std::string>> registry_headers;
  std::map<std::string, ComponentSettings> components;  ///< by name
  CatalogueSettings catalogue;
  BotSettings bot;

  bool operator==(const ProjectConfiguration&) const = default;
};

/// Identifiers with dots between them: what an import root may be.
[[nodiscard]] bool is_dotted_name(std::string_view text);

/// Reads an mlx.toml. Unknown keys, wrong types and values out of range are kInvalidInput with
/// file, line, column and field.
[[nodiscard]] Result<ProjectConfiguration> parse_configuration(std::string_view text, std::string_view file);

/// Reads `[tool.mlx]`; nothing if the pyproject.toml has no such table.
[[nodiscard]] Result<std::optional<ProjectConfiguration>> parse_pyproject_configuration(
    std::string_view text, std::string_view file);

/// The project's configuration, or the defaults if it has none. Fails if both files have one.
[[nodiscard]] Result<ProjectConfiguration> read_configuration(const Snapshot& snapshot);

}  // namespace mlx
