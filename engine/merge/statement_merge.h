#pragma once

#include <optional>
#include <string>

#include "engine/merge/entry_list.h"
#include "engine/merge/merged_text.h"

namespace mlx {

struct AtomVersions {
  AtomRange base;
  AtomRange ours;
  AtomRange theirs;
};

/// Merges one statement, or the header of one, atom by atom: changes of different places are both taken, and
/// what stands in brackets is merged as a list, whose members are found by their names. Nothing if both sides
/// changed the same place in different ways. The result begins and ends with an atom.
[[nodiscard]] std::optional<std::string> merge_statements(const AtomVersions& versions, MergeSteps& steps);

/// Merges an import, whose names are a set: those that one side adds or removes are added or removed.
[[nodiscard]] std::optional<std::string> merge_imports(const AtomVersions& versions, MergeSteps& steps);

/// Do two ranges say the same?
[[nodiscard]] bool say_the_same(const AtomRange& a, const AtomRange& b);

}  // namespace mlx
