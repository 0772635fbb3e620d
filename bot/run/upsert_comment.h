#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bot/forge/forge.h"

namespace mlx::bot {

/// A comment of the bot's, of which there is one.
struct OwnComment {
  std::int64_t issue = 0;  ///< or pull request
  std::string since;       ///< RFC 3339: it cannot be older
  std::string marker;      ///< what its body begins with
  std::string body;
  bool is_internal = false;  ///< see ForgeRepository::create_internal_comment
};

enum class IfAbsent { kCreate, kLeave };

/// Sees to it that the comment is there with this body. It is found again by its marker and its author, for
/// whoever may write markers too. May be cut off anywhere and run again.
[[nodiscard]] Result<void> upsert_comment(ForgeRepository& repository, const OwnComment& comment,
                                          IfAbsent if_absent = IfAbsent::kCreate);

}  // namespace mlx::bot
