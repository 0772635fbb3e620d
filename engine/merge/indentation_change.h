#pragma once

#include <optional>
#include <string>

#include "engine/merge/outline.h"

namespace mlx {

/// The base and one side as they would be if what the other side put into a block, or took out of one, were
/// so there too.
struct Reindented {
  std::string base;
  std::string side;
};

/// Finds statements that `changed` has as they are in the base, but inside of a block that is new there, or
/// outside of one that is gone, and does the same in the base and in `side`, whatever `side` made of them.
/// Nothing if there are none, or none for which `side` says where they are. What a merge of the result and
/// `changed` leaves clean has the changes of both sides.
[[nodiscard]] std::optional<Reindented> follow_indentation(const Outline& base, const Outline& changed,
                                                           const Outline& side);

}  // namespace mlx
