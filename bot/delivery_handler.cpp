#include "bot/delivery_handler.h"

#include <algorithm>

#include "bot/core/schedule_event.h"

namespace mlx::bot {
namespace {

bool may_pass(const Error& error) {
  return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kConflict ||
         error.code == ErrorCode::kIo;
}

}  // namespace

Result<Forge*> DeliveryHandler::forge_of(const Delivery& delivery) const {
  const auto found = forges_.find(delivery.forge);
  if (found == forges_.end()) {
    return fail(ErrorCode::kInvalidInput,
                "this bot has no settings for " + delivery.forge + ", where the delivery came from");
  }
  return &found->second.get();
}

Result<Event> DeliveryHandler::event_of(const Delivery& delivery) const {
  const Forge* forge = MLX_TRY(forge_of(delivery));
  if (delivery.event == kScheduleEvent) return parse_schedule_delivery(delivery.body);
  return forge->parse_event(delivery.event, delivery.body);
}

Result<std::string> DeliveryHandler::repository_of(const Delivery& delivery) {
  const Event event = MLX_TRY(event_of(delivery));
  const RepositoryName* repository = bot::repository_of(event);
  if (repository == nullptr) return std::string();
  const Forge* forge = MLX_TRY(forge_of(delivery));
  return delivery.forge + ":" + forge->identity_of(*repository, installation_of(event));
}

JobResult DeliveryHandler::run(const Job& job) {
  const auto event = event_of(job.delivery);
  if (!event) return Failed{to_string(event.error())};
  Forge& forge = *forge_of(job.delivery).value();
  const auto outcome = run_event(*event, forge, options_);
  if (!outcome) return result_of(*event, forge, outcome.error(), job.attempt);
  switch (*outcome) {
    case RunOutcome::kDone: return Done{"done"};
    case RunOutcome::kIgnored: return Done{"ignored"};
    case RunOutcome::kRefused: return Done{"refused"};
  }
  return Done{"done"};
}

JobResult DeliveryHandler::result_of(const Event& event, Forge& forge, const Error& error, int attempt) {
  const std::string reason = to_string(error);
  if (error.code == ErrorCode::kRateLimited) {
    return RetryLater{.after = std::chrono::seconds(std::max(1L, error.retry_after_seconds)),
                      .reason = reason};
  }
  if (may_pass(error) && attempt < last_attempt_) return RetryLater{.after = {}, .reason = reason};
  if (const auto told = report_failure(event, forge, options_, error); !told) {
    log_.warning("the failure could not be reported on the forge", {{"reason", to_string(told.error())}});
  }
  return Failed{reason};
}

}  // namespace mlx::bot
