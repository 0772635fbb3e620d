#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
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

[[nodiscard]] Result<ComponentType> parse_component_type(std::string_view text);

struct ComponentFile {
  RepoPath path;    ///< of the template, inside the component's directory
  RepoPath target;  ///< in a project whose import root is the component's own
  FileKind kind = FileKind::kSource;
  MergeStrategy merge = MergeStrategy::kMerge;
  bool is_executable = false;
  std::string sha256;  ///< of the template's bytes
};

struct ComponentRequirements {
  std::string python;  ///< PEP 440 specifier, `>=3.11`
  std::vector<Requirement> distributions;
  std::map<std::string, std::vector<Requirement>> groups;  ///< PEP 735: what the tests need is in `dev`
  std::map<std::string, VersionRange> components;
  std::vector<EnvironmentVariable> environment;
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
  std::vector<std::string> modules;  ///< provided, as the templates write them: `src.api`
};

/// Letters, digits and hyphens, in lower case, at most 64: fit for branches, paths and addresses.
[[nodiscard]] bool is_component_name(std::string_view name);

/// Reads and validates a component.json; `file` is its name for messages. Every path is
/// checked: a target outside the project or one that MLX must not write is an error that
/// names the field.
[[nodiscard]] Result<Component> read_component(std::string_view json, std::string_view file);

}  // namespace mlx
