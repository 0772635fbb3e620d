#include "engine/io/catalogue.h"

#include <catch2/catch.hpp>

#include "engine/component/registry.h"
#include "engine/io/directory.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;

TEST_CASE("the builtin catalogue is found beside the program") {
  const RegistryLocation location = locate_registry("builtin").value();
  CHECK(location.name == "builtin");
  const auto snapshot = open_directory_snapshot(location.directory).value();
  CHECK(Registry::open(*snapshot, location.name).value().item("api-serving"));
}

TEST_CASE("a directory is a registry under its own name") {
  const TemporaryDirectory directory;
  const RegistryLocation location = locate_registry(directory.path().string()).value();
  CHECK(location.name == directory.path().string());
  CHECK(location.directory == directory.path());
}

TEST_CASE("what is neither builtin nor a directory is not found") {
  const TemporaryDirectory directory;
  const auto location = locate_registry((directory.path() / "absent").string());
  REQUIRE_FALSE(location);
  CHECK(location.error().code == ErrorCode::kNotFound);
  CHECK_FALSE(locate_registry(""));
}
