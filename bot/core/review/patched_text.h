#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mlx::bot {

/// The text that the hunks of a diff (from `@@`, as a forge gives them) make of another. Nothing if they do
/// not fit it. What comes out is to be checked against its blob id: a forge may cut a patch short.
[[nodiscard]] std::optional<std::string> patched_text(std::string_view before, std::string_view patch);

}  // namespace mlx::bot
