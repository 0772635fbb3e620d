#include "engine/component/extract/import_names.h"

#include <algorithm>

#include "engine/component/extract/name_tables.h"

namespace mlx {

std::span<const std::string_view> known_distributions(std::string_view import_path) {
  const auto rows = name_tables::import_names();
  while (true) {
    const auto row = std::ranges::lower_bound(rows, import_path, {}, &name_tables::ImportName::path);
    if (row != rows.end() && row->path == import_path) return row->distributions;
    const auto dot = import_path.rfind('.');
    if (dot == std::string_view::npos) return {};
    import_path = import_path.substr(0, dot);
  }
}

bool is_standard_library(std::string_view top_level_name) {
  return std::ranges::binary_search(name_tables::standard_library(), top_level_name);
}

}  // namespace mlx
