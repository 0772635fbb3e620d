#include "engine/component/extract/extract.h"

#include <algorithm>

#include "engine/base/digest.h"
#include "engine/component/extract/boundaries.h"
#include "engine/component/extract/distributions.h"
#include "engine/component/extract/enhancements.h"
#include "engine/component/extract/provisions.h"
#include "engine/component/extract/services.h"
#include "engine/component/extract/variables.h"
#include "engine/index/watched_snapshot.h"

namespace mlx {
namespace {

constexpr std::string_view kExtractor = "mlx extract 1";
constexpr std::size_t kLargestTemplate = 4U << 20U;

std::string title_of(std::string_view name) {
  std::string title(name);
  std::ranges::replace(title, '-', ' ');
  if (title.front() >= 'a' && title.front() <= 'z') title.front() = static_cast<char>(title.front() - 32);
  return title;
}

bool has_structure(std::string_view path) {
  return path.ends_with(".py") || path.ends_with(".toml") || path.ends_with(".yaml") ||
         path.ends_with(".yml") || path.ends_with(".json");
}

/// Makes one component out of its part.
class ComponentMaker {
 public:
  ComponentMaker(const Platform& platform, const Boundaries& boundaries, const ComponentPart& part,
                 const Enhancements& enhancements, std::vector<Finding>& findings)
      : platform_(platform),
        boundaries_(boundaries),
        part_(part),
        enhancements_(enhancements),
        findings_(findings) {
    const auto settings = platform.configuration.components.find(part.name);
    if (settings != platform.configuration.components.end()) settings_ = settings->second;
  }

  ExtractedComponent run() {
    describe();
    add_files();
    add_enhancements();
    add_provisions();
    add_requirements();
    component().provenance = {.repository = {}, .revision = {}, .extractor = std::string(kExtractor)};
    return std::move(result_);
  }

 private:
  Component& component() { return result_.component; }

  void add_fact(std::string field, std::string value, std::vector<Evidence> evidence) {
    // `from x import a, b` is one place.
    std::vector<Evidence> places;
    for (Evidence& place : evidence) {
      if (std::ranges::find(places, place) == places.end()) places.push_back(std::move(place));
    }
    evidence = std::move(places);
    result_.facts.push_back(
        {.field = std::move(field), .value = std::move(value), .evidence = std::move(evidence)});
  }

  void report_setting(const Error& error, std::string_view key) {
    findings_.push_back({.code = "component-setting-invalid",
                         .severity = Severity::kError,
                         .message = part_.name + "." + std::string(key) + ": " + error.message,
                         .remedy = "correct it in the configuration",
                         .evidence = {settings_.evidence}});
  }

  void describe() {
    Component& made = component();
    made.name = part_.name;
    made.version = {.major = 1, .minor = 0, .patch = 0};
    if (!settings_.version.empty()) {
      if (auto version = Version::parse(settings_.version)) {
        made.version = *version;
      } else {
        report_setting(version.error(), "version");
      }
    }
    made.title = settings_.title.empty() ? title_of(part_.name) : settings_.title;
    made.description = settings_.description;
    for (const FileId file : part_.sources) {
      const RepoPath& path = platform_.index.python()[file];
      const bool is_package = path.filename() == "__init__.py" || part_.sources.size() == 1;
      const std::string& summary = platform_.index.module(file).summary;
      if (!is_package || summary.empty()) continue;
      add_fact("description", summary, {{.file = path.str(), .line = 1}});
      if (made.description.empty()) made.description = summary;
      break;
    }
    if (made.description.empty()) made.description = made.title + ".";
    made.categories = settings_.categories;
    made.import_root = part_.import_root.empty() ? "src" : part_.import_root;
  }

  void add_files() {
    for (const FileId file : part_.sources) add_file(platform_.index.python()[file].str(), FileKind::kSource);
    for (const std::string& path : part_.data) add_file(path, FileKind::kSource);
    for (const std::string& path : part_.configs) add_file(path, FileKind::kConfig);
    for (const std::string& path : part_.tests) add_file(path, FileKind::kTest);
    std::ranges::sort(component().files, {}, [](const ComponentFile& file) { return file.target; });
  }

  void add_file(const std::string& path, FileKind kind) {
    auto text = platform_.text(path);
    const auto target = RepoPath::parse(target_of(part_, path));
    const auto place = RepoPath::parse("templates/" + target_of(part_, path));
    if (!text || !target || !place) return;
    if (const auto sliced = enhancements_.rests.find(path); sliced != enhancements_.rests.end())
      text = sliced->second;
    const std::string_view reason = protected_reason(*target);
    const bool is_text = is_utf8(*text) && text->find('\0') == std::string::npos;
    if (!is_text || !reason.empty() || text->size() > kLargestTemplate) {
      report_left_out(path, !reason.empty() ? std::string(reason)
                            : is_text       ? "it has more than 4 MB"
                                            : "it is not UTF-8 text");
      return;
    }
    const auto entry =
        std::ranges::lower_bound(platform_.index.files(), path, {},
                                 [](const IndexedFile& f) -> const std::string& { return f.path.str(); });
    component().files.push_back(
        {.path = *place,
         .target = *target,
         .kind = kind,
         .merge = has_structure(path) ? MergeStrategy::kMerge : MergeStrategy::kReplace,
         .is_executable = entry->kind == EntryKind::kExecutable,
         .sha256 = sha256_hex(*text)});
    result_.templates.emplace(place->str(), *std::move(text));
  }

  void report_left_out(const std::string& path, const std::string& reason) {
    findings_.push_back({.code = "file-left-out",
                         .severity = Severity::kWarning,
                         .message = path + " is not part of " + part_.name + ": " + reason,
                         .remedy = {},
                         .evidence = {{.file = path}}});
  }

  /// Templates of the lines that this component adds to files of others.
  void add_enhancements() {
    for (const FileEnhancement& added : enhancements_.additions) {
      if (added.component != part_.name) continue;
      const std::string text = write_enhancement(added.enhancement);
      const auto target = RepoPath::parse(added.target);
      const auto place = RepoPath::parse("templates/" + added.target);
      component().files.push_back({.path = place.value(),
                                   .target = target.value(),
                                   .kind = FileKind::kSource,
                                   .merge = MergeStrategy::kEnhance,
                                   .is_executable = false,
                                   .sha256 = sha256_hex(text)});
      result_.templates.emplace(place->str(), text);
      for (const AddedStatement& statement : added.enhancement.statements) {
        component().injection_points.push_back({.name = "application-factory",
                                                .file = added.target,
                                                .function = added.enhancement.function,
                                                .location = statement.location});
        add_fact("injectionPoints", statement.text + " " + statement.location, {{.file = added.source}});
      }
    }
    component().compatibility.enhances = settings_.enhances;
  }

  void add_provisions() {
    FoundProvisions found = find_provisions(platform_, part_);
    ComponentProvisions& provides = component().provides;
    provides.modules = std::move(found.modules);
    for (auto& [symbol, evidence] : found.symbols) {
      add_fact("provides.symbols", symbol.name + " " + symbol.signature, {evidence});
      provides.symbols.push_back(std::move(symbol));
    }
    for (auto& [route, evidence] : found.routes) {
      const std::string name = route.method + " " + route.path;
      add_fact("provides.routes", name, {evidence});
      if (route.role != RouteRole::kNone) {
        add_fact("provides.routes.role", name + " " + std::string(to_string(route.role)),
                 shown_role(route, evidence));
      }
      provides.routes.push_back(std::move(route));
    }
    for (auto& [entry, evidence] : found.entry_points) {
      add_fact("provides.entryPoints", entry, {evidence});
      provides.entry_points.push_back(std::move(entry));
    }
    for (const PlatformContainer* container : found.containers) {
      add_fact("provides.containers", container->facts.file + " " + container->facts.command,
               container->evidence);
      provides.containers.push_back(container->facts);
    }
    for (auto& [point, evidence] : found.injection_points) {
      add_fact("injectionPoints", point.name + " " + point.function, {evidence});
      component().injection_points.push_back(std::move(point));
    }
    const bool is_program = !provides.routes.empty() || !provides.entry_points.empty();
    component().type = is_program ? ComponentType::kApplication : ComponentType::kUtility;
    if (settings_.type.empty()) return;
    if (const auto type = parse_component_type(settings_.type)) {
      component().type = *type;
    } else {
      report_setting(type.error(), "type");
    }
  }

  /// Where a route is written, and where a container's health check asks for it.
  [[nodiscard]] std::vector<Evidence> shown_role(const ProvidedRoute& route, const Evidence& written) const {
    std::vector<Evidence> places = {written};
    for (const PlatformContainer& container : platform_.containers) {
      if (container.health_paths.contains(route.path)) places.push_back(container.health_check_evidence);
    }
    return places;
  }

  void add_requirements() {
    ComponentRequirements& requirements = component().requirements;
    requirements.python = platform_.requires_python;
    const ComponentDistributions found = find_distributions(platform_, part_, findings_);
    for (const FoundDistribution& distribution : found.required) {
      add_distribution("requires.distributions", distribution);
      requirements.distributions.push_back(distribution.requirement);
    }
    for (const FoundDistribution& distribution : found.optional) {
      add_distribution("requires.optional", distribution);
      requirements.optional.push_back(distribution.requirement);
    }
    for (const FoundDistribution& distribution : found.tests) {
      add_distribution("requires.groups.dev", distribution);
      requirements.groups["dev"].push_back(distribution.requirement);
    }
    for (FoundVariable& found_variable : find_variables_) add_variable(found_variable);
    for (FoundService& service : find_services(platform_, part_, find_variables_)) {
      add_fact("requires.services", service.service.name, service.evidence);
      requirements.services.push_back(std::move(service.service));
    }
    add_components();
  }

  void add_distribution(std::string field, const FoundDistribution& found) {
    std::vector<Evidence> evidence = found.imports;
    if (!found.declaration.file.empty()) evidence.push_back(found.declaration);
    add_fact(std::move(field), found.requirement.text, std::move(evidence));
  }

  void add_variable(const FoundVariable& found) {
    add_fact("requires.environment", found.variable.name, found.evidence);
    component().requirements.environment.push_back(found.variable);
  }

  void add_components() {
    std::map<std::string, std::vector<Evidence>> required;
    std::map<std::string, std::vector<Evidence>> optional;
    for (const ComponentTie& tie : boundaries_.ties) {
      if (tie.from == part_.name) (tie.is_optional ? optional : required)[tie.to].push_back(tie.evidence);
    }
    for (const auto& [name, evidence] : required) {
      add_fact("requires.components", name, evidence);
      required_components_.push_back(name);
    }
    for (const auto& [name, evidence] : optional) {
      if (required.contains(name)) continue;
      add_fact("compatibility.optional", name, evidence);
      component().compatibility.optional.push_back(name);
    }
    for (const std::string& name : required_components_) {
      component().requirements.components.emplace(name, range_for(name));
    }
  }

  /// `^1.2` of the version that the platform has now.
  [[nodiscard]] VersionRange range_for(const std::string& name) const {
    const auto settings = platform_.configuration.components.find(name);
    const bool has_version =
        settings != platform_.configuration.components.end() && !settings->second.version.empty();
    const auto version = Version::parse(has_version ? settings->second.version : "1.0.0");
    const Version known = version.value_or(Version{.major = 1, .minor = 0, .patch = 0});
    return VersionRange::parse("^" + std::to_string(known.major) + "." + std::to_string(known.minor)).value();
  }

  const Platform& platform_;
  const Boundaries& boundaries_;
  const ComponentPart& part_;
  const Enhancements& enhancements_;
  std::vector<Finding>& findings_;
  ComponentSettings settings_;
  ExtractedComponent result_;
  std::vector<FoundVariable> find_variables_ = find_variables(platform_, part_);
  std::vector<std::string> required_components_;
};

/// What the reader had to say about single files.
void report_problems(const Platform& platform, const Boundaries& boundaries, std::vector<Finding>& findings) {
  std::vector<Evidence> stars;
  for (const ComponentPart& part : boundaries.parts) {
    for (const FileId file : part.sources) {
      const PythonModule& module = platform.index.module(file);
      const std::string& path = platform.index.python()[file].str();
      for (const SourceProblem& problem : module.problems) {
        const bool is_syntax = problem.code == "syntax-error";
        findings.push_back(
            {.code = problem.code,
             .severity = is_syntax ? Severity::kWarning : Severity::kInfo,
             .message = path + ": " + problem.message,
             .remedy = is_syntax ? "correct the file; what could be read of it was extracted" : "",
             .evidence = {{.file = path, .line = problem.line}}});
      }
      for (const PythonImport& import : module.imports) {
        if (import.name == "*") stars.push_back({.file = path, .line = import.line});
      }
    }
  }
  if (stars.empty()) return;
  findings.push_back({.code = "star-import",
                      .severity = Severity::kInfo,
                      .message = "names that `import *` brings are not known, and not listed",
                      .remedy = "name what is imported, or list it in `__all__`",
                      .evidence = std::move(stars)});
}

/// Containers that are of no component: each that runs Python which is in none, and all others together.
void report_containers(const Platform& platform, const Boundaries& boundaries,
                       std::vector<Finding>& findings) {
  Finding others{.code = "container-unassigned",
                 .severity = Severity::kInfo,
                 .message = "these Dockerfiles do not say what Python of this platform they start",
                 .remedy = {},
                 .evidence = {}};
  for (const PlatformContainer& container : platform.containers) {
    if (!container.file) {
      others.evidence.push_back(container.evidence.front());
    } else if (!boundaries.owner.contains(*container.file)) {
      findings.push_back(
          {.code = "container-unassigned",
           .severity = Severity::kInfo,
           .message = container.facts.file + " is of no component: it starts " + container.starts,
           .remedy = {},
           .evidence = container.evidence});
    }
  }
  if (!others.evidence.empty()) findings.push_back(std::move(others));
}

}  // namespace

bool Extraction::has_errors() const {
  return std::ranges::any_of(findings, [](const Finding& f) { return f.severity == Severity::kError; });
}

Result<Extraction> extract_components(const Snapshot& snapshot, const RepoIndex& index,
                                      const ProjectConfiguration& configuration) {
  Extraction extraction;
  std::vector<Finding>& findings = extraction.findings;
  const WatchedSnapshot files(snapshot);
  const Platform platform = MLX_TRY(read_platform(files, index, configuration, findings));
  Boundaries boundaries = find_boundaries(platform, findings);
  assign_tests(platform, boundaries, findings);
  assign_configs(platform, boundaries, findings);
  const Enhancements enhancements = find_enhancements(platform, boundaries, findings);
  report_problems(platform, boundaries, findings);
  report_containers(platform, boundaries, findings);
  for (const ComponentPart& part : boundaries.parts) {
    extraction.components.push_back(ComponentMaker(platform, boundaries, part, enhancements, findings).run());
  }
  // What could not be read was left out, which must not pass for a component without it.
  if (const auto& failure = files.failure()) return std::unexpected(*failure);
  return extraction;
}

}  // namespace mlx
