#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlx {

/// Where a new name goes in a list that somebody keeps by hand: in order if the list is in
/// order, else at the end. Entries without a name (`-r base.txt`, an included group) are
/// empty, and passed over. The result is the index before which to insert.
[[nodiscard]] std::size_t sorted_place(const std::vector<std::string>& names, std::string_view name);

}  // namespace mlx
