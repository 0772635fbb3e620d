#include "tests/support/tzif.h"

namespace mlx::testing {
namespace {

template <typename Number>
void put(std::string& bytes, Number number) {
  constexpr unsigned kByte = 8;
  for (std::size_t at = sizeof(Number); at > 0; --at) {
    bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> (kByte * (at - 1)) & 0xFFU);
  }
}

std::string header(char version, std::uint32_t leaps, std::uint32_t times, std::uint32_t types) {
  std::string bytes = "TZif";
  bytes += version;
  bytes += std::string(15, '\0');
  for (const std::uint32_t count : {0U, 0U, leaps, times, types, 4U}) put(bytes, count);
  return bytes;
}

}  // namespace

std::string TzifFile::bytes() const {
  // The first block is for readers of the first version: one type, and no times.
  std::string bytes = header(version, 0, 0, 1) + std::string(6 + 4, '\0');
  bytes += header(version, leap_seconds, static_cast<std::uint32_t>(changes.size()),
                  static_cast<std::uint32_t>(offsets.size()));
  for (const Change& change : changes) put(bytes, change.at);
  for (const Change& change : changes) put(bytes, change.type);
  for (const std::int32_t offset : offsets) {
    put(bytes, offset);
    bytes += std::string(2, '\0');
  }
  bytes += std::string("LMT\0", 4);
  bytes += std::string(leap_seconds * 12UL, '\0');
  return bytes + "\n" + footer + "\n";
}

TimeZone berlin() {
  const TzifFile file{.offsets = {3600}, .changes = {}, .footer = "CET-1CEST,M3.5.0,M10.5.0/3"};
  return TimeZone::parse(file.bytes(), "Europe/Berlin").value();
}

std::chrono::sys_seconds utc(int year, unsigned month, unsigned day, int hour, int minute, int second) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

}  // namespace mlx::testing
