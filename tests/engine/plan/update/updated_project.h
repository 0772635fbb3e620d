#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/plan/update/update.h"
#include "tests/engine/plan/planned_project.h"

namespace mlx::test {

/// A project's history in memory.
class MemoryBlobs final : public BlobSource {
 public:
  void keep(const std::string& text) { texts_.insert_or_assign(BlobId::of(text), text); }
  [[nodiscard]] Result<std::optional<std::string>> blob(const BlobId& id) const override {
    const auto found = texts_.find(id);
    return found == texts_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<BlobId, std::string> texts_;
};

/// A project that has the components as this registry had them when they were added.
[[nodiscard]] Files project_with(const std::vector<std::string>& components, const TestRegistry& registry,
                                 Files project = {{"pyproject.toml", "[project]\nname = \"shop\"\n"}});

/// The plan for an update; a failure fails the test.
[[nodiscard]] ChangePlan update_for(const Files& project, const TestRegistry& registry,
                                    const UpdateRequest& request = {}, const BlobSource* blobs = nullptr);

/// `NAME FROM TO` for each component that the plan updates, in its order.
[[nodiscard]] std::vector<std::string> updates(const ChangePlan& plan);
/// `OUTCOME PATH` for each file of each updated component.
[[nodiscard]] std::vector<std::string> outcomes(const ChangePlan& plan);

}  // namespace mlx::test
