#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bot/core/outcome.h"
#include "bot/core/plan_finisher.h"
#include "bot/core/update/dashboard.h"
#include "engine/component/registries.h"
#include "engine/manifest/configuration.h"
#include "engine/plan/update/locked_release.h"

namespace mlx::bot {

/// A pull request of an update, as the forge has it.
struct KnownUpdate {
  enum class State { kOpen, kDeclined, kMerged };
  std::int64_t number = 0;
  std::string branch;
  std::string body;
  std::string created_at;  ///< RFC 3339
  State state = State::kOpen;
};

/// Why updates are looked at.
struct UpdateTrigger {
  enum class Kind {
    kSchedule,  ///< it is time: what is new gets a pull request, as far as the limits let it
    kRefresh,   ///< something changed: what is open is brought up to date
    kAsked,     ///< somebody named them: limits, age and an earlier refusal do not count
  };
  Kind kind = Kind::kRefresh;
  std::vector<std::string> subjects;  ///< of kAsked; empty: all
  std::optional<Version> to;          ///< of kAsked, for one subject
  bool makes_anew = false;            ///< of kAsked: on what the base branch is now
  bool overwrites = false;            ///< of kAsked: commits of others too

  [[nodiscard]] bool asks_for(const std::string& subject) const;
};

/// What a pass over all updates of a repository is decided from.
struct UpdatePassInput {
  const Snapshot& project;
  const Registries& registries;
  const BlobSource* blobs = nullptr;
  const ProjectConfiguration& configuration;
  const std::vector<KnownUpdate>& known;  ///< newest first
  DashboardState state;
  std::chrono::sys_seconds now;
  UpdateTrigger trigger;
  PlanFinisher* finisher = nullptr;  ///< null: nobody
};

/// One update and what is to be done about it.
struct UpdateDecision {
  UpdateEntry entry;
  std::optional<Proposal> proposal;  ///< nothing: it gets no pull request now
};

struct UpdatePass {
  std::vector<UpdateDecision> decisions;  ///< by subject
  std::vector<KnownUpdate> obsolete;      ///< open ones that nothing asks for any more
  DashboardState state;                   ///< to be remembered
};

/// Decides about every update that there is. Fails for a project or a registry that cannot be read.
[[nodiscard]] Result<UpdatePass> plan_update_pass(const UpdatePassInput& input);

inline constexpr std::string_view kUpdateBranches = "mlx/update/";
/// `mlx/update/api-serving`, or `mlx/update/all`.
[[nodiscard]] std::string update_branch(std::string_view subject);
/// The subject of a branch; empty for a branch that is none of an update.
[[nodiscard]] std::string subject_of_branch(std::string_view branch);
inline constexpr std::string_view kAllSubject = "all";

}  // namespace mlx::bot
