#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mlx {

/// The value of a variable; nothing if it is not known.
using VariableLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}` and `${NAME:+other}` replaced, as Dockerfiles
/// and compose files have them (https://docs.docker.com/reference/dockerfile/#environment-replacement,
/// https://docs.docker.com/reference/compose-file/interpolation/). Nothing if a variable has neither a
/// value nor a default, or its brace is not closed.
[[nodiscard]] std::optional<std::string> expand_variables(std::string_view text,
                                                          const VariableLookup& value_of);

}  // namespace mlx
