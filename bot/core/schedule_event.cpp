#include "bot/core/schedule_event.h"

#include <nlohmann/json.hpp>

#include "engine/base/json_reader.h"

namespace mlx::bot {

using nlohmann::json;

std::string schedule_delivery_id(const ScheduleEvent& event) {
  const std::string what =
      event.broken_configuration.empty() ? event.due : "configuration:" + event.broken_configuration;
  return "schedule:" + event.repository.full() + ":" + what;
}

std::string schedule_delivery_body(const ScheduleEvent& event) {
  const json body = {{"repository", {{"owner", event.repository.owner}, {"name", event.repository.name}}},
                     {"installation", event.installation},
                     {"due", event.due},
                     {"broken_configuration", event.broken_configuration}};
  return body.dump();
}

Result<ScheduleEvent> parse_schedule_delivery(std::string_view body) {
  const json document = MLX_TRY(parse_json(body, "the mlx-schedule delivery"));
  const JsonReader reader(document, "the mlx-schedule delivery");
  const JsonReader repository = MLX_TRY(reader.at("repository"));
  ScheduleEvent event;
  event.repository.owner = MLX_TRY(repository.string("owner"));
  event.repository.name = MLX_TRY(repository.string("name"));
  event.installation = MLX_TRY(reader.integer("installation"));
  event.due = MLX_TRY(reader.string("due"));
  event.broken_configuration = MLX_TRY(reader.string("broken_configuration"));
  return event;
}

}  // namespace mlx::bot
