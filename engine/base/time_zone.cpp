#include "engine/base/time_zone.h"

#include <algorithm>

namespace mlx {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr int kLastWeek = 5;
/// Clocks were never further from UTC than this (RFC 9636, section 3.2).
constexpr hours kFurthest{26};

bool is_leap_day_passed(year in, int day_of_year) { return in.is_leap() && day_of_year > 31 + 28; }

days first_of(year in) { return sys_days(in / std::chrono::January / 1).time_since_epoch(); }

/// The day of a change, as days since 1970.
days day_of(const ClockChange& change, year in) {
  using Kind = ClockChange::Kind;
  if (change.kind == Kind::kDayOfYear) return first_of(in) + days(change.day);
  if (change.kind == Kind::kDayWithoutLeap) {
    return first_of(in) + days(change.day - 1 + (is_leap_day_passed(in, change.day) ? 1 : 0));
  }
  const std::chrono::month month(static_cast<unsigned>(change.month));
  const std::chrono::weekday weekday(static_cast<unsigned>(change.day));
  if (change.week == kLastWeek) return sys_days(in / month / weekday[std::chrono::last]).time_since_epoch();
  return sys_days(in / month / weekday[static_cast<unsigned>(change.week)]).time_since_epoch();
}

year year_of(sys_seconds instant) { return year_month_day(std::chrono::floor<days>(instant)).year(); }

}  // namespace

TimeZone::Period TimeZone::period_by_rule(sys_seconds instant) const {
  const bool changes = rule_.standard != rule_.summer;
  if (!changes) return {.begin = sys_seconds::min(), .end = sys_seconds::max(), .offset = rule_.standard};
  // Clocks change at most twice a year, and near its ends the year may be another one here.
  std::vector<Change> near;
  for (int step = -2; step <= 2; ++step) {
    const year in = year_of(instant) + std::chrono::years(step);
    const auto at = [&](const ClockChange& change, seconds offset) {
      return sys_seconds(day_of(change, in) + seconds(change.seconds) - offset);
    };
    near.push_back({.at = at(rule_.end, rule_.summer), .offset = rule_.standard});
    near.push_back({.at = at(rule_.start, rule_.standard), .offset = rule_.summer});
  }
  // Stable: where summer ends as it starts, it lasts all year.
  std::ranges::stable_sort(near, {}, &Change::at);
  const auto next = std::ranges::upper_bound(near, instant, {}, &Change::at);
  return {.begin = std::prev(next)->at, .end = next->at, .offset = std::prev(next)->offset};
}

TimeZone::Period TimeZone::period_at(sys_seconds instant) const {
  const auto next = std::ranges::upper_bound(changes_, instant, {}, &Change::at);
  const bool is_after_table = next == changes_.end();
  if (is_after_table && has_rule_) {
    Period period = period_by_rule(instant);
    if (!changes_.empty()) period.begin = std::max(period.begin, changes_.back().at);
    return period;
  }
  const bool is_first = next == changes_.begin();
  return {.begin = is_first ? sys_seconds::min() : std::prev(next)->at,
          .end = is_after_table ? sys_seconds::max() : next->at,
          .offset = is_first ? first_offset_ : std::prev(next)->offset};
}

LocalSeconds TimeZone::to_local(sys_seconds instant) const {
  return LocalSeconds(instant.time_since_epoch() + period_at(instant).offset);
}

sys_seconds TimeZone::to_instant(LocalSeconds local) const {
  const sys_seconds as_utc(local.time_since_epoch());
  Period period = period_at(as_utc - kFurthest);
  while (true) {
    const sys_seconds instant = as_utc - period.offset;
    if (instant < period.end) return std::max(instant, period.begin);
    period = period_at(period.end);
  }
}

bool is_time_zone_name(std::string_view name) {
  constexpr std::string_view kOthers = "_+-";
  const auto is_word_character = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kOthers.find(c) != std::string_view::npos;
  };
  if (name.empty() || name.front() == '-') return false;
  while (true) {
    const auto slash = name.find('/');
    const std::string_view word = name.substr(0, slash);
    if (word.empty() || !std::ranges::all_of(word, is_word_character)) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

std::string to_timestamp(sys_seconds instant) {
  constexpr std::size_t kYearDigits = 4;
  const auto day = std::chrono::floor<days>(instant);
  const year_month_day date(day);
  const std::chrono::hh_mm_ss time(instant - day);
  const auto padded = [](auto number, std::size_t digits) {
    const std::string text = std::to_string(number);
    return std::string(digits - std::min(digits, text.size()), '0') + text;
  };
  return padded(static_cast<int>(date.year()), kYearDigits) + "-" +
         padded(static_cast<unsigned>(date.month()), 2) + "-" + padded(static_cast<unsigned>(date.day()), 2) +
         "T" + padded(time.hours().count(), 2) + ":" + padded(time.minutes().count(), 2) + ":" +
         padded(time.seconds().count(), 2) + "Z";
}

}  // namespace mlx
