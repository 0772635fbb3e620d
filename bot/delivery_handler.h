#pragma once

#include "bot/forge/forge.h"
#include "bot/logging.h"
#include "bot/run/run_event.h"
#include "bot/worker.h"

namespace mlx::bot {

/// What the worker does with a delivery: parse it, run it on its forge, and tell what the
/// worker should do next. All references must outlive it.
class DeliveryHandler final : public JobHandler {
 public:
  /// At `last_attempt` a failure is told to whoever asked, since nothing is tried after it.
  DeliveryHandler(Forge& forge, RunOptions options, Log log, int last_attempt)
      : forge_(forge), options_(std::move(options)), log_(std::move(log)), last_attempt_(last_attempt) {}

  [[nodiscard]] Result<std::string> repository_of(const Delivery& delivery) override;
  [[nodiscard]] JobResult run(const Job& job) override;

 private:
  [[nodiscard]] Result<Event> event_of(const Delivery& delivery) const;
  [[nodiscard]] JobResult result_of(const Event& event, const Error& error, int attempt);

  Forge& forge_;
  RunOptions options_;
  Log log_;
  int last_attempt_;
};

}  // namespace mlx::bot
