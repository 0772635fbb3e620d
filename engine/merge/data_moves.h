#pragma once

#include <optional>
#include <string>

#include "engine/merge/outline.h"

namespace mlx {

/// The base and one side as they would be if what the other side put under another key were there too.
struct MovedData {
  std::string base;
  std::string side;
};

/// Finds members that `changed` has as they are in the base, but under another key, and that `side` edited
/// where they were; puts them where `changed` has them, in the base and in `side`. Nothing if there are none.
/// What a merge of the result and `changed` leaves clean has the changes of both sides.
[[nodiscard]] std::optional<MovedData> follow_moves(const Outline& base, const Outline& changed,
                                                    const Outline& side);

}  // namespace mlx
