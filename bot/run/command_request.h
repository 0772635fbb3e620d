#pragma once

#include <cstdint>
#include <string>

#include "bot/core/event.h"

namespace mlx::bot {

/// Who asks for commands, and where.
struct CommandRequest {
  RepositoryName repository;
  std::int64_t issue = 0;  ///< or pull request
  std::string sender;
  std::string asked_at;  ///< RFC 3339: what was made since then may be what an earlier run of this has made
  std::string id;        ///< the same whenever this runs again: the comment's number, or what was pressed
  bool is_internal = false;  ///< the answer is for those only who see internal comments
};

}  // namespace mlx::bot
