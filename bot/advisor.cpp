#include "bot/advisor.h"

#include "engine/io/advisor.h"

namespace mlx::bot {

std::unique_ptr<Advisor> make_advisor(const Settings& settings) {
  if (!settings.advisor) return nullptr;
  return mlx::make_advisor(*settings.advisor, advice_store_beside(settings.database));
}

std::filesystem::path advice_store_beside(const std::filesystem::path& database) {
  auto name = database.stem();
  name += "-advice";
  name += database.extension();
  return database.parent_path() / name;
}

}  // namespace mlx::bot
