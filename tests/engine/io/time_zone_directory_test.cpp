#include "engine/io/time_zone_directory.h"

#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/temporary_directory.h"
#include "tests/support/tzif.h"

using namespace mlx;
using namespace mlx::testing;
using Catch::Contains;

TEST_CASE("the system's zones are found by name") {
  const TimeZoneDirectory zones;
  const auto berlin = zones.find("Europe/Berlin");
  if (!berlin) FAIL(to_string(berlin.error()));
  CHECK(berlin->period_at(utc(2026, 7, 1)).offset == std::chrono::hours(2));
  const auto misspelt = zones.find("Europe/Berlni");
  REQUIRE_FALSE(misspelt);
  CHECK(misspelt.error().code == ErrorCode::kNotFound);
  CHECK_THAT(misspelt.error().message, Contains("did you mean `Europe/Berlin`?"));
}

TEST_CASE("names lead to zones only") {
  const TemporaryDirectory directory;
  std::filesystem::create_directories(directory.path() / "zones/Europe");
  std::ofstream(directory.path() / "Secret") << "secret";
  std::ofstream(directory.path() / "zones/zone.tab") << "# no zone\n";
  std::ofstream(directory.path() / "zones/NoZone") << "# no zone\n";
  std::ofstream(directory.path() / "zones/Europe/Large") << std::string(300UL * 1024, 'x');
  std::ofstream(directory.path() / "zones/Europe/Here", std::ios::binary)
      << TzifFile{.offsets = {3600}, .footer = "CET-1"}.bytes();
  const TimeZoneDirectory zones(directory.path() / "zones");
  CHECK(zones.find("Europe/Here"));
  for (const char* name : {"../Secret", "", "Europe", "Europe/", "zone.tab", "Nowhere", "/etc/passwd"}) {
    INFO(name);
    const auto zone = zones.find(name);
    REQUIRE_FALSE(zone);
    CHECK(zone.error().code == ErrorCode::kNotFound);
    CHECK_THAT(zone.error().message, !Contains("secret"));
  }
  CHECK(zones.find("NoZone").error().code == ErrorCode::kInvalidInput);
  CHECK(zones.find("Europe/Large").error().code == ErrorCode::kIo);
}

TEST_CASE("without a database there is UTC, and advice") {
  const TemporaryDirectory directory;
  const TimeZoneDirectory zones(directory.path() / "none");
  CHECK(zones.find("UTC"));
  const auto zone = zones.find("Europe/Berlin");
  REQUIRE_FALSE(zone);
  CHECK(zone.error().code == ErrorCode::kIo);
  CHECK_THAT(zone.error().message, Contains("tzdata"));
}
