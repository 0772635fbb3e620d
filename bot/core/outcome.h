#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bot/core/command.h"
#include "engine/plan/change_plan.h"
#include "engine/plan/raise_versions.h"

namespace mlx::bot {

/// A change that is offered as a pull request. The branch is a function of what was asked
/// for, so that asking again finds the same one.
struct Proposal {
  std::string branch;
  std::string commit_message;
  std::string title;
  std::string body;
  ChangePlan plan;
  std::vector<std::string> labels = {};
  bool is_draft = false;
  /// Is a branch that has just this change made anew when the base branch goes on? It always is when the
  /// change itself is another one by then.
  bool follows_base = true;
  /// Files of the plan that tools wrote, which may write them otherwise the next time: a later version of
  /// something was published. A branch that differs in these only is left as it is.
  std::vector<RepoPath> written_by_tools = {};
  bool overwrites = false;  ///< commits of others too: somebody who may asked for it
};

/// A change that becomes a commit on the branch of a pull request that is there.
struct Amendment {
  std::string branch;
  std::string commit_message;
  ChangePlan plan;
  std::vector<RaisedVersion> raised = {};
  std::string answer = {};  ///< what is said of it; empty: what brings a catalogue up to date says itself
};

/// What one command leads to: an answer at once, or a change whose answer names the pull
/// request or the commit that it became.
struct Outcome {
  bool succeeded = true;
  std::string answer;  ///< Markdown; empty if there is a proposal or an amendment
  std::optional<Proposal> proposal = {};
  std::optional<Amendment> amendment = {};
};

/// What became of a proposal on the forge.
struct ProposalResult {
  enum class Kind {
    kCreated,
    kUpdated,         ///< the open pull request was brought up to date
    kUnchanged,       ///< there is one, and it has just this
    kForeignCommits,  ///< somebody else's commits are on the branch: left alone
  };
  Kind kind = Kind::kCreated;
  std::int64_t number = 0;
  std::string url;
  std::string commit;       ///< at the head of the branch
  std::string overwritten;  ///< the commit that was there, if it had commits of others
};

/// A command and what is said of it.
struct CommandReport {
  std::string line;
  bool succeeded = true;
  std::string answer;
};

}  // namespace mlx::bot
