#include "engine/component/component.h"

#include "engine/component/component_names.h"

namespace mlx {

std::string_view to_string(ComponentType type) { return spelling_of(type); }
std::string_view to_string(FileKind kind) { return spelling_of(kind); }
std::string_view to_string(MergeStrategy strategy) { return spelling_of(strategy); }
std::string_view to_string(SymbolKind kind) { return spelling_of(kind); }
std::string_view to_string(RouteRole role) { return spelling_of(role); }

Result<ComponentType> parse_component_type(std::string_view text) {
  return parse_spelling<ComponentType>(text);
}

bool is_component_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name.front() != '-' && name.back() != '-' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

}  // namespace mlx
