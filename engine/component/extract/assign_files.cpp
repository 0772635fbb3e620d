#include <algorithm>
#include <array>

#include "engine/component/extract/boundaries.h"
#include "engine/manifest/yaml_document.h"

namespace mlx {
namespace {

std::string_view last_segment(std::string_view path) {
  std::string_view name = file_name(path);
  if (name.ends_with(".py")) name.remove_suffix(3);
  return name;
}

/// The part one of whose directories has this name: `api` for `src/api`.
ComponentPart* part_named(Boundaries& boundaries, std::string_view directory) {
  for (ComponentPart& part : boundaries.parts) {
    if (part.name == directory) return &part;
    for (const std::string& path : part.paths) {
      if (last_segment(path) == directory) return &part;
    }
  }
  return nullptr;
}

/// The part in one of whose own directories a file lies.
ComponentPart* part_around(Boundaries& boundaries, const RepoPath& file) {
  const auto part = std::ranges::find_if(boundaries.parts, [&](const ComponentPart& candidate) {
    return std::ranges::any_of(candidate.paths, [&](const std::string& own) { return file.is_within(own); });
  });
  return part == boundaries.parts.end() ? nullptr : &*part;
}

/// Of several components the one that requires all others, directly or through others.
const std::string* topmost(const Boundaries& boundaries, const std::set<std::string>& names) {
  for (const std::string& name : names) {
    const std::set<std::string> required = required_by_imports(boundaries, name);
    const bool requires_all = std::ranges::all_of(
        names, [&](const std::string& other) { return other == name || required.contains(other); });
    if (requires_all) return &name;
  }
  return nullptr;
}

/// Components that the imports of a file lead to.
std::set<std::string> imported_components(const Platform& platform, const Boundaries& boundaries,
                                          FileId file) {
  std::set<std::string> names;
  for (const PythonImport& import : platform.index.module(file).imports) {
    for (const FileId loaded : platform.index.resolve(file, import).files) {
      const auto owner = boundaries.owner.find(loaded);
      if (owner != boundaries.owner.end()) names.insert(boundaries.parts[owner->second].name);
    }
  }
  return names;
}

/// Directories between the tests' own and the file: `api` of `tests/unit/api/test_x.py`.
std::vector<std::string_view> test_directories(std::string_view path) {
  std::vector<std::string_view> segments;
  bool is_inside = false;
  while (true) {
    const auto slash = path.find('/');
    if (slash == std::string_view::npos) return segments;
    const auto segment = path.substr(0, slash);
    if (is_inside) segments.push_back(segment);
    if (segment == "tests" || segment == "test") is_inside = true;
    path.remove_prefix(slash + 1);
  }
}

Finding unassigned(std::string code, std::string what, const std::vector<std::string>& paths) {
  Finding finding{
      .code = std::move(code),
      .severity = Severity::kInfo,
      .message = std::to_string(paths.size()) + " " + std::move(what),
      .remedy = "put them in a directory with the name of a component's package, if they belong to one",
      .evidence = {}};
  for (const std::string& path : paths) finding.evidence.push_back({.file = path});
  return finding;
}

/// Directories that hold Hydra's primary configuration: a YAML file with a `defaults` list.
std::set<std::string> hydra_directories(const Platform& platform) {
  std::set<std::string> found;
  for (const IndexedFile& file : platform.index.files()) {
    const std::string& path = file.path.str();
    if (!path.ends_with("/config.yaml") || is_test_path(path)) continue;
    const auto text = platform.text(path);
    if (!text) continue;
    for (const YamlScalar& scalar : read_yaml(*text)) {
      if (scalar.path.size() < 2 || scalar.path.front() != "defaults") continue;
      found.emplace(file.path.parent());
      break;
    }
  }
  return found;
}

/// The part whose code composes Hydra's configuration, not only uses what was composed.
ComponentPart* composing_part(const Platform& platform, Boundaries& boundaries) {
  constexpr std::array<std::string_view, 4> kComposers = {"compose", "initialize", "initialize_config_dir",
                                                          "main"};
  const auto composes = [&](const PythonImport& import) {
    if (import.level > 0 || import.module != "hydra" || import.context.is_type_checking) return false;
    return import.name.empty() || std::ranges::find(kComposers, import.name) != kComposers.end();
  };
  for (ComponentPart& part : boundaries.parts) {
    for (const FileId file : part.sources) {
      if (std::ranges::any_of(platform.index.module(file).imports, composes)) return &part;
    }
  }
  return nullptr;
}

}  // namespace

void assign_tests(const Platform& platform, Boundaries& boundaries, std::vector<Finding>& findings) {
  std::vector<std::string> unknown;
  for (const IndexedFile& file : platform.index.files()) {
    const std::string& path = file.path.str();
    if (!is_test_path(path)) continue;
    ComponentPart* part = part_around(boundaries, file.path);
    for (const std::string_view directory : test_directories(path)) {
      if (part != nullptr) break;
      part = part_named(boundaries, directory);
    }
    const auto python = platform.index.find(path);
    if (part == nullptr && python) {
      const auto names = imported_components(platform, boundaries, *python);
      if (const std::string* name = topmost(boundaries, names)) part = part_named(boundaries, *name);
    }
    if (part != nullptr) {
      part->tests.insert(path);
    } else if (python) {
      unknown.push_back(path);
    }
  }
  if (!unknown.empty()) {
    findings.push_back(
        unassigned("test-outside-components", "test file(s) belong to no one component", unknown));
  }
}

void assign_configs(const Platform& platform, Boundaries& boundaries, std::vector<Finding>& findings) {
  ComponentPart* composer = composing_part(platform, boundaries);
  std::vector<std::string> unknown;
  for (const std::string& directory : hydra_directories(platform)) {
    for (const IndexedFile& file : platform.index.files()) {
      const std::string& path = file.path.str();
      const bool is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
      if (!is_yaml || !file.path.is_within(directory)) continue;
      const auto below = std::string_view(path).substr(directory.size() + 1);
      const auto slash = below.find('/');
      ComponentPart* part =
          slash == std::string_view::npos ? nullptr : part_named(boundaries, below.substr(0, slash));
      if (part == nullptr) part = composer;
      if (part != nullptr) {
        part->configs.insert(path);
      } else {
        unknown.push_back(path);
      }
    }
  }
  if (!unknown.empty()) {
    findings.push_back(
        unassigned("config-outside-components", "configuration file(s) belong to no component", unknown));
  }
}

}  // namespace mlx
