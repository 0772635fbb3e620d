#include "sandbox/github/events.h"

#include <algorithm>

#include "sandbox/github/deliver.h"
#include "sandbox/github/json.h"
#include "sandbox/github/line_comments.h"

namespace mlx::sandbox::github {
namespace {

constexpr std::string_view kBranches = "refs/heads/";
constexpr std::string_view kTags = "refs/tags/";
const std::string kNoCommit(40, '0');

Json pushed_commit_json(Context& context, const Commit& commit) {
  const State& state = context.state;
  const auto person = [&state](const Signature& from) {
    Json json{{"name", from.name}, {"email", from.email}};
    const User* user = state.find_user_by_email(from.email);
    if (user != nullptr) json["username"] = user->login;
    return json;
  };
  Json json{{"id", commit.sha},
            {"tree_id", commit.tree},
            {"distinct", true},
            {"message", commit.message},
            {"timestamp", signature_time(commit.committer)},
            {"url", repository_web(state) + "/commit/" + commit.sha},
            {"author", person(commit.author)},
            {"committer", person(commit.committer)},
            {"added", Json::array()},
            {"removed", Json::array()},
            {"modified", Json::array()}};
  const auto files = context.git.diff(commit.parents.empty() ? "" : commit.parents.front(), commit.sha);
  if (!files) return json;
  for (const FileChange& file : *files) {
    if (file.status == "renamed") json["removed"].push_back(file.previous_path);
    const bool is_new = file.status == "added" || file.status == "renamed";
    json[is_new ? "added" : std::string(file.status)].push_back(file.path);
  }
  return json;
}

void push_event(Context& context, const std::string& ref, const std::string& before,
                const std::string& after) {
  if (!is_anybody_listening(context, "push")) return;
  const State& state = context.state;
  const std::string web = repository_web(state);
  Json commits = Json::array();
  if (!after.empty()) {
    std::string known = before;
    const auto main = context.git.find_ref(std::string(kBranches) + state.repository.default_branch);
    if (known.empty() && main && main->name != ref) known = main->sha;
    auto pushed = context.git.log(after, known).value_or(std::vector<Commit>());
    std::ranges::reverse(pushed);
    for (const Commit& commit : pushed) commits.push_back(pushed_commit_json(context, commit));
  }
  Json head;
  if (!after.empty()) {
    if (const auto commit = context.git.read_commit(after)) head = pushed_commit_json(context, *commit);
  }
  const bool is_moved = !before.empty() && !after.empty();
  const std::string compare = is_moved
                                  ? web + "/compare/" + before.substr(0, 12) + "..." + after.substr(0, 12)
                                  : web + "/commit/" + (after.empty() ? before : after);
  deliver(context, "push",
          {{"ref", ref},
           {"before", before.empty() ? kNoCommit : before},
           {"after", after.empty() ? kNoCommit : after},
           {"pusher", {{"name", context.actor.login}, {"email", context.user().email()}}},
           {"created", before.empty()},
           {"deleted", after.empty()},
           {"forced", is_moved && !context.git.is_ancestor(before, after)},
           {"base_ref", nullptr},
           {"compare", compare},
           {"commits", std::move(commits)},
           {"head_commit", std::move(head)}});
}

void ref_event(Context& context, std::string_view event, const std::string& ref) {
  const bool is_branch = ref.starts_with(kBranches);
  if (!is_branch && !ref.starts_with(kTags)) return;
  Json payload{{"ref", ref.substr(is_branch ? kBranches.size() : kTags.size())},
               {"ref_type", is_branch ? "branch" : "tag"},
               {"pusher_type", "user"}};
  if (event == "create") {
    payload["master_branch"] = context.state.repository.default_branch;
    payload["description"] = nullptr;
  }
  deliver(context, event, std::move(payload));
}

void close(Context& context, Issue& issue) {
  issue.is_open = false;
  issue.closed_at = now();
  issue.closed_by = context.actor.login;
  issue.updated_at = now();
  pull_request_event(context, "closed", issue);
}

void head_moved(Context& context, Issue& issue, const std::string& before, const std::string& after) {
  if (after.empty()) return close(context, issue);
  issue.pull_request().head_sha = after;
  move_line_comments(context, issue.pull_request());
  issue.updated_at = now();
  pull_request_event(context, "synchronize", issue, {{"before", before}, {"after", after}});
}

void base_moved(Context& context, Issue& issue, const std::string& after) {
  if (after.empty()) return close(context, issue);
  PullRequest& pull = issue.pull_request();
  if (context.git.is_ancestor(pull.head_sha, after)) {
    pull.merged_at = now();
    pull.merged_by = context.actor.login;
    if (pull.merge_commit.empty()) pull.merge_commit = after;
    close(context, issue);
  } else {
    pull.base_sha = after;
  }
}

}  // namespace

void issue_event(Context& context, std::string_view action, const Issue& issue, Json changes) {
  if (!is_anybody_listening(context, "issues")) return;
  Json payload{{"action", action}, {"issue", issue_json(context.state, issue)}};
  if (!changes.is_null()) payload["changes"] = std::move(changes);
  deliver(context, "issues", std::move(payload));
}

void label_event(Context& context, std::string_view action, const Issue& issue, const std::string& label) {
  const Json name = label_json(context.state, label);
  if (issue.pull) return pull_request_event(context, action, issue, {{"label", name}});
  if (!is_anybody_listening(context, "issues")) return;
  deliver(context, "issues",
          {{"action", action}, {"issue", issue_json(context.state, issue)}, {"label", name}});
}

void comment_event(Context& context, std::string_view action, const Comment& comment, Json changes) {
  if (!is_anybody_listening(context, "issue_comment")) return;
  const Issue& issue = context.state.issues.at(comment.issue);
  Json payload{{"action", action},
               {"issue", issue_json(context.state, issue)},
               {"comment", comment_json(context.state, comment)}};
  if (!changes.is_null()) payload["changes"] = std::move(changes);
  deliver(context, "issue_comment", std::move(payload));
}

void pull_request_event(Context& context, std::string_view action, const Issue& issue, const Json& more) {
  if (!is_anybody_listening(context, "pull_request")) return;
  Json payload{
      {"action", action}, {"number", issue.number}, {"pull_request", full_pull_json(context, issue)}};
  if (!more.is_null()) payload.update(more);
  deliver(context, "pull_request", std::move(payload));
}

void line_comment_event(Context& context, std::string_view action, const Issue& issue, const Review& review,
                        const LineComment& comment, Json changes) {
  if (!is_anybody_listening(context, "pull_request_review_comment")) return;
  Json payload{{"action", action},
               {"pull_request", pull_json(context.state, issue)},
               {"comment", line_comment_json(context.state, issue, review, comment)}};
  if (!changes.is_null()) payload["changes"] = std::move(changes);
  deliver(context, "pull_request_review_comment", std::move(payload));
}

void check_run_event(Context& context, std::string_view action, const CheckRun& run, const Json& more) {
  if (!is_anybody_listening(context, "check_run")) return;
  Json payload{{"action", action}, {"check_run", check_run_payload_json(context.state, run)}};
  if (!more.is_null()) payload.update(more);
  // What somebody asks of a check run is told to the app that made it, and to nobody else.
  const bool is_asking = action == "requested_action" || action == "rerequested";
  if (is_asking) return deliver_to_app(context, "check_run", std::move(payload));
  deliver(context, "check_run", std::move(payload));
}

void ping_event(Context& context, const Hook& hook) {
  deliver_to(context, hook, "ping",
             {{"zen", "Keep it logically awesome."},
              {"hook_id", hook.id},
              {"hook", hook_json(context.state, hook)}});
}

void ref_moved(Context& context, const std::string& ref, const std::string& before,
               const std::string& after) {
  if (before == after) return;
  context.state.repository.pushed_at = now();
  if (before.empty()) ref_event(context, "create", ref);
  if (after.empty()) ref_event(context, "delete", ref);
  push_event(context, ref, before, after);
  if (!ref.starts_with(kBranches)) return;
  const std::string branch = ref.substr(kBranches.size());
  for (auto& [number, issue] : context.state.issues) {
    if (!issue.pull || !issue.is_open) continue;
    if (issue.pull->head == branch) {
      head_moved(context, issue, before, after);
    } else if (issue.pull->base == branch) {
      base_moved(context, issue, after);
    }
  }
}

}  // namespace mlx::sandbox::github
