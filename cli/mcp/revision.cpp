#include "cli/mcp/revision.h"

#include <algorithm>
#include <array>

namespace mlx::mcp {
namespace {

constexpr std::array kRevisions = {Revision::k20241105, Revision::k20250326, Revision::k20250618,
                                   Revision::k20251125};

}  // namespace

std::string_view to_string(Revision revision) {
  switch (revision) {
    case Revision::k20241105: return "2024-11-05";
    case Revision::k20250326: return "2025-03-26";
    case Revision::k20250618: return "2025-06-18";
    case Revision::k20251125: break;
  }
  return "2025-11-25";
}

Revision negotiated(std::string_view asked) {
  const auto* const found = std::ranges::find(kRevisions, asked, to_string);
  return found == kRevisions.end() ? kLatestRevision : *found;
}

}  // namespace mlx::mcp
