#include "engine/io/advisor.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "engine/advise/advice_answer.h"
#include "engine/advise/advice_prompt.h"
#include "engine/base/digest.h"
#include "engine/io/llm_client.h"

namespace mlx {
namespace {

Advice none_because(std::string reason) {
  Advice advice;
  advice.unavailable = std::move(reason);
  return advice;
}

class CachedAdvisor final : public Advisor {
 public:
  CachedAdvisor(std::unique_ptr<Advisor> inner, std::shared_ptr<AdviceStore> store, std::string identity,
                UtcClock clock)
      : inner_(std::move(inner)),
        store_(std::move(store)),
        identity_(std::move(identity)),
        clock_(std::move(clock)) {}

  Result<Advice> advise(const AdviceRequest& request) override {
    const std::string key = key_of(request);
    if (const auto kept = store_->find(key, clock_())) {
      auto advice = read_kept(*kept, request);
      if (advice) return advice;
    }
    Advice advice = MLX_TRY(inner_->advise(request));
    if (!advice.findings.empty()) store_->keep(key, write_kept(advice, request), clock_());
    return advice;
  }

 private:
  /// The first line is the model's name.
  static std::string write_kept(const Advice& advice, const AdviceRequest& request) {
    return advice.model + "\n" + write_advice(advice, request);
  }
  static Result<Advice> read_kept(std::string_view kept, const AdviceRequest& request) {
    const std::size_t end = std::min(kept.find('\n'), kept.size());
    Advice advice = MLX_TRY(read_advice(kept.substr(end), request));
    advice.model = kept.substr(0, end);
    return advice;
  }

  [[nodiscard]] std::string key_of(const AdviceRequest& request) const {
    std::string all = std::to_string(kAdvicePromptVersion) + "\n" + identity_;
    for (const PromptMessage& message : advice_prompt(request)) {
      all += "\n" + std::to_string(message.content.size()) + " " + message.content;
    }
    return sha256_hex(all);
  }

  std::unique_ptr<Advisor> inner_;
  std::shared_ptr<AdviceStore> store_;
  std::string identity_;
  UtcClock clock_;
};

class BudgetedAdvisor final : public Advisor {
 public:
  BudgetedAdvisor(std::unique_ptr<Advisor> inner, std::shared_ptr<AdviceStore> store, AdviceBudget budget,
                  UtcClock clock)
      : inner_(std::move(inner)), store_(std::move(store)), budget_(budget), clock_(std::move(clock)) {}

  Result<Advice> advise(const AdviceRequest& request) override {
    const auto now = clock_();
    if (rests(now))
      return none_because("the model could not be asked a short while ago; it is asked again soon");
    const std::int64_t tokens = estimated_tokens(request);
    const auto granted = store_->reserve(budget_, tokens, now);
    if (!granted) return none_because("what was spent today cannot be counted, so the model is not asked");
    if (*granted == BudgetAnswer::kNoRequests) return used_up("requests (MLX_LLM_DAILY_REQUESTS)");
    if (*granted == BudgetAnswer::kNoTokens) return used_up("tokens (MLX_LLM_DAILY_TOKENS)");
    auto advice = inner_->advise(request);
    if (advice) {
      store_->give_back(tokens - advice->tokens, now);
    } else {
      rest_after(advice.error());
    }
    return advice;
  }

 private:
  static Advice used_up(std::string_view of_what) {
    return none_because("today's budget of " + std::string(of_what) +
                        " is used up; there is a new one at 00:00 UTC");
  }

  [[nodiscard]] bool rests(std::chrono::sys_seconds now) {
    const std::scoped_lock lock(mutex_);
    return now < rests_until_;
  }

  /// A wrong answer may be right the next time; an endpoint that fails would only make everybody wait.
  void rest_after(const Error& error) {
    if (error.code == ErrorCode::kInvalidInput) return;
    constexpr std::chrono::seconds kShortest{60};
    constexpr std::chrono::seconds kLongest{3600};
    const auto pause = std::clamp(std::chrono::seconds(error.retry_after_seconds), kShortest, kLongest);
    const std::scoped_lock lock(mutex_);
    rests_until_ = clock_() + pause;
  }

  std::unique_ptr<Advisor> inner_;
  std::shared_ptr<AdviceStore> store_;
  AdviceBudget budget_;
  UtcClock clock_;
  std::mutex mutex_;
  std::chrono::sys_seconds rests_until_{};
};

}  // namespace

std::unique_ptr<Advisor> make_cached_advisor(std::unique_ptr<Advisor> inner,
                                             std::shared_ptr<AdviceStore> store, std::string identity,
                                             UtcClock clock) {
  return std::make_unique<CachedAdvisor>(std::move(inner), std::move(store), std::move(identity),
                                         std::move(clock));
}

std::unique_ptr<Advisor> make_budgeted_advisor(std::unique_ptr<Advisor> inner,
                                               std::shared_ptr<AdviceStore> store, AdviceBudget budget,
                                               UtcClock clock) {
  return std::make_unique<BudgetedAdvisor>(std::move(inner), std::move(store), budget, std::move(clock));
}

std::unique_ptr<Advisor> make_advisor(const AdvisorSettings& settings, const std::filesystem::path& store,
                                      UtcClock clock) {
  if (!clock) {
    clock = [] { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); };
  }
  const std::shared_ptr<AdviceStore> shared = make_advice_store(store);
  auto llm = make_llm_advisor(
      {.url = settings.url, .model = settings.model, .key = settings.key, .timeout = settings.timeout});
  auto budgeted = make_budgeted_advisor(std::move(llm), shared, settings.budget, clock);
  return make_cached_advisor(std::move(budgeted), shared, settings.url + "\n" + settings.model, clock);
}

}  // namespace mlx
