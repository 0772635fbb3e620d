#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "bot/core/event.h"
#include "bot/core/plan_finisher.h"
#include "bot/forge/forge.h"
#include "bot/run/index_memory.h"
#include "engine/advise/advisor.h"
#include "engine/base/time_zone.h"
#include "engine/component/registries.h"

namespace mlx::bot {

struct RunOptions {
  std::string registry_name;
  std::filesystem::path registry_directory;
  /// Where components come from if not from that directory; shared by copies, and for one thread.
  std::shared_ptr<RegistrySource> registry = {};
  std::string command_prefix = "/mlx";
  /// What was read of source files; shared by copies, and safe to call from several threads. Saved after
  /// every event.
  std::shared_ptr<IndexCache> index_cache = std::make_shared<IndexMemory>();
  std::function<std::chrono::sys_seconds()> now = [] {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  };
  const TimeZones* time_zones = nullptr;  ///< null: whether there is a zone of a name is not asked
  Advisor* advisor = nullptr;             ///< explains what a review finds; null: nobody does
  PlanFinisher* finisher = nullptr;       ///< of what is proposed; null: what tools write is left to others
};

enum class RunOutcome {
  kDone,
  kIgnored,  ///< nothing was asked for
  kRefused,  ///< answered, and the answer was no
};

/// Carries out what an event asks for, and answers where it was asked. The same event may
/// be run any number of times, also after a run that was cut off anywhere: there is one
/// answer, one branch and one pull request, or one commit, in the end.
///
/// Errors are those that the user was not told of: by ErrorCode, trying again may help
/// (kUnavailable, kRateLimited, kConflict, kIo) or the operator must act.
[[nodiscard]] Result<RunOutcome> run_event(const Event& event, Forge& forge, const RunOptions& options);

/// Tells whoever asked that it was given up, as far as the forge lets us.
[[nodiscard]] Result<void> report_failure(const Event& event, Forge& forge, const RunOptions& options,
                                          const Error& error);

}  // namespace mlx::bot
