#pragma once

#include <bitset>
#include <chrono>
#include <string_view>

#include "engine/base/error.h"
#include "engine/base/time_zone.h"

namespace mlx {

/// A schedule as crontab(5) writes it: minute, hour, day of the month, month, weekday. Each field is `*` or a
/// list of numbers and ranges, with steps (`*/15`, `8-18/2`); months and weekdays also by their English names
/// of three letters; Sunday is 0 and 7. `@hourly`, `@daily`, `@weekly` and `@monthly` stand for all five.
/// When both kinds of day are restricted, which is to say that neither field begins with `*`, either is
/// enough.
///
/// Times are those that clocks on the wall show. A time that is skipped in spring comes once, as soon as it
/// is skipped; a time that comes twice in autumn counts the first time only.
class CronSchedule {
 public:
  /// kInvalidInput, saying what to write instead; also for a schedule that never comes, as February 30.
  [[nodiscard]] static Result<CronSchedule> parse(std::string_view text);

  /// The first time after an instant, not the instant itself.
  [[nodiscard]] std::chrono::sys_seconds next_after(std::chrono::sys_seconds instant,
                                                    const TimeZone& zone) const;
  /// The last time before an instant, not the instant itself.
  [[nodiscard]] std::chrono::sys_seconds latest_before(std::chrono::sys_seconds instant,
                                                       const TimeZone& zone) const;

 private:
  static constexpr std::size_t kMinutes = 60;
  static constexpr std::size_t kHours = 24;
  static constexpr std::size_t kDays = 32;    ///< counted from 1
  static constexpr std::size_t kMonths = 13;  ///< counted from 1
  static constexpr std::size_t kWeekdays = 7;

  [[nodiscard]] bool has_day(std::chrono::local_days day) const;
  /// The first day that fits, from this one; if there is none within as many years as weekdays take to come
  /// round to a leap day, the last of these, which parse() refuses.
  [[nodiscard]] std::chrono::local_days day_from(std::chrono::local_days day) const;
  [[nodiscard]] std::chrono::local_days day_until(std::chrono::local_days day) const;
  /// The first time that fits after this one, and the last until this one.
  [[nodiscard]] LocalSeconds local_after(LocalSeconds time) const;
  [[nodiscard]] LocalSeconds local_until(LocalSeconds time) const;

  std::bitset<kMinutes> minutes_;
  std::bitset<kHours> hours_;
  std::bitset<kDays> days_;
  std::bitset<kMonths> months_;
  std::bitset<kWeekdays> weekdays_;
  bool is_either_day_enough_ = false;
};

}  // namespace mlx
