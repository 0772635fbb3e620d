#pragma once

#include <memory>

#include "bot/logging.h"
#include "bot/settings.h"
#include "engine/advise/advisor.h"

namespace mlx::bot {

/// Who explains findings, with what was spent and answered in a file beside the queue's: `mlx-advice.db`
/// beside `mlx.db`. Operators read in the log what asking has cost, and why there is no advice. Null if the
/// settings name nobody.
[[nodiscard]] std::unique_ptr<Advisor> make_advisor(const Settings& settings, const Log& log);

}  // namespace mlx::bot
