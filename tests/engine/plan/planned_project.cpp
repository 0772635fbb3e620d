#include "tests/engine/plan/planned_project.h"

#include <algorithm>

#include <catch2/catch.hpp>

namespace mlx::test {

ChangePlan plan_for(const Snapshot& project, const TestRegistry& registry, const AddRequest& request) {
  auto plan = plan_add(request, registry.get(), project);
  if (!plan) FAIL(to_string(plan.error()));
  CHECK(std::ranges::is_sorted(plan->files, {}, &FileChange::path));
  return *std::move(plan);
}

ChangePlan plan_for(const Files& project, const TestRegistry& registry, const AddRequest& request) {
  return plan_for(MemorySnapshot(project), registry, request);
}

ChangePlan removal_for(const Files& project, const TestRegistry& registry, const RemoveRequest& request) {
  const Registries registries(registry.get());
  auto plan = plan_remove(request, &registries, MemorySnapshot(project));
  if (!plan) FAIL(to_string(plan.error()));
  CHECK(std::ranges::is_sorted(plan->files, {}, &FileChange::path));
  return *std::move(plan);
}

Files applied(Files project, const ChangePlan& plan) {
  for (const FileChange& change : plan.files) {
    const auto before = project.find(change.path.str());
    CAPTURE(change.path.str());
    REQUIRE(change.before.has_value() == (before != project.end()));
    if (change.before) REQUIRE(*change.before == before->second);
    if (change.after) {
      project.insert_or_assign(change.path.str(), *change.after);
    } else {
      project.erase(change.path.str());
    }
  }
  return project;
}

std::vector<std::string> paths(const ChangePlan& plan) {
  std::vector<std::string> found;
  found.reserve(plan.files.size());
  for (const FileChange& change : plan.files) found.push_back(change.path.str());
  return found;
}

std::optional<std::string> text_after(const ChangePlan& plan, const std::string& path) {
  for (const FileChange& change : plan.files) {
    if (change.path.str() == path) return change.after;
  }
  return std::nullopt;
}

std::vector<std::string> codes(const ChangePlan& plan) {
  std::vector<std::string> found;
  found.reserve(plan.findings.size());
  for (const Finding& finding : plan.findings) found.push_back(finding.code);
  return found;
}

Lock lock_of(const ChangePlan& plan) {
  const auto text = text_after(plan, std::string(Lock::kPath));
  REQUIRE(text);
  return read_lock(*text).value();
}

}  // namespace mlx::test
