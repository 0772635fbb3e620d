#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/check_run.h"
#include "sandbox/time.h"

namespace mlx::sandbox {

using Id = std::int64_t;

/// From no access to all of it; comparing compares rights.
enum class Role { kNone, kRead, kTriage, kWrite, kMaintain, kAdmin };
[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] std::optional<Role> parse_role(std::string_view name);

struct User {
  Id id = 0;
  std::string login;
  std::string name;
  std::string type = "User";  ///< "User", "Bot" or "Organization"
  Role role = Role::kNone;
  bool is_collaborator = false;
  Time created_at;

  [[nodiscard]] std::string email() const;
};

using Permissions = std::map<std::string, std::string>;

/// Who sends a request, as its credentials prove.
struct Identity {
  enum class Kind { kAnonymous, kUser, kInstallation, kApp };
  Kind kind = Kind::kAnonymous;
  std::string login = {};        ///< empty for kAnonymous; the bot for kApp
  Permissions permissions = {};  ///< of an installation token
  std::optional<Time> expires_at = {};
};

struct Reaction {
  Id id = 0;
  std::string author;
  std::string content;
  Time created_at;
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kReactions{{{"+1", "👍"},
                                                                                   {"-1", "👎"},
                                                                                   {"laugh", "😄"},
                                                                                   {"hooray", "🎉"},
                                                                                   {"confused", "😕"},
                                                                                   {"heart", "❤️"},
                                                                                   {"rocket", "🚀"},
                                                                                   {"eyes", "👀"}}};

struct Comment {
  Id id = 0;
  int issue = 0;
  std::string author;
  std::string body;
  Time created_at;
  Time updated_at;
  std::vector<Reaction> reactions = {};
  bool is_internal = false;  ///< on GitLab; GitHub has none
};

/// A remark on lines of a file, as part of a review.
struct LineComment {
  Id id = 0;
  std::string path;
  std::string body;
  int original_line = 0;  ///< in the commit of the review
  std::optional<int> original_start_line = {};
  std::optional<int> line = {};  ///< where that is in `commit`; nothing once it is outdated
  std::optional<int> start_line = {};
  int original_position = 0;  ///< of the line in the diff of its file, below the first `@@`
  std::optional<int> position = {};
  std::string commit = {};  ///< the last one in which the lines were part of the changes
  std::string side = "RIGHT";
  std::string hunk = {};  ///< the part of the diff up to the line
  std::optional<Id> in_reply_to = {};
  Time created_at;
  Time updated_at;
};

struct Review {
  Id id = 0;
  std::string author;
  std::string body;
  std::string commit;
  std::string state = "COMMENTED";  ///< or "APPROVED", "CHANGES_REQUESTED"
  Time submitted_at;
  std::vector<LineComment> comments = {};
};

struct PullRequest {
  Id id = 0;
  std::string head;  ///< branch names
  std::string base;
  std::string head_sha;
  std::string base_sha;
  bool is_draft = false;
  std::optional<Time> merged_at = {};
  std::string merged_by = {};
  std::string merge_commit = {};
  std::vector<Review> reviews = {};
};

/// An issue, or the half of a pull request that it shares with issues.
struct Issue {
  Id id = 0;
  int number = 0;
  std::string title;
  std::optional<std::string> body;
  std::string author;
  bool is_open = true;
  std::string state_reason = {};
  bool is_locked = false;
  std::vector<std::string> labels = {};
  Time created_at;
  Time updated_at;
  std::optional<Time> closed_at = {};
  std::string closed_by = {};
  std::vector<Reaction> reactions = {};
  std::optional<PullRequest> pull = {};

  /// The other half; throws std::logic_error for an issue, so ask `pull` first.
  [[nodiscard]] const PullRequest& pull_request() const;
  [[nodiscard]] PullRequest& pull_request();
};

struct Hook {
  Id id = 0;
  std::string url = {};
  std::string content_type = "json";
  std::string insecure_ssl = "0";
  std::string secret = {};
  std::set<std::string> events = {};
  bool is_active = true;
  bool is_app_hook = false;  ///< belongs to the app, not to the repository
  Time created_at;
  Time updated_at;
  std::optional<int> last_code = {};
  std::string last_status = "unused";
};

/// A webhook of the GitLab side.
struct GitlabHook {
  Id id = 0;
  std::string uuid;
  std::string url = {};
  std::string token = {};             ///< sent as it is, in X-Gitlab-Token
  std::string signing_token = {};     ///< `whsec_` and base64: signs what is sent
  std::set<std::string> events = {};  ///< "push", "issue", "note", "merge_request"
  Time created_at;
};

/// One attempt to send an event to a hook; it exists once the attempt is over.
struct Delivery {
  Id id = 0;
  std::string guid;
  Id hook = 0;
  std::string event;
  std::string action;
  bool is_redelivery = false;
  Time delivered_at;
  double seconds = 0;
  int status_code = 0;  ///< 0: no answer
  std::string status;
  std::string url;
  std::vector<std::pair<std::string, std::string>> request_headers;
  std::string payload;
  std::vector<std::pair<std::string, std::string>> response_headers;
  std::string response_body;
};

struct App {
  Id id = 0;
  Id installation_id = 0;
  std::string name;
  std::string slug;
  std::string client_id;
  std::string bot_login;
  std::string owner = {};  ///< empty: that of the repository
  bool is_public = true;
  bool is_installed = true;
  Permissions permissions;
  std::vector<std::string> events;
  Time created_at;
};

/// What a code is exchanged for, of an App that was made from a manifest.
struct AppCode {
  Id app = 0;
  std::string webhook_secret;
  Time expires_at;
};

struct Repository {
  Id id = 0;
  User owner;
  std::string name;
  std::string default_branch = "main";
  Time created_at;
  Time pushed_at;

  [[nodiscard]] std::string full_name() const { return owner.login + "/" + name; }
};

struct RateLimit {
  int used = 0;
  Time reset;
};

/// Everything the sandbox knows apart from git objects. Held under `mutex` by whoever
/// reads or writes it.
struct State {
  std::mutex mutex;

  std::string url;  ///< "http://127.0.0.1:PORT"
  Repository repository;
  App app;
  std::map<std::string, AppCode> app_codes;
  std::vector<User> users;
  std::map<std::string, Identity> tokens;
  std::string webhook_secret;
  std::map<int, Issue> issues;
  std::map<Id, Comment> comments;
  std::map<Id, CheckRun> check_runs;
  std::map<Id, Hook> hooks;
  std::map<Id, GitlabHook> gitlab_hooks;
  std::set<std::string> former_names;  ///< of the repository, in small letters; GitLab knows them still
  std::map<Id, Delivery> deliveries;
  std::set<std::string> signed_commits;
  std::map<std::string, RateLimit> rate_limits;

  [[nodiscard]] Id next_id() { return ++last_id_; }
  [[nodiscard]] int next_number() { return ++last_number_; }

  /// Nothing when there is no such user; logins compare without regard to case.
  [[nodiscard]] const User* find_user(std::string_view login) const;
  [[nodiscard]] User* find_user(std::string_view login);
  [[nodiscard]] const User* find_user_by_email(std::string_view email) const;
  [[nodiscard]] std::vector<const Comment*> comments_of(int issue) const;
  [[nodiscard]] std::string api_url() const { return url + "/api/v3"; }

 private:
  Id last_id_ = 1'000'000'000;
  int last_number_ = 0;
};

[[nodiscard]] std::string to_lower(std::string_view text);

}  // namespace mlx::sandbox
