#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/core/event.h"
#include "bot/core/forge_form.h"
#include "bot/core/handlers.h"
#include "bot/core/outcome.h"
#include "engine/plan/lock.h"
#include "engine/plan/status.h"

namespace mlx::bot {

// Every text that a user of the bot reads is made here, from values. What came from
// outside is neutralised on the way (markdown.h).

struct ProposalText {
  std::string title;
  std::string body;
  std::string commit_message;
};
[[nodiscard]] ProposalText render_add_proposal(const AddCommand& add, const ChangePlan& plan,
                                               const HandlerInput& input);

[[nodiscard]] std::string render_error(const Error& error);
[[nodiscard]] std::string render_blocked(const ChangePlan& plan);
[[nodiscard]] std::string render_nothing_to_add(const ChangePlan& plan);
[[nodiscard]] std::string render_list(const Registry& registry, const Lock& lock);
[[nodiscard]] std::string render_status(const ProjectStatus& status);
[[nodiscard]] std::string render_help();
[[nodiscard]] std::string render_invalid(const InvalidCommand& invalid);
[[nodiscard]] std::string render_no_write_access(const RepositoryName& repository, std::string_view sender);
[[nodiscard]] std::string render_no_read_access(const RepositoryName& repository, std::string_view sender);
[[nodiscard]] std::string render_too_many_commands(std::size_t count, std::size_t limit);
[[nodiscard]] std::string render_proposal_result(const Proposal& proposal, const ProposalResult& result,
                                                 const ForgeForm& form = {});

/// What is said when the forge refused what a command needed.
[[nodiscard]] std::string render_forge_refusal(const Error& error);
/// What is said when trying again did not help either.
[[nodiscard]] std::string render_gave_up(const Error& error);
[[nodiscard]] std::string render_empty_repository();

/// The comment that answers the commands of one comment. It begins with the marker by which
/// it is found again, and is never longer than a forge takes.
[[nodiscard]] std::string render_reply(std::string_view marker, const std::vector<CommandReport>& reports);

/// A hidden line that says which commands of which request a reply answers: of the comment of a number, or
/// of what was pressed. Commands that an edit adds get a reply of their own.
[[nodiscard]] std::string reply_marker(std::string_view request, const std::vector<Command>& commands);

/// Was this written by the bot?
[[nodiscard]] bool is_reply(std::string_view body);

}  // namespace mlx::bot
