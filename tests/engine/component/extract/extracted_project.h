#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/component/extract/extract.h"
#include "engine/index/memory_snapshot.h"

namespace mlx {

/// A project made of values, and what is extracted from it.
class ExtractedProject {
 public:
  explicit ExtractedProject(std::map<std::string, std::string> files);
  explicit ExtractedProject(MemorySnapshot& snapshot);

  [[nodiscard]] const Extraction& extraction() const { return extraction_; }
  [[nodiscard]] std::vector<std::string> names() const;
  /// The component, which must be there.
  [[nodiscard]] const Component& component(const std::string& name) const;
  [[nodiscard]] const ExtractedComponent& extracted(const std::string& name) const;

  // Of a component, one thing on each line.
  [[nodiscard]] std::vector<std::string> targets(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> distributions(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> optional_distributions(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> development_distributions(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> components_required(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> variables(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> secrets(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> routes(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> symbols(const std::string& name) const;
  /// `file:line` of every place that shows a fact.
  [[nodiscard]] std::vector<std::string> evidence(const std::string& name, const std::string& field,
                                                  const std::string& value) const;

  /// Findings of a code: its evidence, `file:line`, of all of them in a row.
  [[nodiscard]] std::vector<std::string> places(const std::string& code) const;
  [[nodiscard]] std::vector<std::string> codes() const;

 private:
  void run(const Snapshot& snapshot);

  Extraction extraction_;
};

/// The lines of a pyproject.toml that declares these.
[[nodiscard]] std::string pyproject(const std::vector<std::string>& dependencies,
                                    const std::string& rest = "");

}  // namespace mlx
