#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/advise/advisor_settings.h"
#include "engine/base/error.h"

namespace mlx {

enum class BudgetAnswer { kGranted, kNoRequests, kNoTokens };

/// Answers that were paid for, and what was spent on each day (UTC), in one SQLite file of mode 0600.
///
/// Several processes and threads may use the same file: what is granted to all of them together stays within
/// the budget. A file that is damaged is begun anew, which forgets what was spent.
class AdviceStore {
 public:
  AdviceStore() = default;
  AdviceStore(const AdviceStore&) = delete;
  AdviceStore& operator=(const AdviceStore&) = delete;
  virtual ~AdviceStore() = default;

  /// The answer that was kept under a key within the last 30 days, as it was given; nothing if a bit of it
  /// has changed since, or the store cannot be read.
  [[nodiscard]] virtual std::optional<std::string> find(std::string_view key,
                                                        std::chrono::sys_seconds now) = 0;
  /// What cannot be kept is asked again.
  virtual void keep(std::string_view key, std::string_view answer, std::chrono::sys_seconds now) = 0;

  /// Takes one request and so many tokens out of the budget of the day, if they are left in it. Fails if
  /// that cannot be written: nothing may be spent then.
  [[nodiscard]] virtual Result<BudgetAnswer> reserve(const AdviceBudget& budget, std::int64_t tokens,
                                                     std::chrono::sys_seconds now) = 0;
  /// Gives back (or takes more, if negative) tokens of that day.
  virtual void give_back(std::int64_t tokens, std::chrono::sys_seconds reserved_at) = 0;
};

/// Opens the file when it is first needed, and makes it with the directories above it.
[[nodiscard]] std::unique_ptr<AdviceStore> make_advice_store(std::filesystem::path file);

}  // namespace mlx
