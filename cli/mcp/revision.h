#pragma once

#include <string_view>

namespace mlx::mcp {

/// Revisions of the Model Context Protocol that are spoken, oldest first.
enum class Revision { k20241105, k20250326, k20250618, k20251125 };

inline constexpr Revision kLatestRevision = Revision::k20251125;

[[nodiscard]] std::string_view to_string(Revision revision);

/// The revision that a client asks for, or the latest one, for it to take or leave.
[[nodiscard]] Revision negotiated(std::string_view asked);

// What came and went with revisions.

[[nodiscard]] constexpr bool has_annotations(Revision revision) { return revision >= Revision::k20250326; }
[[nodiscard]] constexpr bool has_titles(Revision revision) { return revision >= Revision::k20250618; }
[[nodiscard]] constexpr bool has_structured_content(Revision revision) {
  return revision >= Revision::k20250618;
}
/// JSON-RPC's arrays of messages: first unmentioned, then required, then gone.
[[nodiscard]] constexpr bool has_batches(Revision revision) { return revision <= Revision::k20250326; }

}  // namespace mlx::mcp
