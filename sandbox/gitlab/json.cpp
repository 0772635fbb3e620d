#include "sandbox/gitlab/json.h"

#include <cstdio>

namespace mlx::sandbox::gitlab {
namespace {

Json labels_json(const Issue& issue) { return issue.labels; }

std::string state_of(const Issue& issue) {
  if (issue.pull && issue.pull->merged_at) return "merged";
  return issue.is_open ? "opened" : "closed";
}

std::string signature_time(const Signature& signature) {
  return time_json(Time(std::chrono::seconds(signature.seconds)));
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

std::string username(const State& state, const User& user) {
  if (user.login != state.app.bot_login) return user.login;
  return "project_" + std::to_string(state.repository.id) + "_bot_5f3c";
}

const User* find_username(const State& state, std::string_view name) {
  for (const User& user : state.users) {
    if (to_lower(username(state, user)) == to_lower(name)) return &user;
  }
  return nullptr;
}

std::string project_web(const State& state) { return state.url + "/" + state.repository.full_name(); }

std::string time_json(Time time) {
  std::string text = timestamp(time);
  if (text.ends_with('Z')) text.insert(text.size() - 1, ".000");
  return text;
}

Json optional_time(const std::optional<Time>& time) { return time ? Json(time_json(*time)) : Json(); }

Json user_json(const State& state, std::string_view login) {
  const User* user = state.find_user(login);
  if (user == nullptr) return nullptr;
  const std::string name = username(state, *user);
  return {{"id", user->id},
          {"username", name},
          {"name", user->name},
          {"state", "active"},
          {"locked", false},
          {"avatar_url", state.url + "/_sandbox/avatars/" + percent_encode(user->login)},
          {"web_url", state.url + "/" + percent_encode(name)}};
}

Json project_json(const State& state) {
  const Repository& repository = state.repository;
  return {{"id", repository.id},
          {"name", repository.name},
          {"name_with_namespace", repository.owner.login + " / " + repository.name},
          {"path", repository.name},
          {"path_with_namespace", repository.full_name()},
          {"description", ""},
          {"default_branch", repository.default_branch},
          {"visibility", "public"},
          {"repository_access_level", "enabled"},
          {"archived", false},
          {"empty_repo", false},
          {"web_url", project_web(state)},
          {"http_url_to_repo", project_web(state) + ".git"},
          {"issues_enabled", true},
          {"merge_requests_enabled", true},
          {"created_at", time_json(repository.created_at)},
          {"last_activity_at", time_json(repository.pushed_at)},
          {"namespace",
           {{"id", repository.owner.id},
            {"name", repository.owner.name},
            {"path", repository.owner.login},
            {"kind", "group"},
            {"full_path", repository.owner.login}}}};
}

Json commit_json(const State& state, const Commit& commit) {
  return {{"id", commit.sha},
          {"short_id", commit.sha.substr(0, 8)},
          {"title", first_line(commit.message)},
          {"message", commit.message},
          {"parent_ids", commit.parents},
          {"author_name", commit.author.name},
          {"author_email", commit.author.email},
          {"authored_date", signature_time(commit.author)},
          {"committer_name", commit.committer.name},
          {"committer_email", commit.committer.email},
          {"committed_date", signature_time(commit.committer)},
          {"created_at", signature_time(commit.committer)},
          {"trailers", Json::object()},
          {"web_url", project_web(state) + "/-/commit/" + commit.sha}};
}

Json branch_json(const State& state, const std::string& name, const Commit& commit) {
  return {{"name", name},
          {"commit", commit_json(state, commit)},
          {"merged", false},
          {"protected", false},
          {"developers_can_push", false},
          {"developers_can_merge", false},
          {"can_push", true},
          {"default", name == state.repository.default_branch},
          {"web_url", project_web(state) + "/-/tree/" + percent_encode(name, true)}};
}

Json diff_json(const FileChange& change) {
  const bool is_new = change.status == "added";
  const bool is_removed = change.status == "removed";
  const std::string before = change.previous_path.empty() ? change.path : change.previous_path;
  return {{"old_path", before},
          {"new_path", change.path},
          {"a_mode", is_new ? "0" : "100644"},
          {"b_mode", is_removed ? "0" : "100644"},
          {"new_file", is_new},
          {"renamed_file", change.status == "renamed"},
          {"deleted_file", is_removed},
          {"diff", change.patch ? *change.patch + "\n" : ""}};
}

Json issue_json(const State& state, const Issue& issue) {
  return {{"id", issue.id},
          {"iid", issue.number},
          {"project_id", state.repository.id},
          {"title", issue.title},
          {"description", issue.body ? Json(*issue.body) : Json()},
          {"state", state_of(issue)},
          {"type", "ISSUE"},
          {"issue_type", "issue"},
          {"author", user_json(state, issue.author)},
          {"assignees", Json::array()},
          {"labels", labels_json(issue)},
          {"confidential", false},
          {"discussion_locked", issue.is_locked},
          {"user_notes_count", state.comments_of(issue.number).size()},
          {"created_at", time_json(issue.created_at)},
          {"updated_at", time_json(issue.updated_at)},
          {"closed_at", optional_time(issue.closed_at)},
          {"web_url", project_web(state) + "/-/issues/" + std::to_string(issue.number)}};
}

Json merge_request_json(const State& state, const Issue& issue) {
  const PullRequest& pull = issue.pull_request();
  return {{"id", pull.id},
          {"iid", issue.number},
          {"project_id", state.repository.id},
          {"title", (pull.is_draft ? "Draft: " : "") + issue.title},
          {"description", issue.body ? Json(*issue.body) : Json()},
          {"state", state_of(issue)},
          {"draft", pull.is_draft},
          {"author", user_json(state, issue.author)},
          {"assignees", Json::array()},
          {"reviewers", Json::array()},
          {"labels", labels_json(issue)},
          {"source_branch", pull.head},
          {"target_branch", pull.base},
          {"source_project_id", state.repository.id},
          {"target_project_id", state.repository.id},
          {"sha", pull.head_sha},
          {"merge_commit_sha", pull.merge_commit.empty() ? Json() : Json(pull.merge_commit)},
          {"detailed_merge_status", issue.is_open ? "mergeable" : "not_open"},
          {"discussion_locked", issue.is_locked},
          {"created_at", time_json(issue.created_at)},
          {"updated_at", time_json(issue.updated_at)},
          {"merged_at", optional_time(pull.merged_at)},
          {"closed_at", pull.merged_at ? Json() : optional_time(issue.closed_at)},
          {"reference", "!" + std::to_string(issue.number)},
          {"web_url", project_web(state) + "/-/merge_requests/" + std::to_string(issue.number)}};
}

Json diff_refs_json(const GitStore& git, const PullRequest& pull) {
  const auto base = git.merge_base(pull.base_sha, pull.head_sha);
  return {
      {"base_sha", base.value_or(pull.base_sha)}, {"start_sha", pull.base_sha}, {"head_sha", pull.head_sha}};
}

Json note_json(const State& state, const Issue& issue, const Comment& comment) {
  return {{"id", comment.id},
          {"type", nullptr},
          {"body", comment.body},
          {"author", user_json(state, comment.author)},
          {"created_at", time_json(comment.created_at)},
          {"updated_at", time_json(comment.updated_at)},
          {"system", false},
          {"noteable_id", issue.id},
          {"noteable_type", issue.pull ? "MergeRequest" : "Issue"},
          {"noteable_iid", issue.number},
          {"project_id", state.repository.id},
          {"resolvable", false},
          {"confidential", false},
          {"internal", comment.is_internal}};
}

Json remark_json(Call& call, const Issue& issue, const Review& review, const LineComment& comment) {
  const PullRequest& pull = issue.pull_request();
  Json refs = diff_refs_json(call.git, pull);
  // A remark that the lines were taken from stays at the version that it was made for.
  if (!comment.line) refs["head_sha"] = review.commit;
  const bool is_after = comment.side == "RIGHT";
  const int line = comment.line.value_or(comment.original_line);
  Json position = {{"position_type", "text"},
                   {"new_path", comment.path},
                   {"old_path", comment.path},
                   {"new_line", is_after ? Json(line) : Json()},
                   {"old_line", is_after ? Json() : Json(line)}};
  position.update(refs);
  return {{"id", comment.id},
          {"type", "DiffNote"},
          {"body", comment.body},
          {"author", user_json(call.state, review.author)},
          {"created_at", time_json(comment.created_at)},
          {"updated_at", time_json(comment.updated_at)},
          {"system", false},
          {"noteable_id", issue.id},
          {"noteable_type", "MergeRequest"},
          {"noteable_iid", issue.number},
          {"project_id", call.state.repository.id},
          {"resolvable", true},
          {"resolved", false},
          {"position", std::move(position)}};
}

Json award_json(const State& state, const Reaction& reaction, Id note) {
  return {{"id", reaction.id},
          {"name", reaction.content == "+1"   ? "thumbsup"
                   : reaction.content == "-1" ? "thumbsdown"
                                              : reaction.content},
          {"user", user_json(state, reaction.author)},
          {"created_at", time_json(reaction.created_at)},
          {"updated_at", time_json(reaction.created_at)},
          {"awardable_id", note},
          {"awardable_type", "Note"}};
}

}  // namespace mlx::sandbox::gitlab
