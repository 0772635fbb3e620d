#pragma once

#include <string>
#include <string_view>

#include "bot/core/event.h"
#include "engine/base/error.h"

/// How a ScheduleEvent goes through the queue: as a delivery of the bot to itself. No webhook can bring
/// one: its event's name and its id are refused there.
namespace mlx::bot {

inline constexpr std::string_view kScheduleEvent = "mlx-schedule";

/// `schedule:OWNER/NAME:2026-11-30T06:00:00Z`, or `schedule:OWNER/NAME:configuration:…`: the same for
/// whoever finds the same thing due, so that the queue keeps one of them.
[[nodiscard]] std::string schedule_delivery_id(const ScheduleEvent& event);

[[nodiscard]] std::string schedule_delivery_body(const ScheduleEvent& event);
/// kInvalidInput, with the field's path, for what is no such body.
[[nodiscard]] Result<ScheduleEvent> parse_schedule_delivery(std::string_view body);

}  // namespace mlx::bot
