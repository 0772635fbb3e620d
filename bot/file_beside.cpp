#include "bot/file_beside.h"

#include <string>

namespace mlx::bot {

std::filesystem::path file_beside(const std::filesystem::path& database, std::string_view what) {
  const bool is_file = !database.empty() && database.string().find("://") == std::string::npos;
  if (!is_file) return {};
  auto name = database.stem();
  name += "-" + std::string(what);
  name += database.extension();
  return database.parent_path() / name;
}

}  // namespace mlx::bot
