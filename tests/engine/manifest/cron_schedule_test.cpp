// Schedules, and when they come by clocks that change. Against CPython's zones: tests/differential.
#include "engine/manifest/cron_schedule.h"

#include <catch2/catch.hpp>

#include "tests/support/tzif.h"

using namespace mlx;
using namespace mlx::testing;
using Catch::Contains;
using std::chrono::sys_seconds;

namespace {

CronSchedule schedule_of(const std::string& text) {
  const auto schedule = CronSchedule::parse(text);
  if (!schedule) FAIL(text + ": " + to_string(schedule.error()));
  return *schedule;
}

std::string error_of(const std::string& text) {
  const auto schedule = CronSchedule::parse(text);
  return schedule ? "" : schedule.error().message;
}

/// The first times after an instant.
std::vector<std::string> times(const std::string& text, sys_seconds from, int count,
                               const TimeZone& zone = TimeZone::utc()) {
  const CronSchedule schedule = schedule_of(text);
  std::vector<std::string> found;
  for (sys_seconds at = from; count > 0; --count) {
    const sys_seconds next = schedule.next_after(at, zone);
    CHECK(schedule.latest_before(next + std::chrono::seconds(1), zone) == next);
    CHECK(schedule.latest_before(next, zone) <= at);
    found.push_back(to_timestamp(next).substr(0, 16));
    at = next;
  }
  return found;
}

using Times = std::vector<std::string>;

}  // namespace

TEST_CASE("fields are stars, numbers, ranges, steps and lists of these") {
  const sys_seconds new_year = utc(2026, 1, 1);  // a Thursday
  CHECK(times("0 6 * * 1", new_year, 2) == Times{"2026-01-05T06:00", "2026-01-12T06:00"});
  CHECK(times("*/25 23 1 * *", new_year, 4) ==
        Times{"2026-01-01T23:00", "2026-01-01T23:25", "2026-01-01T23:50", "2026-02-01T23:00"});
  CHECK(times("30 8-18/5 2 1 *", new_year, 4) ==
        Times{"2026-01-02T08:30", "2026-01-02T13:30", "2026-01-02T18:30", "2027-01-02T08:30"});
  CHECK(times("5,10-12 0 1 1 *", new_year, 5) == Times{"2026-01-01T00:05", "2026-01-01T00:10",
                                                       "2026-01-01T00:11", "2026-01-01T00:12",
                                                       "2027-01-01T00:05"});
  CHECK(times(" 0\t0  1 Feb,DEC * ", new_year, 2) == Times{"2026-02-01T00:00", "2026-12-01T00:00"});
  CHECK(times("0 0 * * fri-sun", new_year, 3) ==
        Times{"2026-01-02T00:00", "2026-01-03T00:00", "2026-01-04T00:00"});
  CHECK(times("0 0 * * 5-7", new_year, 3) == times("0 0 * * fri-sun", new_year, 3));
  CHECK(times("0 0 * * 7", new_year, 3) == times("0 0 * * SUN", new_year, 3));
  CHECK(times("59 23 31 12 *", new_year, 1) == Times{"2026-12-31T23:59"});
}

TEST_CASE("the instant itself does not count") {
  CHECK(times("* * * * *", utc(2026, 1, 1, 0, 0, 0), 1) == Times{"2026-01-01T00:01"});
  CHECK(times("* * * * *", utc(2026, 1, 1, 0, 0, 59), 1) == Times{"2026-01-01T00:01"});
  const CronSchedule minutely = schedule_of("* * * * *");
  CHECK(minutely.latest_before(utc(2026, 1, 1), TimeZone::utc()) == utc(2025, 12, 31, 23, 59));
  CHECK(minutely.latest_before(utc(2026, 1, 1, 0, 0, 1), TimeZone::utc()) == utc(2026, 1, 1));
}

TEST_CASE("either kind of day is enough if both are restricted") {
  const sys_seconds new_year = utc(2026, 1, 1);
  CHECK(times("0 0 13 * 5", new_year, 4) ==
        Times{"2026-01-02T00:00", "2026-01-09T00:00", "2026-01-13T00:00", "2026-01-16T00:00"});
  // What begins with a star is no restriction, and then both count.
  CHECK(times("0 0 */2 * 5", new_year, 3) ==
        Times{"2026-01-09T00:00", "2026-01-23T00:00", "2026-02-13T00:00"});
}

TEST_CASE("names for the usual") {
  const sys_seconds new_year = utc(2026, 1, 1);
  CHECK(times("@hourly", new_year, 2) == Times{"2026-01-01T01:00", "2026-01-01T02:00"});
  CHECK(times("@daily", new_year, 2) == Times{"2026-01-02T00:00", "2026-01-03T00:00"});
  CHECK(times("@Weekly", new_year, 2) == Times{"2026-01-04T00:00", "2026-01-11T00:00"});
  CHECK(times("@monthly", new_year, 2) == Times{"2026-02-01T00:00", "2026-03-01T00:00"});
}

TEST_CASE("rare days come, and impossible ones are refused") {
  CHECK(times("0 0 29 2 *", utc(2026, 1, 1), 2) == Times{"2028-02-29T00:00", "2032-02-29T00:00"});
  CHECK(times("0 0 29 2 *", utc(2097, 1, 1), 1) == Times{"2104-02-29T00:00"});
  CHECK(times("0 0 29-31 2 */7", utc(2072, 3, 1), 2) == Times{"2088-02-29T00:00", "2128-02-29T00:00"});
  CHECK(times("0 0 30 2 1", utc(2026, 1, 1), 1) == Times{"2026-02-02T00:00"});
  for (const char* text : {"0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 31 feb */2"}) {
    CHECK_THAT(error_of(text), Contains("never comes"));
  }
}

TEST_CASE("what is wrong is said with what to write") {
  struct Case {
    const char* text;
    const char* says;
  };
  for (const auto& [text, says] : std::vector<Case>{
           {"", "found 0"},
           {"daily", "five fields"},
           {"0 6 * *", "found 4"},
           {"0 0 6 * * 1", "found 6"},
           {"60 * * * *", "`60` is no minute: write 0 to 59"},
           {"0 24 * * *", "`24` is no hour: write 0 to 23"},
           {"0 0 0 * *", "`0` is no day of the month: write 1 to 31"},
           {"0 0 * 13 *", "`13` is no month"},
           {"0 0 * mai *", "did you mean `mar`?"},
           {"0 0 * * 8", "`8` is no weekday"},
           {"0 0 * * Mond", "did you mean `mon`?"},
           {"0 0 ? * 1", "write `*`"},
           {"0 0 L * *", "`L` is no day of the month"},
           {"0 0 * * 5#2", "`5#2` is no weekday"},
           {"20-10 * * * *", "write `20-59,0-10`"},
           {"*/0 * * * *", "`0` is no step"},
           {"*/61 * * * *", "write 1 to 60"},
           {"*/x * * * *", "`x` is no step"},
           {"5/10 * * * *", "write `5-59/10`"},
           {"1,,2 * * * *", "comma"},
           {"1, * * * *", "comma"},
           {"-1 * * * *", "is no minute"},
           {"1- * * * *", "is no minute"},
           {"1-2-3 * * * *", "`2-3` is no minute"},
           {"*-5 * * * *", "`*` is no minute"},
           {"99999999999999999999 * * * *", "is no minute"},
           {"@dayly", "did you mean `@daily`?"},
           {"@reboot", "is not one of"},
       }) {
    INFO(text);
    CHECK_THAT(error_of(text), Contains(says));
  }
}

TEST_CASE("a time that is skipped in spring comes once, right then") {
  const TimeZone zone = berlin();
  const sys_seconds before = utc(2026, 3, 28, 12);
  CHECK(times("30 2 * * *", before, 3, zone) ==
        Times{"2026-03-29T01:00", "2026-03-30T00:30", "2026-03-31T00:30"});
  CHECK(times("*/20 2 * * *", before, 2, zone) == Times{"2026-03-29T01:00", "2026-03-30T00:00"});
  CHECK(times("0 2,3 * * *", before, 2, zone) == Times{"2026-03-29T01:00", "2026-03-30T00:00"});
}

TEST_CASE("a time that comes twice in autumn counts once") {
  const TimeZone zone = berlin();
  const sys_seconds before = utc(2026, 10, 24, 12);
  CHECK(times("30 2 * * *", before, 2, zone) == Times{"2026-10-25T00:30", "2026-10-26T01:30"});
  CHECK(times("*/30 2-3 * * *", before, 5, zone) == Times{"2026-10-25T00:00", "2026-10-25T00:30",
                                                          "2026-10-25T02:00", "2026-10-25T02:30",
                                                          "2026-10-26T01:00"});
  // Asked in the hour that is repeated.
  const CronSchedule half_hourly = schedule_of("*/30 * * * *");
  CHECK(half_hourly.next_after(utc(2026, 10, 25, 1, 10), zone) == utc(2026, 10, 25, 2));
  CHECK(half_hourly.latest_before(utc(2026, 10, 25, 1, 10), zone) == utc(2026, 10, 25, 0, 30));
}

TEST_CASE("where a whole day is skipped") {
  // Samoa went over the date line at the end of December 29, 2011.
  const std::int64_t line = utc(2011, 12, 30, 10).time_since_epoch().count();
  const TzifFile samoa{.offsets = {-10 * 3600, 14 * 3600}, .changes = {{line, 1}}, .footer = "<+14>-14"};
  const TimeZone zone = TimeZone::parse(samoa.bytes(), "Pacific/Apia").value();
  CHECK(times("0 6 * * *", utc(2011, 12, 29, 0), 3, zone) ==
        Times{"2011-12-29T16:00", "2011-12-30T10:00", "2011-12-30T16:00"});
}
