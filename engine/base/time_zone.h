#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"

namespace mlx {

/// What clocks on the wall show, when it is not said where.
using LocalSeconds = std::chrono::local_seconds;

/// A yearly change of the clocks, as the POSIX variable TZ describes it.
struct ClockChange {
  enum class Kind { kMonthWeekDay, kDayOfYear, kDayWithoutLeap };
  Kind kind = Kind::kMonthWeekDay;
  int month = 0;    ///< 1 to 12
  int week = 0;     ///< 1 to 5, which is the last
  int day = 0;      ///< of the week from Sunday as 0; or of the year
  int seconds = 0;  ///< from that day's midnight to the change, by the clock that is changed

  bool operator==(const ClockChange&) const = default;
};

/// What holds after the last change that a table lists.
struct ClockRule {
  std::chrono::seconds standard{};  ///< east of UTC
  std::chrono::seconds summer{};    ///< the same as `standard` if clocks do not change
  ClockChange start{};              ///< of summer
  ClockChange end{};

  bool operator==(const ClockRule&) const = default;
};

/// Reads `CET-1CEST,M3.5.0,M10.5.0/3` (IEEE 1003.1, "TZ", with the hours that RFC 9636 allows).
[[nodiscard]] Result<ClockRule> parse_clock_rule(std::string_view text);

/// How far the clocks of a place were, are and will be from UTC. A value.
class TimeZone {
 public:
  static TimeZone utc() { return {}; }

  /// Reads a TZif file of version 2 or later (RFC 9636), by its 64-bit table and what follows it.
  /// kInvalidInput for bytes that are no such file, or that count leap seconds; `name` is for the message.
  [[nodiscard]] static Result<TimeZone> parse(std::string_view bytes, std::string_view name);

  /// A stretch of time in which the clocks are not changed.
  struct Period {
    std::chrono::sys_seconds begin;  ///< sys_seconds::min() for the first
    std::chrono::sys_seconds end;    ///< the first second after it; sys_seconds::max() for the last
    std::chrono::seconds offset;     ///< east of UTC
  };
  [[nodiscard]] Period period_at(std::chrono::sys_seconds instant) const;

  [[nodiscard]] LocalSeconds to_local(std::chrono::sys_seconds instant) const;

  /// When clocks show this time first. A time that is skipped counts as the instant at which it is skipped.
  /// So of two times the later one never gives an earlier instant.
  [[nodiscard]] std::chrono::sys_seconds to_instant(LocalSeconds local) const;

 private:
  struct Change {
    std::chrono::sys_seconds at;
    std::chrono::seconds offset;
  };
  [[nodiscard]] Period period_by_rule(std::chrono::sys_seconds instant) const;

  std::chrono::seconds first_offset_{};
  std::vector<Change> changes_;  ///< ascending
  bool has_rule_ = false;
  ClockRule rule_;
};

/// Port: the time zones that are known by name, `Europe/Berlin`.
class TimeZones {
 public:
  TimeZones() = default;
  TimeZones(const TimeZones&) = delete;
  TimeZones& operator=(const TimeZones&) = delete;
  virtual ~TimeZones() = default;

  /// kNotFound for a name that is nobody's, with one that may have been meant; kIo if there is no database.
  [[nodiscard]] virtual Result<TimeZone> find(std::string_view name) const = 0;
};

/// Is it written as names of time zones are, so that it leads nowhere else as part of a path? Words of
/// letters, digits, `_`, `+` and `-`, with slashes between them.
[[nodiscard]] bool is_time_zone_name(std::string_view name);

/// `2026-11-30T06:00:00Z`.
[[nodiscard]] std::string to_timestamp(std::chrono::sys_seconds instant);

}  // namespace mlx
