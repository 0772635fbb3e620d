#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "engine/advise/advisor.h"
#include "engine/advise/advisor_settings.h"
#include "engine/io/advice_store.h"

namespace mlx {

using UtcClock = std::function<std::chrono::sys_seconds()>;

/// The advisor of these settings: answers that are in the store are given from there, others are asked for as
/// long as the day's budget lasts. When it is used up, and for a while after a failure, nobody is asked, and
/// Advice::unavailable says so. `clock` is the system's unless given. Safe to call from several threads.
[[nodiscard]] std::unique_ptr<Advisor> make_advisor(const AdvisorSettings& settings,
                                                    const std::filesystem::path& store, UtcClock clock = {});

/// Asks `inner` only about findings of which `store` holds nothing for the same facts and excerpts,
/// `identity` and version of the prompt; that nothing was said about one is held too. An answer from the
/// store is checked like a new one, and asked for again if it is wrong. If `inner` fails, what is held is
/// given with the reason why there is no more.
[[nodiscard]] std::unique_ptr<Advisor> make_cached_advisor(std::unique_ptr<Advisor> inner,
                                                           std::shared_ptr<AdviceStore> store,
                                                           std::string identity, UtcClock clock);

/// Asks `inner` only within the day's budget. What is not known to have cost less counts as the
/// most that it may have cost. After a failure nobody is asked for a minute, or as long as the endpoint said.
[[nodiscard]] std::unique_ptr<Advisor> make_budgeted_advisor(std::unique_ptr<Advisor> inner,
                                                             std::shared_ptr<AdviceStore> store,
                                                             AdviceBudget budget, UtcClock clock);

}  // namespace mlx
