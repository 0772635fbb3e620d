#include "cli/mcp/revision.h"

#include <algorithm>
#include <array>

namespace mlx::mcp {
namespace {

constexpr std::array kRevisions = {Revision::k2024_11_05, Revision::k2025_03_26, Revision::k2025_06_18,
                                   Revision::k2025_11_25};

}  // namespace

std::string_view to_string(Revision revision) {
  switch (revision) {
    case Revision::k2024_11_05: return "2024-11-05";
    case Revision::k2025_03_26: return "2025-03-26";
    case Revision::k2025_06_18: return "2025-06-18";
    case Revision::k2025_11_25: break;
  }
  return "2025-11-25";
}

Revision negotiated(std::string_view asked) {
  const auto* const found = std::ranges::find(kRevisions, asked, to_string);
  return found == kRevisions.end() ? kLatestRevision : *found;
}

}  // namespace mlx::mcp
