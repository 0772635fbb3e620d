#pragma once

#include <span>
#include <string_view>

namespace mlx {

/// A name that a later version of a distribution no longer has, or a keyword that a function of it no
/// longer takes: `numpy.float_`, `pandas.read_csv(squeeze)`. `sqlalchemy.orm.mapper()` is there and fails
/// when it is called.
struct RemovedName {
  std::string_view name;
  std::string_view distribution;  ///< normalized; `python` for the standard library
  std::string_view version;       ///< the first that lacks it
  std::string_view replacement;   ///< empty if there is none
};

/// All that is known, sorted by name (`data/removed_names.tsv`).
[[nodiscard]] std::span<const RemovedName> removed_names();

/// The entry for a dotted name or for what it is part of: `imp.load_source` is `imp`. Null if there is none.
[[nodiscard]] const RemovedName* find_removed(std::string_view dotted_name);
/// The entry for a keyword of a call.
[[nodiscard]] const RemovedName* find_removed_keyword(std::string_view function, std::string_view keyword);
/// The entry for a call at all, of a name that is still there.
[[nodiscard]] const RemovedName* find_removed_call(std::string_view function);

}  // namespace mlx
