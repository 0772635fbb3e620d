#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace mlx::bot {

/// A repository as its forge names it: `octo-team/shop`.
struct RepositoryName {
  std::string owner;
  std::string name;

  [[nodiscard]] std::string full() const { return owner + "/" + name; }
  bool operator==(const RepositoryName&) const = default;
};

/// Somebody wrote a comment on an issue or a pull request, or changed one. As in all events, the installation
/// is that of the App on GitHub, and on GitLab the id of the project, which stays when it is renamed; numbers
/// are those of the port (bot/forge/forge.h).
struct CommentEvent {
  RepositoryName repository;
  std::int64_t installation = 0;  ///< as the forge names it; 0 if it did not say
  std::int64_t issue = 0;
  std::int64_t comment = 0;
  std::string created_at;  ///< of the comment, as the forge writes it (RFC 3339)
  std::string sender;      ///< who acted, which for an edit need not be the author
  bool sender_is_bot = false;
  std::string body;
  std::string previous_body;  ///< before an edit; empty for a new comment
  bool is_internal = false;  ///< not everybody sees it who sees the issue, nor must they see what is answered
};

/// A pull request was opened, opened again, or got other commits, or somebody wants it to be checked again.
/// What it is now is for the forge to say: deliveries come late and out of order.
struct PullRequestEvent {
  RepositoryName repository;
  std::int64_t installation = 0;  ///< as the forge names it; 0 if it did not say
  std::int64_t number = 0;
};

/// Somebody pressed a button of a check run that the bot made for a pull request.
struct CheckActionEvent {
  RepositoryName repository;
  std::int64_t installation = 0;  ///< as the forge names it; 0 if it did not say
  std::int64_t number = 0;        ///< of the pull request
  std::string head_sha;           ///< that was checked; the pull request may have gone on since
  std::string checked_at;         ///< when that check ended, or began (RFC 3339)
  std::string action;             ///< the button's identifier
  std::string sender;
  bool sender_is_bot = false;
};

/// Somebody changed the text at the head of an issue or a pull request, for instance by a check box in it.
struct BodyEditedEvent {
  RepositoryName repository;
  std::int64_t installation = 0;  ///< as the forge names it; 0 if it did not say
  std::int64_t number = 0;
  bool is_pull_request = false;
  std::string sender;  ///< who acted, which need not be the author
  bool sender_is_bot = false;
  std::string body;
  std::string previous_body;
};

/// A pull request was merged, or closed without that.
struct PullRequestClosedEvent {
  RepositoryName repository;
  std::int64_t installation = 0;  ///< as the forge names it; 0 if it did not say
  std::int64_t number = 0;
  std::string head_branch;
  bool is_from_fork = false;  ///< its branch is in another repository
  bool is_merged = false;
  std::string sender;
  bool sender_is_bot = false;
};

/// A time has come at which the configuration of a repository asks for updates. It comes from the bot's own
/// scheduler (bot/core/schedule_event.h).
struct ScheduleEvent {
  RepositoryName repository;
  std::int64_t installation = 0;  ///< 0 if the bot acts with a token on GitHub
  std::string due;                ///< RFC 3339, in UTC; empty if the configuration cannot be read
  /// What names the configuration that cannot be read, once for each; empty if it can.
  std::string broken_configuration;

  bool operator==(const ScheduleEvent&) const = default;
};

/// A delivery that asks for nothing.
struct IgnoredEvent {
  std::string reason;
};

/// What a delivery means, whatever forge it came from.
using Event = std::variant<CommentEvent, PullRequestEvent, CheckActionEvent, BodyEditedEvent,
                           PullRequestClosedEvent, ScheduleEvent, IgnoredEvent>;

/// The repository that an event is about; null if it is about none.
[[nodiscard]] const RepositoryName* repository_of(const Event& event);

/// The installation that it names; 0 if it names none.
[[nodiscard]] std::int64_t installation_of(const Event& event);

}  // namespace mlx::bot
