#pragma once

#include <span>
#include <string_view>

/// What the build makes of the files in `data/` (see tables.cmake): constants, sorted by bytes, without
/// duplicates.
namespace mlx::name_tables {

struct ImportName {
  std::string_view path;
  std::span<const std::string_view> distributions;  ///< never empty
};

[[nodiscard]] std::span<const ImportName> import_names();
[[nodiscard]] std::span<const std::string_view> standard_library();

}  // namespace mlx::name_tables
