#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/compat/facts.h"
#include "engine/component/extract/platform.h"

namespace mlx {

/// Is this where Hydra's files are, by its own documentation and by habit: `conf/…`, `config/…`, `configs/…`?
[[nodiscard]] bool is_hydra_file(std::string_view path);

/// Adds the keys of a Hydra file and, of a primary one, the options that its defaults list chooses.
void read_hydra_file(const Platform& platform, const std::string& path, Party& party);

/// Options of which Hydra finds two files, since a primary file puts a further directory of the repository on
/// the search path, and which differ. Directories of which nothing is found are passed over. By place.
[[nodiscard]] std::vector<HiddenOptionFact> find_hidden_options(const Platform& platform);

}  // namespace mlx
