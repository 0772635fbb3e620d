#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bot/core/changed_file.h"
#include "engine/advise/recommend.h"
#include "engine/advise/test_selection/select_tests.h"
#include "engine/compat/rule_finding.h"
#include "engine/component/registries.h"
#include "engine/index/index_cache.h"
#include "engine/index/snapshot.h"
#include "engine/manifest/configuration.h"

namespace mlx::bot {

/// What a pull request is reviewed from. The head's own configuration decides nothing, as it may be
/// anybody's, but that a pull request of the repository itself may ignore findings.
struct ReviewInput {
  const Snapshot& base;
  const Snapshot& head;
  const ChangedFiles& changed;
  const ProjectConfiguration& configuration;  ///< the base's
  bool is_from_fork = false;
  const Registries& registries;
  IndexCache& cache;
};

/// What a review has to say, the gravest first.
struct PullRequestReview {
  RuleFindings added;         ///< that the pull request brings
  RuleFindings fixed;         ///< that it mends
  RuleFindings kept = {};     ///< that were there before, and still are
  std::size_t ignored = 0;    ///< findings that it brings and that nobody wants to hear of
  bool is_truncated = false;  ///< the forge does not list all files that it changes
  /// Components that do what it writes by hand.
  std::vector<Recommendation> recommendations = {};
  /// The tests that it can affect; nothing if the head cannot be read, or has too many files to ask.
  std::optional<TestSelection> tests = {};

  [[nodiscard]] bool has_at_least(Severity severity) const;
};

/// Reviews what a pull request changes. What cannot be read on its head is a finding. Fails if the base
/// cannot be read, and if a snapshot or a registry fails.
[[nodiscard]] Result<PullRequestReview> review_pull_request(const ReviewInput& input);

}  // namespace mlx::bot
