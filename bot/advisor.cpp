#include "bot/advisor.h"

#include "bot/file_beside.h"
#include "engine/io/advisor.h"

namespace mlx::bot {

std::unique_ptr<Advisor> make_advisor(const Settings& settings) {
  if (!settings.advisor) return nullptr;
  return mlx::make_advisor(*settings.advisor, file_beside(settings.database, "advice"));
}

}  // namespace mlx::bot
