#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/advise/recommend.h"

namespace mlx {

/// A practice in a file of the project's own.
struct SeenPractice {
  std::string file;
  PythonPractice practice;
  std::set<std::string> frameworks;  ///< web frameworks that its file imports
};

/// What the project's code says that recommendations look at.
struct ProjectSignals {
  std::vector<SeenPractice> practices;
  std::map<std::string, Evidence> imports;  ///< the first import of each distribution, by normalized name
  std::set<std::string> distributions;      ///< that anything imports, also outside of the scope
  WordCounts names;                         ///< of its symbols
  bool has_health_route = false;
};

/// Is this code that the project runs, not its tests, documentation, examples or tools?
[[nodiscard]] bool is_service_code(std::string_view path);

[[nodiscard]] ProjectSignals read_signals(const RepoIndex& index, const Lock& lock,
                                          const std::optional<Scope>& scope);

}  // namespace mlx
