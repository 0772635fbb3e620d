#include "bot/core/update/update_answers.h"

#include <catch2/catch.hpp>

#include "tests/support/rendered_markdown.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Matchers::Contains;

TEST_CASE("a configuration that cannot be used is told with its place") {
  const IssueWords words =
      render_configuration_problem({ErrorCode::kInvalidInput,
                                    "`@octocat` is no hour",
                                    {.file = "mlx.toml", .line = 2, .column = 3, .field = {}}});
  CHECK(words.body.starts_with(kConfigurationMarker));
  CHECK_THAT(words.body, Contains("`mlx.toml:2:3`"));
  for (const std::string& segment : render_as_github(words.body).segments)
    CHECK(reference_in(segment).empty());
}
