#pragma once

#include <string>
#include <string_view>

namespace mlx {

/// What a changed file can mean for tests, by its name alone.
enum class ChangeScope {
  kPython,      ///< those that reach the module
  kData,        ///< those that reach who reads it; if nobody does, nobody knows
  kNoTests,     ///< it is for people or for the forge: those that reach who reads it
  kEverything,  ///< it says what is installed, or how tests are run
};

[[nodiscard]] ChangeScope scope_of_change(std::string_view path);

/// For kEverything: `says what is installed`.
[[nodiscard]] std::string_view reason_of_everything(std::string_view path);

/// Could a program read configuration from it, and find names of modules in it?
[[nodiscard]] bool is_configuration(std::string_view path);

}  // namespace mlx
