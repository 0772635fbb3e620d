#pragma once

#include <string_view>

#include "engine/merge/line_merge.h"
#include "engine/merge/outline.h"

namespace mlx {

/// Of a result with conflicts, given as the text with both sides of each, more may be there than changed.
enum class ChangeCount { kExact, kAtLeast };

/// Is everything that either side changed in the result? Told by how often each name, number, and word of a
/// string or a comment occurs: what a side adds must be there, what it removes must be gone; what both did
/// alike may be there once or twice.
[[nodiscard]] bool has_all_changes(const Outline& base, const Outline& ours, const Outline& theirs,
                                   const Outline& result, ChangeCount count);

/// Does the result use a name of the base that one side has nowhere any more? What it stood for is gone or
/// renamed there, and the other side did not know. Built-in names are always there.
[[nodiscard]] bool uses_removed_name(const Outline& base, const Outline& ours, const Outline& theirs,
                                     const Outline& result);

/// Is a function, a class or a method defined more often in one scope than in any of the three versions?
[[nodiscard]] bool defines_twice(const Outline& base, const Outline& ours, const Outline& theirs,
                                 const Outline& result);

/// Does the file import a name `from` more places than any of the three versions? Then the sides do not agree
/// on where it is from, and the last would win.
[[nodiscard]] bool imports_twice(const Outline& base, const Outline& ours, const Outline& theirs,
                                 const Outline& result);

/// Is there a `try` with neither `except` nor `finally`? The grammar lets it pass.
[[nodiscard]] bool has_bare_try(const Outline& result);

/// Does a call name a keyword twice, or a function a parameter, or does one without a name follow those that
/// have one?
[[nodiscard]] bool has_wrong_arguments(const Outline& result);

}  // namespace mlx
