#include "engine/manifest/sorted_place.h"

#include <algorithm>

namespace mlx {

std::size_t sorted_place(const std::vector<std::string>& names, std::string_view name) {
  std::string_view previous;
  std::size_t place = 0;
  bool has_greater = false;
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (names[index].empty()) continue;
    if (names[index] < previous) return names.size();
    previous = names[index];
    if (has_greater) continue;
    if (previous > name) {
      has_greater = true;
      place = index;
    }
  }
  return has_greater ? place : names.size();
}

}  // namespace mlx
