#pragma once

#include <filesystem>
#include <string>

#include "engine/base/error.h"

namespace mlx {

/// Where git is told about a merge driver: in one repository, for nobody else, or for all of a user's.
enum class DriverScope { kRepository, kUser };

struct DriverPlaces {
  std::filesystem::path configuration;  ///< names the driver and its command
  std::filesystem::path attributes;     ///< says for which files (gitattributes(5))
};

/// Makes git merge the files that MLX knows with `program merge`: `directory` lies in the repository that is
/// meant. What is in both files already stays; doing it again changes nothing. kNotFound outside of a
/// repository.
[[nodiscard]] Result<DriverPlaces> install_merge_driver(const std::filesystem::path& directory,
                                                        DriverScope scope,
                                                        const std::filesystem::path& program);

/// Takes out what install_merge_driver() has put in, wherever it is not there nothing.
[[nodiscard]] Result<DriverPlaces> remove_merge_driver(const std::filesystem::path& directory,
                                                       DriverScope scope);

}  // namespace mlx
