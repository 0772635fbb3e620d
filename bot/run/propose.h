#pragma once

#include <string_view>

#include "bot/core/outcome.h"
#include "bot/forge/forge.h"

namespace mlx::bot {

/// Where a proposal starts from, and since when it was asked for.
struct ProposalBase {
  std::string branch;
  CommitRef commit;
  std::string asked_at;  ///< RFC 3339: a pull request made since then was made for this request
};

/// Makes a proposal into one branch with one commit and one open pull request, from whatever
/// of it is there already. May be cut off anywhere and run again. Commits of others on the
/// branch are never overwritten.
[[nodiscard]] Result<ProposalResult> propose(ForgeRepository& repository, const ProposalBase& base,
                                             const Proposal& proposal);

}  // namespace mlx::bot
