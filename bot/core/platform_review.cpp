#include "bot/core/platform_review.h"

#include <algorithm>
#include <map>
#include <set>

#include "bot/core/error_audience.h"

namespace mlx::bot {
namespace {

/// A file that was not seen before may be a request to the forge.
constexpr std::size_t kMostPythonFiles = 3'000;

Result<std::size_t> count_python_files(const Snapshot& project) {
  std::size_t count = 0;
  std::vector<std::string> todo = {""};
  while (!todo.empty()) {
    const std::string directory = std::move(todo.back());
    todo.pop_back();
    for (const Entry& entry : MLX_TRY(project.children(directory))) {
      const std::string path = directory.empty() ? entry.name : directory + "/" + entry.name;
      if (entry.kind == EntryKind::kDirectory) todo.push_back(path);
      if (is_file(entry.kind) && entry.name.ends_with(".py")) ++count;
    }
  }
  return count;
}

/// One side of a pull request, as far as it was read.
struct Side {
  const Snapshot& files;
  ProjectConfiguration configuration;
  RepoIndex index;
  Extraction extraction = {};
};

Result<Side> read_side(const Snapshot& files, IndexCache& cache) {
  if (const auto count = MLX_TRY(count_python_files(files)); count > kMostPythonFiles) {
    return fail(ErrorCode::kRefused, "this platform has " + std::to_string(count) +
                                         " Python files, and no more than " +
                                         std::to_string(kMostPythonFiles) +
                                         " are looked at here; run `mlx extract` where they are");
  }
  ProjectConfiguration configuration = MLX_TRY(read_configuration(files));
  RepoIndex index = MLX_TRY(RepoIndex::build(files, cache, source_roots(configuration)));
  return Side{.files = files, .configuration = std::move(configuration), .index = std::move(index)};
}

Result<Side> extract_side(const Snapshot& files, IndexCache& cache) {
  Side side = MLX_TRY(read_side(files, cache));
  side.extraction = MLX_TRY(extract_components(files, side.index, side.configuration));
  return side;
}

Result<ExtractionPlan> plan_side(Side& side, bool prunes) {
  return plan_extract_raising_versions(
      {.files = side.files, .index = side.index, .configuration = side.configuration}, side.files,
      {.directory = std::string(kCatalogueDirectory),
       .identity = catalogue_identity(side.configuration),
       .only = {},
       .prunes = prunes});
}

using ByName = std::map<std::string, const Component*>;

ByName components_of(const std::optional<Side>& side) {
  ByName components;
  if (!side) return components;
  for (const ExtractedComponent& extracted : side->extraction.components)
    components.emplace(extracted.component.name, &extracted.component);
  return components;
}

std::vector<ReviewedComponent> compare(const ByName& before, const ByName& after) {
  std::set<std::string> names;
  for (const auto& [name, component] : before) names.insert(name);
  for (const auto& [name, component] : after) names.insert(name);
  std::vector<ReviewedComponent> differing;
  for (const std::string& name : names) {
    const auto old = before.find(name);
    const auto now = after.find(name);
    ReviewedComponent reviewed{.name = name, .before = {}, .after = {}, .file_count = 0, .changes = {}};
    if (old != before.end()) reviewed.before = old->second->version;
    if (now != after.end()) reviewed.after = now->second->version;
    if (old == before.end()) {
      reviewed.file_count = now->second->files.size();
    } else if (now != after.end()) {
      if (*old->second == *now->second) continue;
      reviewed.changes = compare_components(*old->second, *now->second);
    }
    differing.push_back(std::move(reviewed));
  }
  return differing;
}

PlatformReview::Catalogue state_of(const ExtractionPlan& plan) {
  if (plan.is_blocked()) return PlatformReview::Catalogue::kBlocked;
  return plan.is_empty() ? PlatformReview::Catalogue::kCurrent : PlatformReview::Catalogue::kOutdated;
}

/// A side that the user has to mend is no side; the error is returned through `problem`.
Result<std::optional<Side>> side_if_platform(const Snapshot& files, IndexCache& cache,
                                             std::optional<Error>& problem) {
  const auto found = is_platform(files);
  auto side = found && *found ? extract_side(files, cache) : Result<Side>(Side{.files = files});
  const Error* error = !found ? &found.error() : !side ? &side.error() : nullptr;
  if (error != nullptr) {
    if (!is_for_the_user(*error)) return std::unexpected(*error);
    problem = *error;
    return std::nullopt;
  }
  if (!*found) return std::nullopt;
  return std::optional<Side>(std::move(*side));
}

Result<void> judge_catalogue(std::optional<Side>& base, Side& head, PlatformReview& review) {
  const auto plan = plan_side(head, false);
  if (!plan) {
    if (!is_for_the_user(plan.error())) return std::unexpected(plan.error());
    review.unreadable = plan.error();
    return {};
  }
  review.catalogue = state_of(*plan);
  review.raised = plan->raised;
  for (const Finding& finding : plan->catalogue.findings) {
    if (finding.severity == Severity::kError) review.findings.push_back(finding);
  }
  const bool is_question =
      review.components.empty() && review.catalogue != PlatformReview::Catalogue::kCurrent;
  if (!is_question) return {};
  // Only what this pull request is to blame for.
  if (!base) {
    review.is_catalogue_worse = true;
    return {};
  }
  const auto before = plan_side(*base, false);
  if (!before && !is_for_the_user(before.error())) return std::unexpected(before.error());
  review.is_catalogue_worse = before && state_of(*before) < review.catalogue;
  return {};
}

}  // namespace

Result<bool> is_platform(const Snapshot& project) {
  const RepoPath catalogue = MLX_TRY(RepoPath::parse(kCatalogueDirectory));
  if (MLX_TRY(project.kind(catalogue)) != EntryKind::kDirectory) return false;
  return !MLX_TRY(read_configuration(project)).components.empty();
}

Result<ExtractionPlan> plan_catalogue(const Snapshot& platform, IndexCache& cache, bool prunes) {
  Side side = MLX_TRY(read_side(platform, cache));
  return plan_side(side, prunes);
}

Result<std::optional<PlatformReview>> review_platform(const Snapshot& base, const Snapshot& head,
                                                      IndexCache& cache) {
  std::optional<Error> base_problem;
  PlatformReview review;
  auto after = MLX_TRY(side_if_platform(head, cache, review.unreadable));
  auto before = MLX_TRY(side_if_platform(base, cache, base_problem));
  if (review.unreadable) {
    // Of a repository that was no platform before, a configuration is none of our business.
    if (!before && !base_problem) return std::nullopt;
    return review;
  }
  if (!before && !after) return std::nullopt;
  // With a base that cannot be read there is nothing to compare with.
  if (!base_problem) review.components = compare(components_of(before), components_of(after));
  if (after) MLX_CHECK(judge_catalogue(before, *after, review));
  return review;
}

}  // namespace mlx::bot
