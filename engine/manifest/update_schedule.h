#pragma once

#include <chrono>
#include <optional>

#include "engine/base/error.h"
#include "engine/base/time_zone.h"
#include "engine/manifest/configuration.h"
#include "engine/manifest/cron_schedule.h"

namespace mlx {

/// When a project wants to be brought up to date: its schedule, by the clocks of its time zone.
class UpdateSchedule {
 public:
  UpdateSchedule(const CronSchedule& schedule, TimeZone zone) : schedule_(schedule), zone_(std::move(zone)) {}

  /// The first time after an instant, and the last before it; never the instant itself.
  [[nodiscard]] std::chrono::sys_seconds next_after(std::chrono::sys_seconds instant) const {
    return schedule_.next_after(instant, zone_);
  }
  [[nodiscard]] std::chrono::sys_seconds latest_before(std::chrono::sys_seconds instant) const {
    return schedule_.latest_before(instant, zone_);
  }

 private:
  CronSchedule schedule_;
  TimeZone zone_;
};

/// Nothing if the settings ask for no updates by themselves. kInvalidInput, with the place in the project's
/// configuration, for a time zone that there is not; kIo if this system has none.
[[nodiscard]] Result<std::optional<UpdateSchedule>> update_schedule_of(const UpdateSettings& settings,
                                                                       const TimeZones& zones);

}  // namespace mlx
