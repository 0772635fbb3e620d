#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/time_zone.h"

namespace mlx::testing {

/// A TZif file, made by hand.
struct TzifFile {
  struct Change {
    std::int64_t at = 0;
    std::uint8_t type = 0;
  };
  std::vector<std::int32_t> offsets = {0};  ///< of each type
  std::vector<Change> changes = {};
  std::string footer = {};
  char version = '2';
  std::uint32_t leap_seconds = 0;

  [[nodiscard]] std::string bytes() const;
};

/// `Europe/Berlin` since 1996, by its rule alone.
[[nodiscard]] TimeZone berlin();

/// The instant of `2026-03-29T01:00:00Z`.
[[nodiscard]] std::chrono::sys_seconds utc(int year, unsigned month, unsigned day, int hour = 0,
                                           int minute = 0, int second = 0);

}  // namespace mlx::testing
