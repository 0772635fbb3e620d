#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/component/registries.h"

namespace mlx::test {

/// A registry that is there already, and knows how often it was asked for.
class CountedSource final : public RegistrySource {
 public:
  explicit CountedSource(const Registry& registry, std::vector<Finding> findings = {})
      : registry_(&registry), findings_(std::move(findings)) {}
  [[nodiscard]] Result<const Registry*> open() override {
    ++opened;
    return registry_;
  }
  [[nodiscard]] std::vector<Finding> findings() const override { return findings_; }

  int opened = 0;

 private:
  const Registry* registry_;
  std::vector<Finding> findings_;
};

}  // namespace mlx::test
