#include "bot/core/schedule_event.h"

#include <catch2/catch.hpp>

using namespace mlx;
using namespace mlx::bot;

namespace {

const ScheduleEvent kDue{
    .repository = {.owner = "octo-team", .name = "shop"}, .installation = 51, .due = "2026-11-30T06:00:00Z"};
const ScheduleEvent kBroken{.repository = {.owner = "octo-team", .name = "shop"},
                            .broken_configuration = "3f786850e387550fdab836ed7e6dc881de23001b"};

}  // namespace

TEST_CASE("what is due comes out of the queue as it went in") {
  for (const ScheduleEvent& event : {kDue, kBroken}) {
    CHECK(parse_schedule_delivery(schedule_delivery_body(event)) == event);
  }
}

TEST_CASE("the id is a function of what is due") {
  CHECK(schedule_delivery_id(kDue) == "schedule:octo-team/shop:2026-11-30T06:00:00Z");
  CHECK(schedule_delivery_id(kBroken) ==
        "schedule:octo-team/shop:configuration:3f786850e387550fdab836ed7e6dc881de23001b");
}

TEST_CASE("a delivery of another shape is an error that names the field") {
  for (const auto& [body, field] :
       {std::pair("{}", "repository"),
        {R"({"repository": {"owner": "o"}})", "repository.name"},
        {R"({"repository": {"owner": "o", "name": "r"}})", "installation"},
        {R"({"repository": {"owner": "o", "name": "r"}, "installation": 1, "due": 7})", "due"}}) {
    const auto event = parse_schedule_delivery(body);
    REQUIRE_FALSE(event);
    CHECK(event.error().location.field == field);
  }
  CHECK_FALSE(parse_schedule_delivery("["));
}
