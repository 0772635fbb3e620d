// Reads questions about times from standard input, one to a line, and prints an answer for each: for
// comparison with CPython's zoneinfo (compare_with_zoneinfo.py). Fields are parted by tabs.
//   offset ZONE INSTANT              seconds east of UTC
//   instant ZONE LOCAL               when clocks show it first
//   times ZONE FROM UNTIL SCHEDULE   every time of the schedule in between, forwards
//   back ZONE FROM UNTIL SCHEDULE    the same, backwards
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "engine/io/time_zone_directory.h"
#include "engine/manifest/cron_schedule.h"

namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

const mlx::TimeZone& zone_named(const std::string& name) {
  static const mlx::TimeZoneDirectory zones;
  static std::map<std::string, mlx::TimeZone> known;
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  return known.emplace(name, zones.find(name).value()).first->second;
}

sys_seconds instant_of(const std::string& text) { return sys_seconds(seconds(std::stoll(text))); }

void print_times(const std::vector<std::string>& fields, bool is_forwards) {
  const mlx::TimeZone& zone = zone_named(fields.at(1));
  const sys_seconds from = instant_of(fields.at(2));
  const sys_seconds until = instant_of(fields.at(3));
  const mlx::CronSchedule schedule = mlx::CronSchedule::parse(fields.at(4)).value();
  if (is_forwards) {
    for (auto at = schedule.next_after(from, zone); at < until; at = schedule.next_after(at, zone)) {
      std::cout << at.time_since_epoch().count() << ' ';
    }
  } else {
    for (auto at = schedule.latest_before(until, zone); at > from; at = schedule.latest_before(at, zone)) {
      std::cout << at.time_since_epoch().count() << ' ';
    }
  }
  std::cout << '\n';
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, '\t');) fields.push_back(field);
    const std::string& question = fields.at(0);
    if (question == "offset") {
      std::cout << zone_named(fields.at(1)).period_at(instant_of(fields.at(2))).offset.count() << '\n';
    } else if (question == "instant") {
      const mlx::LocalSeconds local(seconds(std::stoll(fields.at(2))));
      std::cout << zone_named(fields.at(1)).to_instant(local).time_since_epoch().count() << '\n';
    } else {
      print_times(fields, question == "times");
    }
  }
  return 0;
}
