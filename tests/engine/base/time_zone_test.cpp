// Times by tables made by hand. Against the system's tables and CPython: tests/differential.
#include "engine/base/time_zone.h"

#include <catch2/catch.hpp>

#include "tests/support/tzif.h"

using namespace mlx;
using namespace mlx::testing;
using namespace std::chrono_literals;
using std::chrono::sys_seconds;

namespace {

LocalSeconds local(int year, unsigned month, unsigned day, int hour = 0, int minute = 0, int second = 0) {
  return LocalSeconds(utc(year, month, day, hour, minute, second).time_since_epoch());
}

TimeZone zone_of(const TzifFile& file) {
  const auto zone = TimeZone::parse(file.bytes(), "Made/By_Hand");
  if (!zone) FAIL(to_string(zone.error()));
  return *zone;
}

std::string error_of(const std::string& bytes) {
  const auto zone = TimeZone::parse(bytes, "Made/By_Hand");
  if (zone) return "";
  CHECK(zone.error().code == ErrorCode::kInvalidInput);
  return zone.error().message;
}

constexpr std::int32_t kHour = 3600;

}  // namespace

TEST_CASE("without changes there is one period") {
  const auto period = TimeZone::utc().period_at(utc(2026, 1, 1));
  CHECK(period.begin == sys_seconds::min());
  CHECK(period.end == sys_seconds::max());
  CHECK(period.offset == 0s);
  const TimeZone fixed = zone_of({.offsets = {-3 * kHour}});
  CHECK(fixed.to_local(utc(2026, 1, 1)) == local(2025, 12, 31, 21));
  CHECK(fixed.to_instant(local(2025, 12, 31, 21)) == utc(2026, 1, 1));
}

TEST_CASE("a table says what held before, between and after its changes") {
  const std::int64_t first = utc(2000, 1, 1).time_since_epoch().count();
  const std::int64_t second = utc(2010, 1, 1).time_since_epoch().count();
  TzifFile file{.offsets = {0, kHour, 2 * kHour}, .changes = {{first, 1}, {second, 2}}};
  const TimeZone zone = zone_of(file);
  CHECK(zone.period_at(utc(1999, 12, 31, 23, 59, 59)).offset == 0s);
  CHECK(zone.period_at(utc(2000, 1, 1)).offset == 1h);
  CHECK(zone.period_at(utc(2000, 1, 1)).begin == utc(2000, 1, 1));
  CHECK(zone.period_at(utc(2009, 12, 31, 23, 59, 59)).end == utc(2010, 1, 1));
  CHECK(zone.period_at(utc(2500, 1, 1)).offset == 2h);
  CHECK(zone.period_at(utc(2500, 1, 1)).end == sys_seconds::max());
  // The rule begins where the table ends.
  file.footer = "<+05>-5";
  const TimeZone ruled = zone_of(file);
  CHECK(ruled.period_at(utc(2010, 1, 1)).offset == 5h);
  CHECK(ruled.period_at(utc(2010, 1, 1)).begin == utc(2010, 1, 1));
  CHECK(ruled.period_at(utc(2009, 12, 31)).offset == 1h);
}

TEST_CASE("clocks change by a rule, in spring and in autumn") {
  const TimeZone zone = berlin();
  CHECK(zone.period_at(utc(2026, 3, 29, 0, 59, 59)).offset == 1h);
  const auto summer = zone.period_at(utc(2026, 3, 29, 1));
  CHECK(summer.offset == 2h);
  CHECK(summer.begin == utc(2026, 3, 29, 1));
  CHECK(summer.end == utc(2026, 10, 25, 1));
  CHECK(zone.period_at(utc(2026, 1, 1)).begin == utc(2025, 10, 26, 1));
  CHECK(zone.period_at(utc(2026, 12, 31)).end == utc(2027, 3, 28, 1));
}

TEST_CASE("a time that is skipped is the instant of the change, one that comes twice is the first") {
  const TimeZone zone = berlin();
  CHECK(zone.to_instant(local(2026, 3, 29, 1, 59, 59)) == utc(2026, 3, 29, 0, 59, 59));
  for (const int minute : {0, 30, 59}) {
    CHECK(zone.to_instant(local(2026, 3, 29, 2, minute)) == utc(2026, 3, 29, 1));
  }
  CHECK(zone.to_instant(local(2026, 3, 29, 3)) == utc(2026, 3, 29, 1));
  CHECK(zone.to_instant(local(2026, 3, 29, 3, 0, 1)) == utc(2026, 3, 29, 1, 0, 1));
  CHECK(zone.to_instant(local(2026, 10, 25, 2, 30)) == utc(2026, 10, 25, 0, 30));
  CHECK(zone.to_instant(local(2026, 10, 25, 3)) == utc(2026, 10, 25, 2));
}

TEST_CASE("rules of every form") {
  const auto offset_at = [](const char* rule, sys_seconds instant) {
    return std::chrono::duration_cast<std::chrono::minutes>(
        zone_of({.footer = rule}).period_at(instant).offset);
  };
  // South of the equator summer is over new year.
  const char* const sydney = "AEST-10AEDT,M10.1.0,M4.1.0/3";
  CHECK(offset_at(sydney, utc(2026, 1, 1)) == 11h);
  CHECK(offset_at(sydney, utc(2026, 4, 4, 15, 59)) == 11h);
  CHECK(offset_at(sydney, utc(2026, 4, 4, 16)) == 10h);
  CHECK(offset_at(sydney, utc(2026, 10, 3, 16)) == 11h);
  // Where winter is the exception.
  const char* const dublin = "IST-1GMT0,M10.5.0,M3.5.0/1";
  CHECK(offset_at(dublin, utc(2026, 1, 1)) == 0h);
  CHECK(offset_at(dublin, utc(2026, 7, 1)) == 1h);
  // Hours that reach into another day.
  const char* const godthab = "<-02>2<-01>,M3.5.0/-1,M10.5.0/0";
  CHECK(offset_at(godthab, utc(2026, 3, 29, 0, 59)) == -2h);
  CHECK(offset_at(godthab, utc(2026, 3, 29, 1)) == -1h);
  CHECK(offset_at("XXX3EDT4,0/0,J365/23", utc(2026, 1, 1)) == -4h);
  CHECK(offset_at("XXX3EDT4,0/0,J365/23", utc(2026, 12, 31, 12)) == -4h);
  // February 29 has no number of its own with J, and day 59 without.
  CHECK(offset_at("AAA0BBB,J60/0,J300/0", utc(2028, 2, 29, 12)) == 0h);
  CHECK(offset_at("AAA0BBB,J60/0,J300/0", utc(2028, 3, 1, 12)) == 1h);
  CHECK(offset_at("AAA0BBB,59/0,300/0", utc(2028, 2, 29, 12)) == 1h);
  CHECK(offset_at("<+0330>-3:30:00", utc(2026, 1, 1)) == 210min);
}

TEST_CASE("what is no rule") {
  for (const char* rule : {"",
                           "C",
                           "CE-1",
                           "CET",
                           "CET-",
                           "CET-25",
                           "CET-1CEST",
                           "CET-1CEST,",
                           "CET-1CEST,M3.5.0",
                           "CET-1CEST,M3.5.0,",
                           "CET-1CEST,M13.5.0,M10.5.0",
                           "CET-1CEST,M3.6.0,M10.5.0",
                           "CET-1CEST,M3.0.0,M10.5.0",
                           "CET-1CEST,M3.5.7,M10.5.0",
                           "CET-1CEST,M3.5,M10.5.0",
                           "CET-1CEST,M3.5.0/168,M10.5.0",
                           "CET-1CEST,M3.5.0,M10.5.0/3 ",
                           "CET-1CEST,J0,J9",
                           "CET-1CEST,366,9",
                           "CET-1CEST,M3.5.0,M10.5.0,M10.5.0",
                           "<CET-1",
                           "<>-1",
                           "CET-1:60",
                           "CET-1:",
                           "CET-0001",
                           "CET--1",
                           "CET-1CEST,M3.5.99999999999999999999,M10.5.0"}) {
    INFO(rule);
    CHECK_FALSE(parse_clock_rule(rule));
  }
  CHECK(parse_clock_rule("CET-1CEST,M3.5.0,M10.5.0/3"));
}

TEST_CASE("bytes that are no table are told apart from one") {
  const TzifFile good{.offsets = {0, kHour}, .changes = {{10, 1}, {20, 0}}, .footer = "CET-1"};
  const std::string bytes = good.bytes();
  CHECK(error_of(bytes).empty());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    INFO(size);
    CHECK_FALSE(error_of(bytes.substr(0, size)).empty());
  }
  CHECK(error_of("TZDB").find("no TZif file") != std::string::npos);
  TzifFile file = good;
  file.version = '\0';
  CHECK(error_of(file.bytes()).find("first version") != std::string::npos);
  file = good;
  file.version = '4';
  CHECK(error_of(file.bytes()).empty());
  file.leap_seconds = 1;
  CHECK(error_of(file.bytes()).find("leap seconds") != std::string::npos);
  for (const auto& changes : {std::vector<TzifFile::Change>{{20, 0}, {10, 0}},
                              {{10, 0}, {10, 1}},
                              {{10, 2}},
                              {{std::numeric_limits<std::int64_t>::min(), 0}},
                              {{std::numeric_limits<std::int64_t>::max(), 0}}}) {
    file = good;
    file.changes = changes;
    CHECK(error_of(file.bytes()).find("makes no sense") != std::string::npos);
  }
  for (const std::int32_t offset : {27 * kHour, -26 * kHour, std::numeric_limits<std::int32_t>::min()}) {
    file = good;
    file.offsets[1] = offset;
    CHECK_FALSE(error_of(file.bytes()).empty());
  }
  file = good;
  file.offsets = {};
  file.changes = {};
  CHECK_FALSE(error_of(file.bytes()).empty());
  file = good;
  file.footer = "CET-1CEST";
  CHECK_FALSE(error_of(file.bytes()).empty());
}

TEST_CASE("whatever byte is broken, what is read can be asked") {
  const std::string bytes =
      TzifFile{.offsets = {0, kHour}, .changes = {{10, 1}, {20, 0}}, .footer = "CET-1CEST,M3.5.0,M10.5.0"}
          .bytes();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const unsigned flipped : {0x01U, 0x80U, 0xFFU}) {
      std::string broken = bytes;
      broken[at] = static_cast<char>(static_cast<unsigned char>(broken[at]) ^ flipped);
      const auto zone = TimeZone::parse(broken, "x");
      if (!zone) continue;
      const auto local_time = zone->to_local(utc(2026, 3, 29, 1, 30));
      CHECK(zone->to_instant(local_time) <= utc(2026, 3, 29, 1, 30));
    }
  }
}

TEST_CASE("names of time zones lead nowhere else") {
  for (const char* name : {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5",
                           "Etc/GMT-14", "America/Port-au-Prince", "EST5EDT"}) {
    INFO(name);
    CHECK(is_time_zone_name(name));
  }
  for (const char* name :
       {"", ".", "..", "../UTC", "Europe/../../etc/passwd", "/etc/passwd", "Europe//Berlin", "Europe/",
        "tzdata.zi", "Europe\\Berlin", "Europe/Ber lin", "-x", "Ä", "a\nb"}) {
    INFO(name);
    CHECK_FALSE(is_time_zone_name(name));
  }
}

TEST_CASE("instants are written as RFC 3339 asks") {
  CHECK(to_timestamp(utc(2026, 11, 30, 6)) == "2026-11-30T06:00:00Z");
  CHECK(to_timestamp(utc(1969, 12, 31, 23, 59, 59)) == "1969-12-31T23:59:59Z");
}
