#include "engine/manifest/update_schedule.h"

namespace mlx {

Result<std::optional<UpdateSchedule>> update_schedule_of(const UpdateSettings& settings,
                                                         const TimeZones& zones) {
  if (settings.schedule.empty()) return std::nullopt;
  const CronSchedule schedule = MLX_TRY(CronSchedule::parse(settings.schedule));
  auto zone = zones.find(settings.timezone);
  if (!zone) {
    Error error = zone.error();
    if (error.code == ErrorCode::kNotFound) {
      error.code = ErrorCode::kInvalidInput;
      error.location = settings.timezone_location;
    }
    return std::unexpected(std::move(error));
  }
  return UpdateSchedule(schedule, *std::move(zone));
}

}  // namespace mlx
