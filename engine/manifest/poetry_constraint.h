#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mlx {

/// A version constraint of Poetry (`^1.2`, `~1.2`, `1.2.*`, `>=1 <2`, `*`) as a PEP 440
/// specifier; empty for any version. Nothing if it has no single specifier (`^1 || ^2`) or
/// is not understood.
[[nodiscard]] std::optional<std::string> specifier_of_poetry_constraint(std::string_view constraint);

}  // namespace mlx
