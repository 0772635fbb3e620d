#pragma once

#include <span>
#include <string_view>

namespace mlx {

/// Distributions that provide the import path, most usual first; empty if the table does not know it.
///
/// `import_path` is absolute and dotted: `google.cloud.storage.blob`. The longest prefix of it that the table
/// has decides. For `from google.cloud import storage` ask for `google.cloud.storage`, since `google.cloud`
/// belongs to nobody. A name that is not in the table usually is its distribution's own (`numpy`), but only a
/// manifest or a lock can tell. The answer is from `data/import_names.tsv`, and lives as long as the program.
[[nodiscard]] std::span<const std::string_view> known_distributions(std::string_view import_path);

/// Whether a CPython from 3.9 to 3.14 has this top-level module (`data/standard_library.txt`).
[[nodiscard]] bool is_standard_library(std::string_view top_level_name);

}  // namespace mlx
