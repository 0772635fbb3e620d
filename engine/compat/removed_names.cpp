#include "engine/compat/removed_names.h"

#include <algorithm>
#include <string>

namespace mlx {
namespace {

const RemovedName* entry(std::string_view name) {
  const auto all = removed_names();
  const auto found = std::ranges::lower_bound(all, name, {}, &RemovedName::name);
  return found != all.end() && found->name == name ? &*found : nullptr;
}

}  // namespace

const RemovedName* find_removed(std::string_view dotted_name) {
  for (std::string_view name = dotted_name;; name = name.substr(0, name.rfind('.'))) {
    if (const RemovedName* found = entry(name)) return found;
    if (name.find('.') == std::string_view::npos) return nullptr;
  }
}

const RemovedName* find_removed_keyword(std::string_view function, std::string_view keyword) {
  return entry(std::string(function) + "(" + std::string(keyword) + ")");
}

const RemovedName* find_removed_call(std::string_view function) { return find_removed_keyword(function, ""); }

}  // namespace mlx
