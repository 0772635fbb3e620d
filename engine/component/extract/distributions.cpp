#include "engine/component/extract/distributions.h"

#include <algorithm>
#include <array>
#include <optional>

#include "engine/component/extract/import_names.h"

namespace mlx {
namespace {

/// Imports that need another distribution to work, which nothing imports by name.
struct ImpliedDistribution {
  std::string_view import;
  std::string_view distribution;
};
constexpr std::array kImplied = {ImpliedDistribution{"fastapi.testclient", "httpx"},
                                 ImpliedDistribution{"starlette.testclient", "httpx"}};

bool is_under(std::string_view dotted, std::string_view prefix) {
  return dotted.starts_with(prefix) && (dotted.size() == prefix.size() || dotted[prefix.size()] == '.');
}

/// Declarations of the projects around a directory, the innermost first, then those of all others.
std::vector<const ProjectDistribution*> by_nearness(const std::vector<ProjectDistribution>& declared,
                                                    const std::string& directory) {
  const auto distance = [&](const ProjectDistribution* distribution) {
    const std::string& project = distribution->directory;
    const bool is_around = project.empty() || directory == project || directory.starts_with(project + "/");
    return is_around ? directory.size() - project.size() : directory.size() + 1 + project.size();
  };
  std::vector<const ProjectDistribution*> list;
  list.reserve(declared.size());
  for (const ProjectDistribution& distribution : declared) list.push_back(&distribution);
  std::ranges::stable_sort(list, {}, distance);
  return list;
}

class DistributionFinder {
 public:
  DistributionFinder(const Platform& platform, const ComponentPart& part, std::vector<Finding>& findings)
      : platform_(platform), part_(part), findings_(findings) {
    const std::string directory = part.root_directory.empty() ? part.paths.front() : part.root_directory;
    for (const ProjectDistribution* declared : by_nearness(platform.declared, directory)) {
      auto& known = by_name_[normalized_name(declared->requirement.name)];
      // The nearest project that needs it to run decides.
      const bool is_other = !known.empty() && known.front()->directory != declared->directory;
      const bool has_main = std::ranges::any_of(known, [](const auto* d) { return d->group.empty(); });
      if (is_other && (has_main || !declared->group.empty())) continue;
      if (is_other) known.clear();
      known.push_back(declared);
    }
  }

  ComponentDistributions run() {
    for (const FileId file : part_.sources) {
      for (const PythonImport& import : platform_.index.module(file).imports) {
        const bool is_optional = import.context.is_optional || import.context.is_type_checking;
        add(file, import, is_optional ? optional_ : required_);
      }
    }
    for (const std::string& path : part_.tests) {
      const auto file = platform_.index.find(path);
      if (!file) continue;
      for (const PythonImport& import : platform_.index.module(*file).imports) add(*file, import, tests_);
      const bool is_test = path.rfind("/test_") != std::string::npos;
      if (is_test && !tests_.contains("pytest")) add_declared("pytest", {.file = path, .line = 1}, tests_);
    }
    for (const auto& [name, found] : required_) {
      optional_.erase(name);
      tests_.erase(name);
    }
    if (is_beside_code()) move_to_development();
    report();
    return {.required = values(required_), .optional = values(optional_), .tests = values(tests_)};
  }

 private:
  using Found = std::map<std::string, std::vector<FoundDistribution>>;

  static std::vector<FoundDistribution> values(Found& found) {
    std::vector<FoundDistribution> list;
    for (auto& [name, entries] : found) std::ranges::move(entries, std::back_inserter(list));
    return list;
  }

  /// Code that lies in no code root is not installed with the project: it serves those who work on it.
  [[nodiscard]] bool is_beside_code() const {
    return part_.root_directory.empty() && !platform_.roots.empty();
  }

  /// What only groups declare stays out of what the project runs on.
  void move_to_development() {
    std::erase_if(required_, [&](auto& entry) {
      const auto declared = by_name_.find(entry.first);
      const bool is_grouped =
          declared != by_name_.end() && std::ranges::all_of(declared->second, [](const auto* distribution) {
            return !distribution->group.empty();
          });
      if (is_grouped) tests_.insert_or_assign(entry.first, std::move(entry.second));
      return is_grouped;
    });
  }

  void add(FileId file, const PythonImport& import, Found& found) {
    if (import.level > 0) return;
    const ResolvedImport resolved = platform_.index.resolve(file, import);
    const std::string top = import.module.substr(0, import.module.find('.'));
    const bool is_ours = !resolved.files.empty() && !is_standard_library(top);
    if (is_ours || resolved.external.empty() || is_standard_library(top)) return;
    if (is_own_namespace(import.module)) return;
    const Evidence place{.file = platform_.index.python()[file].str(), .line = import.line};
    for (const ImpliedDistribution& implied : kImplied) {
      if (is_under(resolved.external, implied.import))
        add_declared(std::string(implied.distribution), place, found);
    }
    const auto name = distribution_of(resolved.external, import.module);
    if (!name) {
      unknown_[top].push_back(place);
    } else if (!add_declared(*name, place, found)) {
      add_undeclared(*name, place, found);
    }
  }

  /// A directory of ours without an `__init__.py`, on the way to modules of ours.
  [[nodiscard]] bool is_own_namespace(std::string_view module) const {
    return std::ranges::any_of(platform_.roots,
                               [&](const CodeRoot& root) { return is_under(module, root.import_root); });
  }

  /// The normalized name of the distribution that provides an import.
  [[nodiscard]] std::optional<std::string> distribution_of(std::string_view path,
                                                           std::string_view module) const {
    const auto candidates = known_distributions(path);
    for (const std::string_view candidate : candidates) {
      if (by_name_.contains(normalized_name(candidate))) return normalized_name(candidate);
    }
    for (std::string_view prefix = module;; prefix = prefix.substr(0, prefix.rfind('.'))) {
      std::string name = normalized_name(prefix);
      if (by_name_.contains(name)) return name;
      if (prefix.find('.') == std::string_view::npos) break;
    }
    for (const std::string_view candidate : candidates) {
      if (platform_.locked.contains(normalized_name(candidate))) return normalized_name(candidate);
    }
    std::string top = normalized_name(module.substr(0, module.find('.')));
    if (platform_.locked.contains(top)) return top;
    if (!candidates.empty()) return normalized_name(candidates.front());
    return std::nullopt;
  }

  /// Adds what the project declares under this name, main dependencies before those of groups.
  bool add_declared(const std::string& name, const Evidence& place, Found& found) {
    const auto declared = by_name_.find(name);
    if (declared == by_name_.end()) return false;
    auto [entry, is_new] = found.try_emplace(name);
    if (is_new) {
      const bool is_main =
          std::ranges::any_of(declared->second, [](const auto* d) { return d->group.empty(); });
      for (const ProjectDistribution* distribution : declared->second) {
        if (is_main && !distribution->group.empty()) continue;
        const bool is_repeated = std::ranges::any_of(entry->second, [&](const FoundDistribution& other) {
          return other.requirement.marker == distribution->requirement.marker;
        });
        if (is_repeated) continue;
        entry->second.push_back(
            {.requirement = distribution->requirement, .imports = {}, .declaration = distribution->evidence});
      }
    }
    for (FoundDistribution& distribution : entry->second) distribution.imports.push_back(place);
    return true;
  }

  void add_undeclared(const std::string& name, const Evidence& place, Found& found) {
    undeclared_[name].push_back(place);
    auto [entry, is_new] = found.try_emplace(name);
    if (is_new) {
      const auto locked = platform_.locked.find(name);
      FoundDistribution distribution{
          .requirement = {.name = name, .extras = {}, .specifier = {}, .url = {}, .marker = {}, .text = name},
          .imports = {},
          .declaration = {}};
      if (locked != platform_.locked.end()) {
        distribution.requirement = locked->second.requirement;
        distribution.declaration = locked->second.evidence;
      }
      entry->second.push_back(std::move(distribution));
    }
    for (FoundDistribution& distribution : entry->second) distribution.imports.push_back(place);
  }

  void report() {
    for (const auto& [name, places] : undeclared_) {
      findings_.push_back(
          {.code = "distribution-undeclared",
           .severity = Severity::kWarning,
           .message = part_.name + " imports what " + name + " provides, which the project does not declare",
           .remedy = "declare " + name + " with the versions that you support",
           .evidence = places});
    }
    for (const auto& [name, places] : unknown_) {
      findings_.push_back(
          {.code = "import-unresolved",
           .severity = Severity::kWarning,
           .message = part_.name + " imports `" + name + "`, which is neither here nor declared",
           .remedy = "declare the distribution that provides it",
           .evidence = places});
    }
  }

  const Platform& platform_;
  const ComponentPart& part_;
  std::vector<Finding>& findings_;
  std::map<std::string, std::vector<const ProjectDistribution*>, std::less<>> by_name_;
  Found required_;
  Found optional_;
  Found tests_;
  std::map<std::string, std::vector<Evidence>> undeclared_;
  std::map<std::string, std::vector<Evidence>> unknown_;
};

}  // namespace

ComponentDistributions find_distributions(const Platform& platform, const ComponentPart& part,
                                          std::vector<Finding>& findings) {
  return DistributionFinder(platform, part, findings).run();
}

}  // namespace mlx
