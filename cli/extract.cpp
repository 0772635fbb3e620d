#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/index_facts.h"
#include "cli/json_output.h"
#include "cli/plan_output.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "engine/index/index_cache.h"
#include "engine/index/memory_snapshot.h"
#include "engine/io/apply_plan.h"
#include "engine/io/directory.h"
#include "engine/io/index_store.h"
#include "engine/plan/raise_versions.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

/// What was read of a platform, and what came of it.
struct Extracted {
  std::unique_ptr<IndexStore> store;  ///< none: nothing is remembered
  std::unique_ptr<Snapshot> files;
  ProjectConfiguration configuration;
  RepoIndex index;
  Extraction extraction;
};

Result<void> add_components(const std::vector<std::string>& arguments, ProjectConfiguration& configuration) {
  for (const std::string& argument : arguments) {
    const auto equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const std::string path = equals == std::string::npos ? std::string() : argument.substr(equals + 1);
    if (!is_component_name(name) || path.empty()) {
      return fail(ErrorCode::kInvalidInput,
                  "--component " + argument + ": write NAME=PATH, such as `feature-store=src/features`");
    }
    configuration.components[name].paths.push_back(MLX_TRY(RepoPath::parse(path)).str());
  }
  return {};
}

Result<Extracted> extract_project(const ExtractArguments& arguments) {
  Extracted extracted{.store = arguments.no_cache ? nullptr : open_index_facts(),
                      .files = nullptr,
                      .configuration = {},
                      .index = {},
                      .extraction = {}};
  extracted.files = MLX_TRY(extracted.store ? extracted.store->open_directory(arguments.directory)
                                            : open_directory_snapshot(arguments.directory));
  extracted.configuration = MLX_TRY(read_configuration(*extracted.files));
  MLX_CHECK(add_components(arguments.components, extracted.configuration));
  NoIndexCache nothing;
  IndexCache& cache = extracted.store ? static_cast<IndexCache&>(*extracted.store) : nothing;
  extracted.index = MLX_TRY(RepoIndex::build(*extracted.files, cache, source_roots(extracted.configuration)));
  if (extracted.store) extracted.store->save();
  extracted.extraction =
      MLX_TRY(extract_components(*extracted.files, extracted.index, extracted.configuration));
  return extracted;
}

/// Components that own something at or below one of the paths.
std::vector<std::string> components_at(const Extraction& extraction, const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const ExtractedComponent& extracted : extraction.components) {
    const bool is_meant = std::ranges::any_of(extracted.component.files, [&](const ComponentFile& file) {
      return std::ranges::any_of(paths, [&](const std::string& path) { return file.target.is_within(path); });
    });
    if (is_meant) names.push_back(extracted.component.name);
  }
  return names;
}

int explain(const Extraction& extraction, const ExtractArguments& arguments) {
  const auto found = std::ranges::find(extraction.components, arguments.explain,
                                       [](const auto& e) { return e.component.name; });
  if (found == extraction.components.end()) {
    return report({ErrorCode::kNotFound, "nothing called `" + arguments.explain + "` is extracted here"});
  }
  if (arguments.json) {
    json facts = json::array();
    for (const ExtractedFact& fact : found->facts) {
      json places = json::array();
      for (const Evidence& place : fact.evidence)
        places.push_back({{"file", place.file}, {"line", place.line}});
      facts.push_back({{"field", fact.field}, {"value", fact.value}, {"evidence", std::move(places)}});
    }
    print_json(json({{"component", arguments.explain}, {"facts", std::move(facts)}}));
    return kDone;
  }
  std::string field;
  for (const ExtractedFact& fact : found->facts) {
    if (fact.field != field) fmt::print("{}{}\n", field.empty() ? "" : "\n", fact.field);
    field = fact.field;
    fmt::print("  {}\n", printable(fact.value));
    for (const Evidence& place : fact.evidence) fmt::print("      {}\n", printable(to_string(place)));
  }
  return kDone;
}

json extraction_json(const Extraction& extraction, const ChangePlan& plan, bool is_applied) {
  json components = json::array();
  for (const ExtractedComponent& extracted : extraction.components) {
    const Component& component = extracted.component;
    components.push_back({{"name", component.name},
                          {"version", to_string(component.version)},
                          {"component", json::parse(write_component(component))}});
  }
  json result = plan_json(plan, is_applied);
  return {{"applied", is_applied},
          {"blocked", plan.is_blocked()},
          {"upToDate", plan.is_empty()},
          {"components", std::move(components)},
          {"files", std::move(result["files"])},
          {"findings", std::move(result["findings"])}};
}

void print_summary(const Extraction& extraction) {
  for (const ExtractedComponent& extracted : extraction.components) {
    const Component& component = extracted.component;
    fmt::print("{} {}: {} files, {} dependencies, {} variables, {} routes\n", component.name,
               to_string(component.version), component.files.size(),
               component.requirements.distributions.size(), component.requirements.environment.size(),
               component.provides.routes.size());
  }
}

/// The catalogue as it is; empty if there is none.
Result<std::unique_ptr<Snapshot>> open_catalogue(const std::filesystem::path& directory) {
  std::error_code ignored;
  if (std::filesystem::is_directory(directory, ignored)) return open_directory_snapshot(directory);
  return std::make_unique<MemorySnapshot>();
}

Result<ExtractionPlan> plan(Extracted& extracted, const Snapshot& catalogue,
                            const ExtractArguments& arguments) {
  ExtractRequest request{.directory = "",
                         .identity = catalogue_identity(extracted.configuration),
                         .only = {},
                         .prunes = arguments.prune};
  if (!arguments.paths.empty()) {
    request.only = components_at(extracted.extraction, arguments.paths);
    if (request.only.empty())
      return fail(ErrorCode::kNotFound, "no component has anything at the paths given");
  }
  if (arguments.bump) {
    return plan_extract_raising_versions(
        {.files = *extracted.files, .index = extracted.index, .configuration = extracted.configuration},
        catalogue, request);
  }
  ExtractionPlan plan{
      .extraction = std::move(extracted.extraction), .catalogue = {}, .configuration = {}, .raised = {}};
  plan.catalogue = MLX_TRY(plan_extract(plan.extraction, catalogue, request));
  return plan;
}

ChangePlan configuration_plan(const ExtractionPlan& plan) {
  ChangePlan changes;
  if (plan.configuration) changes.files.push_back(*plan.configuration);
  return changes;
}

/// The configuration first: cut off between the two, the same command does the rest.
Result<void> apply(const ExtractionPlan& plan, const std::string& directory,
                   const std::filesystem::path& out) {
  if (plan.configuration) MLX_CHECK(apply_plan(configuration_plan(plan), directory));
  return apply_plan(plan.catalogue, out);
}

/// What `r/` holds is made of the rest, on long lines: its files are named only.
void print_differences(const ChangePlan& plan) {
  ChangePlan shown;
  std::size_t made = 0;
  for (const FileChange& file : plan.files) {
    const bool is_made = file.path.is_within("r");
    if (is_made) ++made;
    if (!is_made) shown.files.push_back(file);
  }
  fmt::print("{}", unified_diff(shown));
  if (made > 0) fmt::print("and {} files in r/, which are made of these\n", made);
}

void print_outcome(const ExtractionPlan& plan, const ExtractArguments& arguments,
                   const std::filesystem::path& out) {
  fmt::print("{}", findings_text(plan.catalogue.findings));
  if (arguments.check) {
    fmt::print("{}", unified_diff(configuration_plan(plan)));
    print_differences(plan.catalogue);
  }
  if (!arguments.check) print_summary(plan.extraction);
  if (plan.is_blocked()) {
    fmt::print("Nothing was written.\n");
  } else if (plan.is_empty()) {
    fmt::print("The catalogue is what the source says.\n");
  } else if (arguments.check) {
    fmt::print("The catalogue is not what the source says: run `mlx extract`.\n");
  } else {
    fmt::print("{} files written in {}.\n", plan.catalogue.files.size(), out.string());
  }
}

}  // namespace

int extract(const ExtractArguments& arguments) {
  auto extracted = extract_project(arguments);
  if (!extracted) return report(extracted.error());
  if (!arguments.explain.empty()) return explain(extracted->extraction, arguments);

  const std::filesystem::path out = arguments.out.empty()
                                        ? std::filesystem::path(arguments.directory) / "mlx-components"
                                        : std::filesystem::path(arguments.out);
  std::error_code ignored;
  if (!arguments.check) std::filesystem::create_directories(out, ignored);
  const auto catalogue = open_catalogue(out);
  if (!catalogue) return report(catalogue.error());
  const auto planned = plan(*extracted, **catalogue, arguments);
  if (!planned) return report(planned.error());
  const bool applies = !arguments.check && !planned->is_blocked() && !planned->is_empty();
  if (applies) {
    if (const auto applied = apply(*planned, arguments.directory, out); !applied)
      return report(applied.error());
  }
  if (arguments.json) {
    print_json(extraction_json(planned->extraction, planned->catalogue, applies));
  } else {
    print_outcome(*planned, arguments, out);
  }
  const bool is_refused = planned->is_blocked() || (arguments.check && !planned->is_empty());
  return is_refused ? kRefused : kDone;
}

}  // namespace mlx::cli
