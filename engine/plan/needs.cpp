#include "engine/plan/needs.h"

#include <algorithm>
#include <string_view>

#include "engine/base/names.h"

namespace mlx {
namespace {

/// The name at the start of a text: `a.b.c`.
std::string_view dotted_name(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (is_name_character(text[end]) || text[end] == '.')) ++end;
  return text.substr(0, end);
}

std::string_view without_indentation(std::string_view line) {
  return line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
}

/// The modules that a Python text imports absolutely. Lines that only look like an import, in a
/// string, are taken too: what seems to be needed stays.
void collect_imports(std::string_view text, std::vector<std::string>& imports) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = without_indentation(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("from ")) {
      imports.emplace_back(dotted_name(without_indentation(line.substr(5))));
    } else if (line.starts_with("import ")) {
      line.remove_prefix(7);
      while (!line.empty()) {
        const std::size_t comma = std::min(line.find(','), line.size());
        imports.emplace_back(dotted_name(without_indentation(line.substr(0, comma))));
        line.remove_prefix(std::min(comma + 1, line.size()));
      }
    }
  }
}

/// Could importing `module` need the distribution? `pydantic_settings` needs pydantic-settings, `hydra`
/// hydra-core, `yaml` PyYAML.
bool may_come_from(std::string_view module, const std::string& distribution) {
  const std::string top = normalized_name(module.substr(0, module.find('.')));
  return !top.empty() && (distribution == top || distribution.starts_with(top + "-") ||
                          distribution == "py" + top || distribution == "python-" + top);
}

/// The module that a file is, as far as its path tells: `src.api` for `src/api/__init__.py`.
std::string module_of(std::string_view path) {
  if (!path.ends_with(".py")) return {};
  path.remove_suffix(3);
  if (path.ends_with("/__init__")) path.remove_suffix(9);
  std::string module(path);
  std::ranges::replace(module, '/', '.');
  return module;
}

bool names(const std::vector<Requirement>& requirements, const std::string& distribution) {
  return std::ranges::any_of(requirements, [&](const Requirement& requirement) {
    return normalized_name(requirement.name) == distribution;
  });
}

/// Is the declaration among what is required: a main one for anything, a group's for that group?
bool is_required(const ComponentRequirements& requirements, const DependencyAddition& declared,
                 const std::string& distribution) {
  if (declared.group.empty() && names(requirements.distributions, distribution)) return true;
  return std::ranges::any_of(requirements.groups, [&](const auto& entry) {
    const auto& [group, members] = entry;
    const bool is_for_group =
        declared.group.empty() || normalized_name(group) == normalized_name(declared.group);
    return is_for_group && names(members, distribution);
  });
}

bool is_named(const ComponentRequirements& requirements, const std::string& distribution) {
  return names(requirements.distributions, distribution) ||
         std::ranges::any_of(requirements.groups,
                             [&](const auto& entry) { return names(entry.second, distribution); });
}

}  // namespace

Result<Needs> Needs::of(const std::map<std::string, LockedComponent>& components,
                        const NeedsSources& sources) {
  Needs needs;
  for (const auto& [name, locked] : components) {
    Needing component{.name = name, .requirements = {}, .imports = {}, .text = {}};
    if (const auto known = sources.known.find(name); known != sources.known.end()) {
      component.requirements = known->second->requirements;
    } else if (sources.registries != nullptr) {
      const Registries& registries = *sources.registries;
      const auto registry = registries.registry(registries.name_of(locked.registry).value_or(""));
      const auto described = registry ? (*registry)->component(name) : std::unexpected(registry.error());
      if (described) component.requirements = described->requirements;
    }
    for (const auto& [path, file] : locked.files) {
      const RepoPath place = MLX_TRY(RepoPath::parse(path));
      const bool is_planned = sources.planned != nullptr && sources.planned->is_planned(place);
      if (!is_planned && !is_file(MLX_TRY(sources.project.kind(place)))) continue;
      const std::string text = is_planned ? MLX_TRY(sources.planned->read(place)).value_or("")
                                          : MLX_TRY(sources.project.read(place));
      if (path.ends_with(".py")) collect_imports(text, component.imports);
      component.text += text + "\n";
    }
    needs.components_.push_back(std::move(component));
  }
  return needs;
}

bool Needs::may_be_imported(const Requirement& distribution, std::string_view text) {
  std::vector<std::string> imports;
  collect_imports(text, imports);
  const std::string name = normalized_name(distribution.name);
  return std::ranges::any_of(imports, [&](const std::string& module) { return may_come_from(module, name); });
}

std::vector<std::string> Needs::dependents_of(const std::string& name,
                                              const LockedComponent& component) const {
  std::vector<std::string> modules;
  for (const auto& [path, file] : component.files) {
    const std::string module = file.source.empty() ? "" : module_of(path);
    if (!module.empty()) modules.push_back(module);
  }
  // The source root may be left out of imports: `src/my_pkg/api.py` is `my_pkg.api`.
  const auto is_imported = [&modules](const std::string& imported) {
    return !imported.empty() && std::ranges::any_of(modules, [&](const std::string& module) {
      return module == imported || module.ends_with("." + imported);
    });
  };
  std::vector<std::string> dependents;
  for (const Needing& other : components_) {
    const bool is_dependent = other.requirements ? other.requirements->components.contains(name)
                                                 : std::ranges::any_of(other.imports, is_imported);
    if (is_dependent) dependents.push_back(other.name);
  }
  return dependents;
}

std::optional<std::string> Needs::who_needs(const DependencyAddition& declared) const {
  const std::string distribution = normalized_name(declared.requirement.name);
  for (const Needing& component : components_) {
    if (component.requirements && is_required(*component.requirements, declared, distribution)) {
      return component.name;
    }
    // What a component says about a distribution counts; its imports, where it says nothing.
    const bool says_nothing = !component.requirements || !is_named(*component.requirements, distribution);
    if (says_nothing && std::ranges::any_of(component.imports, [&](const std::string& module) {
          return may_come_from(module, distribution);
        })) {
      return component.name;
    }
  }
  return std::nullopt;
}

std::optional<std::string> Needs::who_needs_variable(const std::string& name) const {
  for (const Needing& component : components_) {
    const bool is_declared =
        component.requirements &&
        std::ranges::any_of(component.requirements->environment,
                            [&](const EnvironmentVariable& variable) { return variable.name == name; });
    if (is_declared || has_name(component.text, name)) return component.name;
  }
  return std::nullopt;
}

}  // namespace mlx
