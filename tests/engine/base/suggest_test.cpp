#include "engine/base/suggest.h"

#include <vector>

#include <catch2/catch.hpp>

TEST_CASE("the nearest name is offered, a far one is not") {
  const std::vector<std::string> names = {"api-serving", "config-management", "plugin-registry"};
  CHECK(mlx::nearest("api-servnig", names) == "api-serving");
  CHECK(mlx::nearest("apiserving", names) == "api-serving");
  CHECK(mlx::nearest("config", names).empty());
  CHECK(mlx::nearest("", names).empty());
  CHECK(mlx::nearest(std::string(10000, 'a'), names).empty());
  CHECK(mlx::did_you_mean("api-server", names) == "; did you mean `api-serving`?");
  CHECK(mlx::did_you_mean("zzz", names).empty());
}
