#include "engine/plan/extract.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/plan_output.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "engine/index/index_cache.h"
#include "engine/index/memory_snapshot.h"
#include "engine/io/apply_plan.h"
#include "engine/io/directory.h"
#include "engine/io/index_store.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

/// What was read of a platform, and what came of it.
struct Extracted {
  std::unique_ptr<IndexStore> store;  ///< none: nothing is remembered
  std::unique_ptr<Snapshot> files;
  ProjectConfiguration configuration;
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

/// Facts of files that are read once for all runs. Without a place for them every run reads all.
std::unique_ptr<IndexStore> open_index_store(const ExtractArguments& arguments) {
  const std::filesystem::path directory = cache_directory();
  if (arguments.no_cache || directory.empty()) return nullptr;
  auto store = IndexStore::open(directory / "index.db");
  return store ? std::move(*store) : nullptr;
}

Result<Extracted> extract_project(const ExtractArguments& arguments) {
  Extracted extracted{
      .store = open_index_store(arguments), .files = nullptr, .configuration = {}, .extraction = {}};
  extracted.files = MLX_TRY(extracted.store ? extracted.store->open_directory(arguments.directory)
                                            : open_directory_snapshot(arguments.directory));
  extracted.configuration = MLX_TRY(read_configuration(*extracted.files));
  MLX_CHECK(add_components(arguments.components, extracted.configuration));
  NoIndexCache nothing;
  IndexCache& cache = extracted.store ? static_cast<IndexCache&>(*extracted.store) : nothing;
  const RepoIndex index =
      MLX_TRY(RepoIndex::build(*extracted.files, cache, source_roots(extracted.configuration)));
  if (extracted.store) extracted.store->save();
  extracted.extraction = MLX_TRY(extract_components(*extracted.files, index, extracted.configuration));
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

CatalogueIdentity identity_of(const ProjectConfiguration& configuration) {
  const CatalogueSettings& settings = configuration.catalogue;
  return {.name = settings.name, .homepage = settings.homepage, .address = settings.address};
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
    fmt::print("{}\n", json({{"component", arguments.explain}, {"facts", std::move(facts)}}).dump(2));
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

}  // namespace

int extract(const ExtractArguments& arguments) {
  const auto extracted = extract_project(arguments);
  if (!extracted) return report(extracted.error());
  const Extraction& extraction = extracted->extraction;
  if (!arguments.explain.empty()) return explain(extraction, arguments);

  const std::filesystem::path out = arguments.out.empty()
                                        ? std::filesystem::path(arguments.directory) / "mlx-components"
                                        : std::filesystem::path(arguments.out);
  std::error_code ignored;
  if (!arguments.check) std::filesystem::create_directories(out, ignored);
  std::unique_ptr<Snapshot> catalogue;
  if (std::filesystem::is_directory(out, ignored)) {
    auto opened = open_directory_snapshot(out);
    if (!opened) return report(opened.error());
    catalogue = std::move(*opened);
  } else {
    catalogue = std::make_unique<MemorySnapshot>();
  }
  ExtractRequest request{.directory = "",
                         .identity = identity_of(extracted->configuration),
                         .only = {},
                         .prunes = arguments.prune};
  if (!arguments.paths.empty()) {
    request.only = components_at(extraction, arguments.paths);
    if (request.only.empty())
      return report({ErrorCode::kNotFound, "no component has anything at the paths given"});
  }
  const auto plan = plan_extract(extraction, *catalogue, request);
  if (!plan) return report(plan.error());
  const bool applies = !arguments.check && !plan->is_blocked() && !plan->is_empty();
  if (applies) {
    if (const auto applied = apply_plan(*plan, out); !applied) return report(applied.error());
  }
  if (arguments.json) {
    fmt::print("{}\n", extraction_json(extraction, *plan, applies).dump(2));
  } else {
    fmt::print("{}", findings_text(plan->findings));
    if (arguments.check && !plan->is_empty()) fmt::print("{}", unified_diff(*plan));
    if (!arguments.check) print_summary(extraction);
    if (plan->is_blocked()) {
      fmt::print("Nothing was written.\n");
    } else if (plan->is_empty()) {
      fmt::print("The catalogue is what the source says.\n");
    } else if (arguments.check) {
      fmt::print("The catalogue is not what the source says: run `mlx extract`.\n");
    } else {
      fmt::print("{} files written in {}.\n", plan->files.size(), out.string());
    }
  }
  const bool is_refused = plan->is_blocked() || (arguments.check && !plan->is_empty());
  return is_refused ? kRefused : kDone;
}

}  // namespace mlx::cli
