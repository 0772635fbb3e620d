#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/advise/component_profile.h"
#include "engine/base/finding.h"
#include "engine/index/repo_index.h"
#include "engine/plan/lock.h"
#include "engine/plan/update/ignore_rule.h"

namespace mlx {

/// What shows that a component would help.
struct RecommendationEvidence {
  Evidence place;
  std::string text;  ///< what is there: "`fetch` has a loop that tries again after OSError"

  bool operator==(const RecommendationEvidence&) const = default;
};

struct Recommendation {
  std::string component;  ///< `utility-framework`, `@acme/cache`
  std::string title;
  double score = 0;                              ///< between 0 and 1
  std::vector<RecommendationEvidence> evidence;  ///< what says most first
  std::string reason;                            ///< one sentence
  std::string command;                           ///< `mlx add utility-framework`

  bool operator==(const Recommendation&) const = default;
};

/// Lines of files that evidence may come from.
struct Scope {
  struct Lines {
    std::size_t first = 0;
    std::size_t last = 0;
  };
  /// By path; no lines are all lines of the file.
  std::map<std::string, std::vector<Lines>, std::less<>> files;

  [[nodiscard]] bool holds(std::string_view file, std::size_t first, std::size_t last) const;
};

struct RecommendOptions {
  /// Below it nothing is said. Set on one half of the labelled projects in tests/engine/advise, where it
  /// keeps every recommendation right; the other half measures it.
  static constexpr double kThreshold = 0.6;

  double threshold = kThreshold;
  std::size_t limit = 3;
  std::optional<Scope> scope;  ///< nothing: the whole project
};

/// Components that this project would gain from, the most useful first. Those that are installed are not
/// among them, nor what an installed one does already, nor what a rule ignores, nor what a library that the
/// project uses does. Tests, documentation, examples and files that MLX injected show nothing.
[[nodiscard]] std::vector<Recommendation> recommend(const RepoIndex& index,
                                                    const std::vector<ComponentProfile>& components,
                                                    const Lock& lock, const std::vector<IgnoreRule>& ignored,
                                                    const RecommendOptions& options = {});

}  // namespace mlx
