#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/index/repo_index.h"
#include "engine/manifest/project_layout.h"
#include "engine/plan/lock.h"

namespace mlx {

/// A name to work with, where it is, and what its author says of it in one line.
struct RoomName {
  std::string name;     ///< `plugin(kind, name)`, `ReadinessCheck`
  std::string place;    ///< what it is imported from (`src.plugins`), or its file
  std::string summary;  ///< as its docstring begins; may be empty

  bool operator==(const RoomName&) const = default;
};

/// Where routes are put together.
struct RouteWiring {
  std::string directory;  ///< of modules with routers
  std::string variable;   ///< what they call the router
  std::string function;   ///< that includes them: `create_app`
  std::string file;       ///< of that function
  std::string call;       ///< `app.include_router`

  bool operator==(const RouteWiring&) const = default;
};

/// Where commands are put together (Typer).
struct CommandWiring {
  std::string file;                 ///< of the program
  std::string variable;             ///< `app`
  std::vector<std::string> groups;  ///< files of groups that it adds

  bool operator==(const CommandWiring&) const = default;
};

/// Settings classes, and where their values stand.
struct SettingsPlace {
  std::vector<std::string> classes;
  std::string file;
  std::string values;  ///< a file or a directory of configuration; empty if there is no one such

  bool operator==(const SettingsPlace&) const = default;
};

/// A list or a mapping of a configuration file that says what belongs into it.
struct OpenEntry {
  std::string key;
  std::string comment;

  bool operator==(const OpenEntry&) const = default;
};

/// Hydra's list of groups, that a component brought.
struct GroupList {
  std::string file;
  std::string directory;
  bool has_optional_entries = false;  ///< `- optional GROUP: NAME`

  bool operator==(const GroupList&) const = default;
};

/// What a person has to know to work on a component as it is in the project: read from its files there, so
/// that it is true of what became of it.
struct ComponentRoom {
  std::string name;
  std::string title;    ///< empty if the registry could not be asked
  std::string purpose;  ///< one sentence; may be empty
  // Directories that are its own, with a `/` at the end; single files of others.
  std::vector<std::string> code;
  std::vector<std::string> configuration;
  std::vector<std::string> tests;
  std::vector<std::string> others;

  std::vector<std::string> builds_on;                        ///< components that its code imports
  std::map<std::string, std::vector<std::string>> added_to;  ///< files of others, and its calls there
  std::vector<std::string> routes;                           ///< `GET /health`
  std::optional<RouteWiring> route_wiring;
  std::optional<CommandWiring> command_wiring;
  std::vector<SettingsPlace> settings;
  std::string open_file;  ///< of the entries below
  std::vector<OpenEntry> open_entries;
  std::optional<GroupList> groups;
  std::vector<RoomName> decorators;
  std::vector<RoomName> bases;  ///< protocols and classes to be implemented or extended
  std::string package;          ///< what its public names are imported from
  std::vector<std::string> names;
  std::vector<std::string> programs;  ///< for `python -m`
};

/// The project as it was read, for all rooms. All must outlive it.
struct RoomSources {
  const Snapshot& project;
  const RepoIndex& index;
  const ProjectLayout& layout;
  const Lock& lock;
};

/// Reads the room of a component of the lock. Files that are gone are passed over.
[[nodiscard]] Result<ComponentRoom> read_room(const std::string& name, const RoomSources& sources);

}  // namespace mlx
