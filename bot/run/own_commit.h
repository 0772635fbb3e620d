#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bot/forge/forge.h"

namespace mlx::bot {

/// A commit message that names the tree that is committed: a commit that was amended or edited by
/// somebody else no longer has it, and so is not taken for ours.
[[nodiscard]] std::string message_with_tree(std::string_view message, std::string_view tree);

/// Was this commit made by the bot, and has stayed as it was?
[[nodiscard]] bool is_own_commit(const CommitSummary& commit, std::string_view own_login);
[[nodiscard]] bool are_own_commits(const std::vector<CommitSummary>& commits, std::string_view own_login);

}  // namespace mlx::bot
