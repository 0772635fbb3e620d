#include "engine/manifest/cron_schedule.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/suggest.h"

namespace mlx {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::minutes;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

/// A leap day falls on a given weekday every 28 years, or 40 where a century has none.
constexpr days kLongestWait{366 * 41};
/// Clocks were never put back by more than this (a day, where the date line moved).
constexpr hours kLongestRepetition{25};

constexpr std::string_view kExample = "`0 6 * * 1` is Mondays at 6:00";

struct FieldKind {
  std::string_view name;
  int least;
  int most;
  std::vector<std::string> words = {};  ///< for `least` and what follows
};

const FieldKind kMinute{.name = "minute", .least = 0, .most = 59};
const FieldKind kHour{.name = "hour", .least = 0, .most = 23};
const FieldKind kDay{.name = "day of the month", .least = 1, .most = 31};
const FieldKind kMonth{
    .name = "month",
    .least = 1,
    .most = 12,
    .words = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}};
const FieldKind kWeekday{
    .name = "weekday", .least = 0, .most = 7, .words = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}};

std::string quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

std::unexpected<Error> complaint(std::string message) {
  return fail(ErrorCode::kInvalidInput, std::move(message));
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find_first_of(separators);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::optional<int> number_in(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number =
      !text.empty() && text.front() != '-' && error == std::errc() && end == text.data() + text.size();
  return is_number ? std::optional(value) : std::nullopt;
}

Result<int> read_value(std::string_view text, const FieldKind& kind) {
  const std::string range = std::to_string(kind.least) + " to " + std::to_string(kind.most);
  const auto word = std::ranges::find(kind.words, lower(text));
  if (word != kind.words.end()) return kind.least + static_cast<int>(word - kind.words.begin());
  const auto number = number_in(text);
  if (number && *number >= kind.least && *number <= kind.most) return *number;
  if (text == "?") return complaint("`?` is not known here: write `*` for any " + std::string(kind.name));
  return complaint(quoted(text) + " is no " + std::string(kind.name) + ": write " + range +
                   (kind.words.empty() ? "" : ", or a name such as " + quoted(kind.words.front())) +
                   did_you_mean(lower(text), kind.words));
}

struct Range {
  int first;
  int last;
};

/// `*`, `5`, or `8-18`.
Result<Range> read_range(std::string_view text, const FieldKind& kind) {
  constexpr int kSunday = 7;
  if (text == "*") return Range{.first = kind.least, .last = kind.most};
  const auto dash = text.find('-');
  const int first = MLX_TRY(read_value(text.substr(0, dash), kind));
  if (dash == std::string_view::npos) return Range{.first = first, .last = first};
  int last = MLX_TRY(read_value(text.substr(dash + 1), kind));
  const bool ends_on_sunday = kind.most == kSunday && last == 0 && first > 0;
  if (ends_on_sunday) last = kSunday;
  if (first <= last) return Range{.first = first, .last = last};
  const auto parts = split(text, "-");
  return complaint(quoted(text) + " runs backwards: write " +
                   quoted(std::string(parts[0]) + "-" + std::to_string(kind.most) + "," +
                          std::to_string(kind.least) + "-" + std::string(parts[1])));
}

/// One member of a list: a range, and a step.
template <std::size_t size>
Result<void> read_member(std::string_view text, const FieldKind& kind, std::bitset<size>& values) {
  const auto slash = text.find('/');
  const std::string_view whole = text.substr(0, slash);
  const Range range = MLX_TRY(read_range(whole, kind));
  int step = 1;
  if (slash != std::string_view::npos) {
    const std::string_view written = text.substr(slash + 1);
    const auto number = number_in(written);
    const int most = kind.most - kind.least + 1;
    if (!number || *number < 1 || *number > most) {
      return complaint(quoted(written) + " is no step between " + std::string(kind.name) + "s: write 1 to " +
                       std::to_string(most));
    }
    const bool is_single = whole != "*" && whole.find('-') == std::string_view::npos;
    if (is_single) {
      return complaint(
          "a step needs a range: write " +
          quoted(std::string(whole) + "-" + std::to_string(kind.most) + std::string(text.substr(slash))));
    }
    step = *number;
  }
  for (int value = range.first; value <= range.last; value += step) {
    values.set(static_cast<std::size_t>(value) % size);
  }
  return {};
}

template <std::size_t size>
Result<void> read_field(std::string_view text, const FieldKind& kind, std::bitset<size>& values) {
  for (const std::string_view member : split(text, ",")) {
    if (member.empty()) return complaint(quoted(text) + " has a comma with nothing beside it");
    MLX_CHECK(read_member(member, kind, values));
  }
  return {};
}

std::vector<std::string_view> words_of(std::string_view text) {
  auto words = split(text, " \t");
  std::erase(words, std::string_view());
  return words;
}

/// The five fields that a name stands for.
Result<std::string_view> expand(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kNames{{{"@hourly", "0 * * * *"},
                                                                                 {"@daily", "0 0 * * *"},
                                                                                 {"@weekly", "0 0 * * 0"},
                                                                                 {"@monthly", "0 0 1 * *"}}};
  std::vector<std::string> known;
  for (const auto& [word, fields] : kNames) {
    if (word == lower(name)) return fields;
    known.emplace_back(word);
  }
  return complaint(quoted(name) + " is not one of `@hourly`, `@daily`, `@weekly`, `@monthly`" +
                   did_you_mean(lower(name), known));
}

/// The greatest value in a set that is not above `most`.
template <std::size_t size>
std::optional<int> greatest(const std::bitset<size>& values, int most) {
  for (int value = most; value >= 0; --value) {
    if (values.test(static_cast<std::size_t>(value))) return value;
  }
  return std::nullopt;
}

/// The least value in a set that is not below `from`.
template <std::size_t size>
std::optional<int> least(const std::bitset<size>& values, int from) {
  for (int value = from; value < static_cast<int>(size); ++value) {
    if (values.test(static_cast<std::size_t>(value))) return value;
  }
  return std::nullopt;
}

// Of a schedule's sets none is empty.
template <std::size_t size>
int first(const std::bitset<size>& values) {
  return least(values, 0).value_or(0);
}

template <std::size_t size>
int last(const std::bitset<size>& values) {
  return greatest(values, static_cast<int>(size) - 1).value_or(0);
}

struct HourAndMinute {
  int hour;
  int minute;
};

HourAndMinute parts_of(LocalSeconds time) {
  const std::chrono::hh_mm_ss parts(time - std::chrono::floor<days>(time));
  return {.hour = static_cast<int>(parts.hours().count()),
          .minute = static_cast<int>(parts.minutes().count())};
}

}  // namespace

Result<CronSchedule> CronSchedule::parse(std::string_view text) {
  constexpr std::size_t kFields = 5;
  auto fields = words_of(text);
  if (fields.size() == 1 && fields[0].starts_with('@')) fields = words_of(MLX_TRY(expand(fields[0])));
  if (fields.size() != kFields) {
    return complaint("expected five fields, minute, hour, day of the month, month and weekday, and found " +
                     std::to_string(fields.size()) + ": " + std::string(kExample));
  }
  CronSchedule schedule;
  MLX_CHECK(read_field(fields[0], kMinute, schedule.minutes_));
  MLX_CHECK(read_field(fields[1], kHour, schedule.hours_));
  MLX_CHECK(read_field(fields[2], kDay, schedule.days_));
  MLX_CHECK(read_field(fields[3], kMonth, schedule.months_));
  MLX_CHECK(read_field(fields[4], kWeekday, schedule.weekdays_));
  schedule.is_either_day_enough_ = !fields[2].starts_with('*') && !fields[4].starts_with('*');
  const local_days any_day{std::chrono::year(2000) / std::chrono::January / 1};
  if (schedule.day_from(any_day) == any_day + kLongestWait) {
    return complaint(quoted(text) + " never comes: no month that it names has such a day");
  }
  return schedule;
}

bool CronSchedule::has_day(local_days day) const {
  const year_month_day date(day);
  if (!months_.test(static_cast<unsigned>(date.month()))) return false;
  const bool is_day = days_.test(static_cast<unsigned>(date.day()));
  const bool is_weekday = weekdays_.test(std::chrono::weekday(day).c_encoding());
  return is_either_day_enough_ ? is_day || is_weekday : is_day && is_weekday;
}

local_days CronSchedule::day_from(local_days day) const {
  const local_days end = day + kLongestWait;
  while (day < end && !has_day(day)) day += days(1);
  return day;
}

local_days CronSchedule::day_until(local_days day) const {
  const local_days end = day - kLongestWait;
  while (day > end && !has_day(day)) day -= days(1);
  return day;
}

LocalSeconds CronSchedule::local_after(LocalSeconds time) const {
  const auto start = std::chrono::floor<minutes>(time) + minutes(1);
  const local_days today = std::chrono::floor<days>(start);
  if (has_day(today)) {
    const auto [hour, minute] = parts_of(start);
    const bool is_hour = hours_.test(static_cast<std::size_t>(hour));
    const auto same_hour = is_hour ? least(minutes_, minute) : std::nullopt;
    if (same_hour) return today + hours(hour) + minutes(*same_hour);
    const auto later = least(hours_, hour + 1);
    if (later) return today + hours(*later) + minutes(first(minutes_));
  }
  return day_from(today + days(1)) + hours(first(hours_)) + minutes(first(minutes_));
}

LocalSeconds CronSchedule::local_until(LocalSeconds time) const {
  const local_days today = std::chrono::floor<days>(time);
  if (has_day(today)) {
    const auto [hour, minute] = parts_of(time);
    const bool is_hour = hours_.test(static_cast<std::size_t>(hour));
    const auto same_hour = is_hour ? greatest(minutes_, minute) : std::nullopt;
    if (same_hour) return today + hours(hour) + minutes(*same_hour);
    const auto earlier = greatest(hours_, hour - 1);
    if (earlier) return today + hours(*earlier) + minutes(last(minutes_));
  }
  return day_until(today - days(1)) + hours(last(hours_)) + minutes(last(minutes_));
}

// What clocks show when a time comes first only grows with the time, so times are walked through as clocks
// show them, from where none can have been left out.

sys_seconds CronSchedule::next_after(sys_seconds instant, const TimeZone& zone) const {
  LocalSeconds local = zone.to_local(instant);
  while (true) {
    local = local_after(local);
    // In an hour that is repeated, the times of its first run are over.
    const sys_seconds found = zone.to_instant(local);
    if (found > instant) return found;
  }
}

sys_seconds CronSchedule::latest_before(sys_seconds instant, const TimeZone& zone) const {
  LocalSeconds local = zone.to_local(instant) + kLongestRepetition;
  while (true) {
    local = local_until(local);
    const sys_seconds found = zone.to_instant(local);
    if (found < instant) return found;
    local -= std::chrono::seconds(1);
  }
}

}  // namespace mlx
