#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/finding.h"
#include "engine/base/repo_path.h"
#include "engine/component/version.h"
#include "engine/manifest/environment_example.h"
#include "engine/manifest/requirement.h"

namespace mlx {

enum class ComponentType { kInfrastructure, kApplication, kUtility };
enum class FileKind { kSource, kConfig, kTest, kInfrastructure, kDocs };
/// What an update does with the user's version of the file.
enum class MergeStrategy { kReplace, kMerge, kEnhance };

[[nodiscard]] std::string_view to_string(ComponentType type);
[[nodiscard]] std::string_view to_string(FileKind kind);
[[nodiscard]] std::string_view to_string(MergeStrategy strategy);

[[nodiscard]] Result<ComponentType> parse_component_type(std::string_view text);

struct ComponentFile {
  RepoPath path;    ///< of the template, inside the component's directory
  RepoPath target;  ///< in a project whose import root is the component's own
  FileKind kind = FileKind::kSource;
  MergeStrategy merge = MergeStrategy::kMerge;
  bool is_executable = false;
  std::string sha256;  ///< of the template's bytes

  bool operator==(const ComponentFile&) const = default;
};

/// A program that has to run somewhere for the component to work.
struct RequiredService {
  std::string name;   ///< `redis`, or what a compose file calls it
  std::string image;  ///< of its container, as a compose file says; empty if none does
  std::vector<std::string> ports;
  std::string evidence;  ///< `file:line`

  bool operator==(const RequiredService&) const = default;
};

struct ComponentRequirements {
  std::string python;  ///< PEP 440 specifier, `>=3.11`
  std::vector<Requirement> distributions;
  std::vector<Requirement> optional;  ///< imported where a missing one is survived; never installed by itself
  std::map<std::string, std::vector<Requirement>> groups;  ///< PEP 735: what the tests need is in `dev`
  std::map<std::string, VersionRange> components;
  std::vector<RequiredService> services;
  std::vector<EnvironmentVariable> environment;

  bool operator==(const ComponentRequirements&) const = default;
};

enum class SymbolKind { kFunction, kClass, kMethod, kConstant, kAlias };
[[nodiscard]] std::string_view to_string(SymbolKind kind);

/// A public name, as the templates write it.
struct ProvidedSymbol {
  std::string name;  ///< `src.api.app.create_app`
  SymbolKind kind = SymbolKind::kFunction;
  /// `(app: FastAPI) -> None`; of a class what it is called with; of an alias the name that it stands for.
  std::string signature;

  bool operator==(const ProvidedSymbol&) const = default;
};

/// Who asks for a route that is not there for the users of the service.
enum class RouteRole { kNone, kHealth, kMetrics };
[[nodiscard]] std::string_view to_string(RouteRole role);

struct ProvidedRoute {
  std::string method;   ///< `GET`, or `WEBSOCKET`
  std::string path;     ///< with the prefixes of its routers: `/models/{name}`
  std::string handler;  ///< `src.api.routers.health.ready`
  RouteRole role = RouteRole::kNone;

  bool operator==(const ProvidedRoute&) const = default;
};

/// A container that runs the component, as the platform's Dockerfiles and compose files say.
struct ProvidedContainer {
  std::string file;     ///< its Dockerfile, in the platform
  std::string service;  ///< what a compose file calls it; empty if none does
  std::string base;     ///< the image that it is built on: `python:3.11-slim`
  std::vector<std::string> ports;
  std::string command;      ///< up to what it starts: `python -m src.api`
  std::string health_path;  ///< that its health check asks for: `/health`; empty if it asks for none

  bool operator==(const ProvidedContainer&) const = default;
};

struct ComponentProvisions {
  std::vector<std::string> modules;  ///< as the templates write them: `src.api`
  std::vector<ProvidedSymbol> symbols;
  std::vector<ProvidedRoute> routes;
  std::vector<std::string> entry_points;  ///< `name = module:function`, or `module` for `python -m module`
  std::vector<ProvidedContainer> containers;

  bool operator==(const ComponentProvisions&) const = default;
};

struct ComponentCompatibility {
  std::vector<std::string> enhances;   ///< components whose files it adds lines to, if they are there
  std::vector<std::string> conflicts;  ///< components that cannot be in the same project
  std::vector<std::string> optional;   ///< components that it uses if they are there

  bool operator==(const ComponentCompatibility&) const = default;
};

/// A place in a function where lines can be inserted; in a component that enhances the file, the
/// place where its own lines go.
struct InjectionPoint {
  std::string name;  ///< `application-factory`
  std::string file;  ///< as a target
  std::string function;
  std::string location;  ///< `start`, `end`, `before-return` or `after:NAME`, after the last call of NAME

  bool operator==(const InjectionPoint&) const = default;
};

struct ComponentProvenance {
  std::string repository;
  std::string revision;
  std::string extractor;

  bool operator==(const ComponentProvenance&) const = default;
};

/// A component as its `component.json` describes it (docs/formats.md).
struct Component {
  std::string name;
  Version version;
  std::string title;
  std::string description;
  ComponentType type = ComponentType::kUtility;
  std::vector<std::string> categories;
  std::string import_root;  ///< what the templates' imports begin with: `src`
  std::vector<ComponentFile> files;
  ComponentRequirements requirements;
  ComponentProvisions provides;
  ComponentCompatibility compatibility;
  std::vector<InjectionPoint> injection_points;
  ComponentProvenance provenance;

  bool operator==(const Component&) const = default;
};

/// Letters, digits and hyphens, in lower case, at most 64: fit for branches, paths and addresses.
[[nodiscard]] bool is_component_name(std::string_view name);

/// Reads and validates a component.json; `file` is its name for messages. Every path is
/// checked: a target outside the project or one that MLX must not write is an error that
/// names the field.
[[nodiscard]] Result<Component> read_component(std::string_view json, std::string_view file);

/// The component as a component.json, one for each component: read back, it is the same.
[[nodiscard]] std::string write_component(const Component& component);

}  // namespace mlx
