#pragma once

#include <functional>
#include <map>
#include <string>

#include "bot/forge/forge.h"
#include "bot/logging.h"
#include "bot/run/run_event.h"
#include "bot/worker.h"

namespace mlx::bot {

/// The forges that the bot serves, by the names that deliveries have them by: "github", "gitlab".
using Forges = std::map<std::string, std::reference_wrapper<Forge>, std::less<>>;

/// What the worker does with a delivery: parse it, run it on its forge, and tell what the
/// worker should do next. All references must outlive it.
class DeliveryHandler final : public JobHandler {
 public:
  /// At `last_attempt` a failure is told to whoever asked, since nothing is tried after it.
  DeliveryHandler(Forges forges, RunOptions options, Log log, int last_attempt)
      : forges_(std::move(forges)),
        options_(std::move(options)),
        log_(std::move(log)),
        last_attempt_(last_attempt) {}

  [[nodiscard]] Result<std::string> repository_of(const Delivery& delivery) override;
  [[nodiscard]] JobResult run(const Job& job) override;

 private:
  /// kInvalidInput for a forge that is not served (any more).
  [[nodiscard]] Result<Forge*> forge_of(const Delivery& delivery) const;
  [[nodiscard]] Result<Event> event_of(const Delivery& delivery) const;
  [[nodiscard]] JobResult result_of(const Event& event, Forge& forge, const Error& error, int attempt);

  Forges forges_;
  RunOptions options_;
  Log log_;
  int last_attempt_;
};

}  // namespace mlx::bot
