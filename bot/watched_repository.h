#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "bot/core/event.h"
#include "bot/forge/forge.h"
#include "engine/manifest/update_schedule.h"

namespace mlx::bot {

/// What the scheduler knows of a repository: its schedule as it stood on the default branch when that last
/// moved, and what of it was due.
class WatchedRepository {
 public:
  /// Times until `since` are nobody's concern any more.
  WatchedRepository(InstalledRepository repository, std::chrono::sys_seconds since)
      : repository_(std::move(repository)), since_(since) {}

  /// What a list of the forge says of it now.
  void update(const InstalledRepository& repository);

  /// Whether the configuration may be another than when it was read: something was pushed, or it was not
  /// looked at for a day.
  [[nodiscard]] bool needs_look(std::chrono::sys_seconds now) const;
  /// Asks for the head of the default branch, and reads the configuration if it moved. A configuration that
  /// cannot be read is no error; errors are the forge's and this system's, after which what was known stands.
  [[nodiscard]] Result<void> look(Forge& forge, const TimeZones& zones, std::chrono::sys_seconds now);

  /// What is due and was not settled: a time of the schedule that is not a day old, or a configuration that
  /// cannot be read.
  [[nodiscard]] std::optional<ScheduleEvent> due(std::chrono::sys_seconds now) const;
  /// It was handed on, by whomever.
  void settle(const ScheduleEvent& event);
  /// When something is due next, by the schedule that is known.
  [[nodiscard]] std::optional<std::chrono::sys_seconds> next_due(std::chrono::sys_seconds now) const;

  [[nodiscard]] const RepositoryName& name() const { return repository_.name; }

 private:
  /// What was read from one commit.
  struct Reading {
    std::string settings;                    ///< what the schedule was made of, to see whether it changed
    std::optional<UpdateSchedule> schedule;  ///< nothing: none is wanted
    std::string broken;                      ///< names a configuration that cannot be read
  };
  static Result<Reading> read(const Snapshot& project, const TimeZones& zones);
  void take(Reading reading, std::chrono::sys_seconds now);

  InstalledRepository repository_;
  std::chrono::sys_seconds since_;
  std::optional<std::chrono::sys_seconds> looked_at_;
  std::string looked_pushed_at_;  ///< the repository's, when it was looked at
  std::string looked_branch_;
  std::string commit_;  ///< that `reading_` is of; empty if there is none
  Reading reading_;
  std::string settled_due_;
  std::string settled_broken_;
};

}  // namespace mlx::bot
