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

/// Somebody wrote a comment on an issue or a pull request, or changed one.
struct CommentEvent {
  RepositoryName repository;
  std::int64_t installation = 0;  ///< of the App; 0 if the forge did not say
  std::int64_t issue = 0;
  std::int64_t comment = 0;
  std::string created_at;  ///< of the comment, as the forge writes it (RFC 3339)
  std::string sender;      ///< who acted, which for an edit need not be the author
  bool sender_is_bot = false;
  std::string body;
  std::string previous_body;  ///< before an edit; empty for a new comment
};

/// A pull request was opened, opened again, or got other commits. What it is now is for the forge to say:
/// deliveries come late and out of order.
struct PullRequestEvent {
  RepositoryName repository;
  std::int64_t installation = 0;  ///< of the App; 0 if the forge did not say
  std::int64_t number = 0;
};

/// A delivery that asks for nothing.
struct IgnoredEvent {
  std::string reason;
};

/// What a delivery means, whatever forge it came from.
using Event = std::variant<CommentEvent, PullRequestEvent, IgnoredEvent>;

}  // namespace mlx::bot
