#include "engine/compat/facts.h"

#include <algorithm>

namespace mlx {

std::string Party::title() const { return name.empty() ? "the project" : name; }

const Party* CompatFacts::find(std::string_view component) const {
  const auto found = std::ranges::find(components, component, &Party::name);
  return found == components.end() ? nullptr : &*found;
}

}  // namespace mlx
