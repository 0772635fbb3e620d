#include "tests/engine/plan/update/updated_project.h"

#include <algorithm>

#include <catch2/catch.hpp>

namespace mlx::test {

Files project_with(const std::vector<std::string>& components, const TestRegistry& registry, Files project) {
  const ChangePlan plan = plan_for(project, registry, {.components = components});
  REQUIRE_FALSE(plan.is_blocked());
  return applied(std::move(project), plan);
}

ChangePlan update_for(const Files& project, const TestRegistry& registry, const UpdateRequest& request,
                      const BlobSource* blobs) {
  auto plan = plan_update(request, registry.get(), MemorySnapshot(project), blobs);
  if (!plan) FAIL(to_string(plan.error()));
  CHECK(std::ranges::is_sorted(plan->files, {}, &FileChange::path));
  return *std::move(plan);
}

std::vector<std::string> updates(const ChangePlan& plan) {
  std::vector<std::string> found;
  for (const UpdatedComponent& component : plan.update.components) {
    found.push_back(component.name + " " + to_string(component.from) + " " + to_string(component.to));
  }
  return found;
}

std::vector<std::string> outcomes(const ChangePlan& plan) {
  std::vector<std::string> found;
  for (const UpdatedComponent& component : plan.update.components) {
    for (const UpdatedFile& file : component.files) {
      found.push_back(std::string(to_string(file.outcome)) + " " + file.path);
    }
  }
  return found;
}

}  // namespace mlx::test
