#include "bot/core/update/dashboard.h"

#include <catch2/catch.hpp>

#include "tests/support/rendered_markdown.h"

using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Matchers::Contains;

namespace {

Dashboard sample() {
  return {.entries = {{.subject = "api",
                       .title = "api 1.0.0 → 1.1.0",
                       .status = UpdateStatus::kOpen,
                       .number = 12,
                       .has_conflicts = true,
                       .breaks_users = true},
                      {.subject = "log",
                       .title = "log 1.0.0 → 2.0.0",
                       .status = UpdateStatus::kLimited,
                       .detail = "5 pull requests are open"},
                      {.subject = "web",
                       .title = "web",
                       .status = UpdateStatus::kFailed,
                       .detail = "it requires `cache`"}},
          .state = {.first_seen = {{"api@1.1.0", "2026-11-30T06:00:00Z"}}, .ignored = {"rate-limiting@2.x"}},
          .schedule = "0 6 * * 1 (UTC)"};
}

/// The text with the box ticked that holds this.
std::string ticked(std::string text, const std::string& box) {
  const auto at = text.find("- [ ] <!-- mlx:" + box);
  REQUIRE(at != std::string::npos);
  return text.replace(at + 3, 1, "x");
}

}  // namespace

TEST_CASE("a dashboard tells what became of each update, the failures first") {
  const std::string text = render_dashboard(sample());
  const RenderedMarkdown shown = render_as_github(text);
  CHECK(text.starts_with(kDashboardMarker));
  CHECK(shown.text.find("Cannot be made") < shown.text.find("Open"));
  CHECK_THAT(shown.text, Contains("#12 api 1.0.0 → 1.1.0, breaking, with conflicts"));
  CHECK_THAT(shown.text, Contains("5 pull requests are open."));
  CHECK_THAT(shown.text, Contains("0 6 * * 1 (UTC)"));
  CHECK_THAT(render_dashboard({}), Contains("Everything is up to date.") && Contains("There is no schedule"));
}

TEST_CASE("what a dashboard remembers is read back") {
  CHECK(read_dashboard_state(render_dashboard(sample())) == sample().state);
  SECTION("whatever the names are") {
    Dashboard hostile = sample();
    hostile.state.ignored = {"a --> <b>", "\"\\", "ä"};
    CHECK(read_dashboard_state(render_dashboard(hostile)) == hostile.state);
  }
  SECTION("and what cannot be read is forgotten") {
    for (const char* body :
         {"", "<!-- mlx:state", "<!-- mlx:state {\"firstSeen\": 7, \"ignored\": {\"a\": 1}} -->",
          "<!-- mlx:state [] -->", "<!-- mlx:state {\"ignored\": [7, null]} -->"}) {
      CAPTURE(body);
      CHECK(read_dashboard_state(body) == DashboardState());
    }
  }
}

TEST_CASE("boxes that were ticked") {
  const std::string before = render_dashboard(sample());
  using Actions = std::vector<DashboardAction>;
  CHECK(ticked_actions(before, before).empty());
  CHECK(ticked_actions(ticked(before, "rebase=api"), before) ==
        Actions{{.kind = DashboardAction::Kind::kRebase, .subject = "api"}});
  const std::string two = ticked(ticked(before, "create=log"), "unignore=rate-limiting@2.x");
  CHECK(ticked_actions(two, before) ==
        Actions{{.kind = DashboardAction::Kind::kCreate, .subject = "log"},
                {.kind = DashboardAction::Kind::kUnignore, .subject = "rate-limiting@2.x"}});
  CHECK(ticked_actions(two, ticked(before, "create=log")).size() == 1);
  SECTION("are those of the bot's own making") {
    for (const char* line : {"- [x] <!-- mlx:delete=api -->", "- [x] <!-- mlx:create -->", "- [x] create=api",
                             "> - [x] <!-- mlx:create=api -->", "[x] <!-- mlx:create=api -->", "- [x]"}) {
      CAPTURE(line);
      CHECK(ticked_actions(line, "").empty());
    }
  }
}

TEST_CASE("a dashboard fits into an issue, however many updates there are") {
  Dashboard many = sample();
  for (int i = 0; i < 5000; ++i) many.entries.push_back(many.entries.front());
  CHECK(render_dashboard(many).size() < 65'536);
  CHECK(read_dashboard_state(render_dashboard(many)) == many.state);
}
