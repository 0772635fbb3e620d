#include "engine/io/advisor.h"

#include <algorithm>
#include <iterator>
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
    Held held = look_up(request);
    if (held.unknown.subjects.empty()) return std::move(held.advice);
    auto asked = inner_->advise(held.unknown);
    if (!asked && held.advice.findings.empty()) return asked;
    if (!asked) asked = none_because(asked.error().message);
    if (!asked->findings.empty()) keep(*asked, held.unknown);
    return joined(std::move(held.advice), *std::move(asked));
  }

  Advice known(const AdviceRequest& request) override { return look_up(request).advice; }

 private:
  struct Held {
    Advice advice;
    AdviceRequest unknown;
  };

  Held look_up(const AdviceRequest& request) {
    Held held;
    for (const AdviceSubject& subject : request.subjects) {
      const AdviceRequest alone = about(subject);
      const auto kept = store_->find(key_of(alone), clock_());
      auto advice = kept ? read_kept(*kept, alone) : std::nullopt;
      if (advice) {
        held.advice = joined(std::move(held.advice), *std::move(advice));
      } else {
        held.unknown.subjects.push_back(subject);
      }
    }
    return held;
  }

  void keep(const Advice& advice, const AdviceRequest& asked) {
    for (const AdviceSubject& subject : asked.subjects) {
      const AdviceRequest alone = about(subject);
      store_->keep(key_of(alone), advice.model + "\n" + write_advice(advice, alone), clock_());
    }
  }

  /// As if nothing else was asked, so that it is found again among any others.
  static AdviceRequest about(const AdviceSubject& subject) {
    AdviceRequest alone{.subjects = {subject}};
    alone.subjects.front().id = "f1";
    return alone;
  }

  static Advice joined(Advice one, Advice other) {
    if (one.model.empty()) one.model = std::move(other.model);
    std::ranges::move(other.findings, std::back_inserter(one.findings));
    std::ranges::sort(one.findings, {}, &FindingAdvice::finding);
    one.unavailable = std::move(other.unavailable);
    one.tokens += other.tokens;
    return one;
  }

  /// The first line is the model's name.
  static std::optional<Advice> read_kept(std::string_view kept, const AdviceRequest& request) {
    const std::size_t end = std::min(kept.find('\n'), kept.size());
    Advice advice{.model = std::string(kept.substr(0, end))};
    const std::string_view said = kept.substr(std::min(end + 1, kept.size()));
    if (said == write_advice({}, request)) return advice;  // it was asked about, and nothing was said
    auto read = read_advice(said, request);
    if (!read) return std::nullopt;
    advice.findings = std::move(read->findings);
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
