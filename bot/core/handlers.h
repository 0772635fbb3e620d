#pragma once

#include <optional>
#include <string>

#include "bot/core/command.h"
#include "bot/core/forge_form.h"
#include "bot/core/outcome.h"
#include "bot/core/plan_finisher.h"
#include "engine/component/registry.h"
#include "engine/index/index_cache.h"
#include "engine/index/snapshot.h"
#include "engine/plan/update/locked_release.h"

namespace mlx::bot {

/// The pull request that a command was given on.
struct PullRequestHead {
  const Snapshot& files;
  IndexCache& index_cache;
  std::string branch;
  bool is_open = true;
  bool is_from_fork = false;  ///< where the bot cannot write
};

/// What a handler decides from: values and read-only views, no forge.
struct HandlerInput {
  const Snapshot& project;
  const Registry& registry;
  std::string base_branch;
  std::int64_t issue = 0;  ///< where the command was given; 0: nowhere, a CI job asks for it
  std::string sender;
  std::string command_prefix = "/mlx";
  IndexCache* index_cache = nullptr;  ///< null: nothing is remembered
  const BlobSource* blobs = nullptr;  ///< of the repository's history; null: it has none to offer
  /// Looked up for commands that works_on_head(); nothing: on an issue.
  std::optional<PullRequestHead> pull_request = {};
  ForgeForm form = {};
  PlanFinisher* finisher = nullptr;  ///< null: nobody
};

/// Decides what a command leads to. Pure, but for reading through the snapshots: their
/// failures (the forge is down) are errors; everything that a user can mend is an answer. Commands about
/// updates are not for this one.
[[nodiscard]] Result<Outcome> handle(const Command& command, const HandlerInput& input);

/// True for commands that are about the files of the pull request that they are given on, if they are.
[[nodiscard]] bool works_on_head(const Command& command);

/// True for commands that change something, and so need write access.
[[nodiscard]] bool needs_write_access(const Command& command);

/// True for those of the others whose answers show what is in the repository's files.
[[nodiscard]] bool shows_files(const Command& command);

/// `mlx/add/api-serving`, from the names in any order.
[[nodiscard]] std::string add_branch(const AddCommand& add);

}  // namespace mlx::bot
