#include "bot/advisor.h"

#include <string>
#include <utility>

#include "bot/file_beside.h"
#include "engine/io/advisor.h"

namespace mlx::bot {

namespace {

class LoggedAdvisor final : public Advisor {
 public:
  LoggedAdvisor(std::unique_ptr<Advisor> inner, Log log) : inner_(std::move(inner)), log_(std::move(log)) {}

  Result<Advice> advise(const AdviceRequest& request) override {
    auto advice = inner_->advise(request);
    if (!advice) {
      log_.warning("no advice", {{"reason", advice.error().message}});
    } else if (!advice->unavailable.empty()) {
      log_.warning("no advice", {{"reason", advice->unavailable}});
    } else if (advice->tokens != 0) {
      log_.info("advice", {{"findings", std::to_string(advice->findings.size())},
                           {"tokens", std::to_string(advice->tokens)}});
    }
    return advice;
  }
  Advice known(const AdviceRequest& request) override { return inner_->known(request); }

 private:
  std::unique_ptr<Advisor> inner_;
  Log log_;
};

}  // namespace

std::unique_ptr<Advisor> make_advisor(const Settings& settings, const Log& log) {
  if (!settings.advisor) return nullptr;
  return std::make_unique<LoggedAdvisor>(
      mlx::make_advisor(*settings.advisor, file_beside(settings.database, "advice")), log);
}

}  // namespace mlx::bot
