#pragma once

#include <filesystem>

#include "engine/base/time_zone.h"

namespace mlx {

/// The time zones of the system's database, as tzdata installs it. A file is read whenever it is asked for,
/// so that a new release of tzdata counts at once. `UTC` needs no file. Safe to use from several threads.
class TimeZoneDirectory final : public TimeZones {
 public:
  TimeZoneDirectory() = default;
  explicit TimeZoneDirectory(std::filesystem::path directory) : directory_(std::move(directory)) {}

  [[nodiscard]] Result<TimeZone> find(std::string_view name) const override;

 private:
  std::filesystem::path directory_ = "/usr/share/zoneinfo";
};

}  // namespace mlx
