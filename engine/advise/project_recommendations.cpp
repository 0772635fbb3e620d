#include "engine/advise/project_recommendations.h"

#include "engine/component/extract/platform.h"
#include "engine/manifest/configuration.h"
#include "engine/plan/status.h"

namespace mlx {

Result<std::vector<Recommendation>> recommend_for_project(const Snapshot& project, IndexCache& cache,
                                                          const Registries& registries,
                                                          std::optional<std::size_t> limit) {
  const ProjectConfiguration configuration = MLX_TRY(read_configuration(project));
  const Lock lock = MLX_TRY(read_project_lock(project));
  const auto ignored = MLX_TRY(configured_ignore_rules(configuration));
  const RepoIndex index = MLX_TRY(RepoIndex::build(project, cache, source_roots(configuration)));
  const auto components = MLX_TRY(read_profiles(registries));
  RecommendOptions options;
  options.limit = limit.value_or(static_cast<std::size_t>(configuration.bot.review.recommend));
  return recommend(index, components, lock, ignored, options);
}

}  // namespace mlx
