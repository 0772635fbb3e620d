// Any bytes are a time zone or are refused, and of a zone every time can be asked; any text is a schedule or
// is refused, and a schedule always has a next time:
//   build/fuzz/time_zone_fuzz -max_len=2048 -max_total_time=300 CORPUS /usr/share/zoneinfo/Europe
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/base/time_zone.h"
#include "engine/manifest/cron_schedule.h"

namespace {

constexpr std::chrono::sys_seconds kInstant{std::chrono::seconds(1'774'746'000)};  // 2026-03-29T01:00:00Z

void check_zone(std::string_view bytes) {
  const auto zone = mlx::TimeZone::parse(bytes, "fuzz");
  if (!zone) return;
  const auto period = zone->period_at(kInstant);
  if (period.begin > kInstant || period.end <= kInstant) std::abort();
  if (zone->to_instant(zone->to_local(kInstant)) > kInstant) std::abort();
}

void check_schedule(std::string_view text) {
  const auto schedule = mlx::CronSchedule::parse(text);
  if (!schedule) return;
  const auto zone = mlx::TimeZone::utc();
  const auto next = schedule->next_after(kInstant, zone);
  if (next <= kInstant || schedule->latest_before(next + std::chrono::seconds(1), zone) != next) std::abort();
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_zone(bytes);
  check_schedule(bytes);
  return 0;
}
