#pragma once

#include <string_view>

namespace mlx {

/// Can a function (or class) be called by its new signature in all the ways that the old one allowed? Both as
/// ProvidedSymbol has them: `(app: FastAPI, *, port: int = 8000) -> None`. Parameters that were there must
/// stay in place and of the same type, new ones need a default; defaults may change. What is no signature
/// accepts only itself.
[[nodiscard]] bool accepts_calls_of(std::string_view before, std::string_view after);

}  // namespace mlx
