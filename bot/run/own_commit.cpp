#include "bot/run/own_commit.h"

#include <algorithm>

namespace mlx::bot {
namespace {

constexpr std::string_view kTreeTrailer = "Mlx-Tree: ";

}  // namespace

std::string message_with_tree(std::string_view message, std::string_view tree) {
  return std::string(message) + "\n" + std::string(kTreeTrailer) + std::string(tree) + "\n";
}

bool is_own_commit(const CommitSummary& commit, std::string_view own_login) {
  return commit.author == own_login &&
         commit.message.find(std::string(kTreeTrailer) + commit.commit.tree) != std::string::npos;
}

bool are_own_commits(const std::vector<CommitSummary>& commits, std::string_view own_login) {
  return std::ranges::all_of(commits,
                             [&](const CommitSummary& commit) { return is_own_commit(commit, own_login); });
}

}  // namespace mlx::bot
