#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "engine/base/json_reader.h"
#include "engine/component/component.h"
#include "engine/component/component_names.h"

namespace mlx {
namespace {

template <typename T>
Result<T> read_name(const JsonReader& parent, std::string_view key) {
  const JsonReader place = MLX_TRY(parent.at(key));
  return place.located(parse_spelling<T>(MLX_TRY(place.as_string())));
}

Result<RepoPath> read_path(const JsonReader& parent, std::string_view key) {
  const JsonReader place = MLX_TRY(parent.at(key));
  return place.located(RepoPath::parse(MLX_TRY(place.as_string())));
}

Result<RepoPath> read_target(const JsonReader& parent) {
  const JsonReader place = MLX_TRY(parent.at("target"));
  RepoPath target = MLX_TRY(read_path(parent, "target"));
  if (const auto reason = protected_reason(target); !reason.empty()) {
    return std::unexpected(place.complaint(
        "a component may not write `" + target.str() + "`: " + std::string(reason), ErrorCode::kRefused));
  }
  return target;
}

Result<std::string> read_sha256(const JsonReader& parent) {
  const JsonReader place = MLX_TRY(parent.at("sha256"));
  std::string text = MLX_TRY(place.as_string());
  const bool is_digest = text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_digest)
    return std::unexpected(place.complaint("this is not a SHA-256 (64 lower-case hexadecimal digits)"));
  return text;
}

Result<ComponentFile> read_file(const JsonReader& json) {
  RepoPath path = MLX_TRY(read_path(json, "path"));
  RepoPath target = MLX_TRY(read_target(json));
  ComponentFile file{.path = std::move(path), .target = std::move(target), .sha256 = {}};
  file.kind = MLX_TRY(read_name<FileKind>(json, "kind"));
  file.merge = MLX_TRY(read_name<MergeStrategy>(json, "merge"));
  file.sha256 = MLX_TRY(read_sha256(json));
  const std::string mode = MLX_TRY(json.string_or("mode", "100644"));
  if (mode != "100644" && mode != "100755") {
    return std::unexpected(
        MLX_TRY(json.at("mode")).complaint("`" + mode + "` is neither `100644` nor `100755`"));
  }
  file.is_executable = mode == "100755";
  return file;
}

Result<std::vector<ComponentFile>> read_files(const JsonReader& json) {
  std::vector<ComponentFile> files;
  std::set<std::string> targets;
  for (const JsonReader& element : MLX_TRY(json.elements("files"))) {
    files.push_back(MLX_TRY(read_file(element)));
    if (!targets.insert(files.back().target.str()).second) {
      return std::unexpected(
          MLX_TRY(element.at("target"))
              .complaint("`" + files.back().target.str() + "` is the target of two files"));
    }
  }
  if (files.empty()) {
    return std::unexpected(MLX_TRY(json.at("files")).complaint("a component needs at least one file"));
  }
  return files;
}

Result<std::vector<Requirement>> read_requirements(const JsonReader& json, std::string_view key) {
  std::vector<Requirement> requirements;
  for (const JsonReader& element : MLX_TRY(json.elements(key))) {
    requirements.push_back(MLX_TRY(element.located(parse_requirement(MLX_TRY(element.as_string())))));
  }
  return requirements;
}

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kNameCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

/// What Python and shells alike take for a name.
bool is_identifier(std::string_view text) {
  return !text.empty() && kDigits.find(text.front()) == std::string_view::npos &&
         text.find_first_not_of(kNameCharacters) == std::string_view::npos;
}

/// Dotted identifiers: anything else could be a path, and would move files to wrong places.
Result<std::string> read_import_root(const JsonReader& json) {
  const JsonReader place = MLX_TRY(json.at("importRoot"));
  std::string root = MLX_TRY(place.as_string());
  for (std::string_view rest = root; true;) {
    const auto dot = rest.find('.');
    if (!is_identifier(rest.substr(0, dot))) {
      return std::unexpected(place.complaint("`" + root + "` is nothing that Python could import"));
    }
    if (dot == std::string_view::npos) return root;
    rest.remove_prefix(dot + 1);
  }
}

Result<EnvironmentVariable> read_variable(const JsonReader& json) {
  const auto fallback = MLX_TRY(json.string_if_present("default"));
  EnvironmentVariable variable;
  variable.name = MLX_TRY(json.string("name"));
  variable.default_value = fallback.value_or("");
  variable.is_required = MLX_TRY(json.boolean_or("required", false));
  variable.is_secret = MLX_TRY(json.boolean_or("secret", false));
  variable.description = MLX_TRY(json.string_or("description", ""));
  variable.has_default = fallback.has_value();
  variable.evidence = MLX_TRY(json.string_or("evidence", ""));
  if (!is_identifier(variable.name)) {
    return std::unexpected(
        MLX_TRY(json.at("name"))
            .complaint("`" + variable.name + "` cannot be the name of an environment variable"));
  }
  return variable;
}

Result<RequiredService> read_service(const JsonReader& json) {
  RequiredService result;
  result.name = MLX_TRY(json.string("name"));
  result.image = MLX_TRY(json.string_or("image", ""));
  result.ports = MLX_TRY(json.strings("ports"));
  result.evidence = MLX_TRY(json.string_or("evidence", ""));
  return result;
}

Result<ComponentRequirements> read_requires(const JsonReader& json) {
  ComponentRequirements requirements;
  requirements.python = MLX_TRY(json.string_or("python", ""));
  requirements.distributions = MLX_TRY(read_requirements(json, "distributions"));
  requirements.optional = MLX_TRY(read_requirements(json, "optional"));
  if (json.has("groups")) {
    const JsonReader groups = MLX_TRY(json.at("groups"));
    for (const auto& [group, list] : MLX_TRY(json.members("groups"))) {
      requirements.groups.emplace(group, MLX_TRY(read_requirements(groups, group)));
    }
  }
  for (const auto& [name, range] : MLX_TRY(json.members("components"))) {
    if (!is_component_name(name))
      return std::unexpected(range.complaint("`" + name + "` is not a component's name"));
    requirements.components.emplace(name,
                                    MLX_TRY(range.located(VersionRange::parse(MLX_TRY(range.as_string())))));
  }
  for (const JsonReader& service : MLX_TRY(json.elements("services"))) {
    requirements.services.push_back(MLX_TRY(read_service(service)));
  }
  for (const JsonReader& variable : MLX_TRY(json.elements("environment"))) {
    requirements.environment.push_back(MLX_TRY(read_variable(variable)));
  }
  return requirements;
}

Result<ComponentProvisions> read_provides(const JsonReader& json) {
  ComponentProvisions provides;
  provides.modules = MLX_TRY(json.strings("modules"));
  provides.entry_points = MLX_TRY(json.strings("entryPoints"));
  for (const JsonReader& symbol : MLX_TRY(json.elements("symbols"))) {
    ProvidedSymbol added;
    added.name = MLX_TRY(symbol.string("name"));
    added.kind = MLX_TRY(read_name<SymbolKind>(symbol, "kind"));
    added.signature = MLX_TRY(symbol.string_or("signature", ""));
    provides.symbols.push_back(std::move(added));
  }
  for (const JsonReader& route : MLX_TRY(json.elements("routes"))) {
    ProvidedRoute added;
    added.method = MLX_TRY(route.string("method"));
    added.path = MLX_TRY(route.string("path"));
    added.handler = MLX_TRY(route.string("handler"));
    provides.routes.push_back(std::move(added));
    if (route.has("role")) provides.routes.back().role = MLX_TRY(read_name<RouteRole>(route, "role"));
  }
  for (const JsonReader& container : MLX_TRY(json.elements("containers"))) {
    ProvidedContainer added;
    added.file = MLX_TRY(container.string("file"));
    added.service = MLX_TRY(container.string_or("service", ""));
    added.base = MLX_TRY(container.string_or("base", ""));
    added.ports = MLX_TRY(container.strings("ports"));
    added.command = MLX_TRY(container.string_or("command", ""));
    added.health_path = MLX_TRY(container.string_or("healthPath", ""));
    provides.containers.push_back(std::move(added));
  }
  return provides;
}

Result<std::vector<std::string>> read_component_names(const JsonReader& json, std::string_view key) {
  std::vector<std::string> names;
  for (const JsonReader& element : MLX_TRY(json.elements(key))) {
    names.push_back(MLX_TRY(element.as_string()));
    if (!is_component_name(names.back())) {
      return std::unexpected(element.complaint("`" + names.back() + "` is not a component's name"));
    }
  }
  return names;
}

Result<ComponentCompatibility> read_compatibility(const JsonReader& json) {
  ComponentCompatibility result;
  result.enhances = MLX_TRY(read_component_names(json, "enhances"));
  result.conflicts = MLX_TRY(read_component_names(json, "conflicts"));
  result.optional = MLX_TRY(read_component_names(json, "optional"));
  return result;
}

Result<std::vector<InjectionPoint>> read_injection_points(const JsonReader& json) {
  std::vector<InjectionPoint> points;
  for (const JsonReader& element : MLX_TRY(json.elements("injectionPoints"))) {
    InjectionPoint added;
    added.name = MLX_TRY(element.string("name"));
    added.file = MLX_TRY(read_path(element, "file")).str();
    added.function = MLX_TRY(element.string("function"));
    added.location = MLX_TRY(element.string("location"));
    points.push_back(std::move(added));
    const std::string& location = points.back().location;
    const bool is_known = location == "start" || location == "end" || location == "before-return" ||
                          (location.starts_with("after:") && location.size() > 6);
    if (!is_known) {
      return std::unexpected(
          MLX_TRY(element.at("location"))
              .complaint("`" + location + "` is none of `start`, `end`, `before-return`, `after:NAME`"));
    }
  }
  return points;
}

Result<ComponentProvenance> read_provenance(const JsonReader& json) {
  ComponentProvenance result;
  result.repository = MLX_TRY(json.string_or("repository", ""));
  result.revision = MLX_TRY(json.string_or("revision", ""));
  result.extractor = MLX_TRY(json.string_or("extractor", ""));
  return result;
}

Result<std::string> read_component_name(const JsonReader& json) {
  const JsonReader place = MLX_TRY(json.at("name"));
  std::string name = MLX_TRY(place.as_string());
  if (!is_component_name(name)) {
    return std::unexpected(
        place.complaint("`" + name + "` is not a component's name: use a-z, 0-9 and hyphens"));
  }
  return name;
}

Result<Version> read_version(const JsonReader& json) {
  const JsonReader place = MLX_TRY(json.at("version"));
  return place.located(Version::parse(MLX_TRY(place.as_string())));
}

}  // namespace

Result<Component> read_component(std::string_view json, std::string_view file) {
  const nlohmann::json document = MLX_TRY(parse_json(json, file));
  const JsonReader reader(document, std::string(file));
  const JsonReader requires_reader = MLX_TRY(reader.at("requires"));
  Component component;
  component.name = MLX_TRY(read_component_name(reader));
  component.version = MLX_TRY(read_version(reader));
  component.title = MLX_TRY(reader.string("title"));
  component.description = MLX_TRY(reader.string("description"));
  component.type = MLX_TRY(read_name<ComponentType>(reader, "type"));
  component.categories = MLX_TRY(reader.strings("categories"));
  component.import_root = MLX_TRY(read_import_root(reader));
  component.files = MLX_TRY(read_files(reader));
  component.requirements = MLX_TRY(read_requires(requires_reader));
  component.injection_points = MLX_TRY(read_injection_points(reader));
  if (reader.has("provides")) component.provides = MLX_TRY(read_provides(MLX_TRY(reader.at("provides"))));
  if (reader.has("compatibility")) {
    component.compatibility = MLX_TRY(read_compatibility(MLX_TRY(reader.at("compatibility"))));
  }
  if (reader.has("provenance")) {
    component.provenance = MLX_TRY(read_provenance(MLX_TRY(reader.at("provenance"))));
  }
  return component;
}

}  // namespace mlx
