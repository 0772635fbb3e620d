#include "sandbox/github/json.h"

namespace mlx::sandbox::github {
namespace {

Json side_json(const State& state, const std::string& branch, const std::string& sha) {
  return {{"label", state.repository.owner.login + ":" + branch},
          {"ref", branch},
          {"sha", sha},
          {"user", user_json(state, state.repository.owner)},
          {"repo", repository_json(state)}};
}

}  // namespace

Json pull_json(const State& state, const Issue& issue) {
  const PullRequest& pull = issue.pull_request();
  const std::string number = std::to_string(issue.number);
  const std::string api = repository_api(state) + "/pulls/" + number;
  const std::string issue_api = repository_api(state) + "/issues/" + number;
  const std::string web = repository_web(state) + "/pull/" + number;
  const std::string statuses = repository_api(state) + "/statuses/" + pull.head_sha;
  const auto href = [](const std::string& url) { return Json{{"href", url}}; };
  Json json{{"id", pull.id},
            {"node_id", node_id("PullRequest", pull.id)},
            {"number", issue.number},
            {"url", api},
            {"html_url", web},
            {"diff_url", web + ".diff"},
            {"patch_url", web + ".patch"},
            {"issue_url", issue_api},
            {"commits_url", api + "/commits"},
            {"review_comments_url", api + "/comments"},
            {"review_comment_url", repository_api(state) + "/pulls/comments{/number}"},
            {"comments_url", issue_api + "/comments"},
            {"statuses_url", statuses},
            {"state", issue.is_open ? "open" : "closed"},
            {"locked", issue.is_locked},
            {"active_lock_reason", nullptr},
            {"title", issue.title},
            {"user", user_json(state, issue.author)},
            {"body", issue.body ? Json(*issue.body) : Json()},
            {"labels", Json::array()},
            {"milestone", nullptr},
            {"assignee", nullptr},
            {"assignees", Json::array()},
            {"requested_reviewers", Json::array()},
            {"requested_teams", Json::array()},
            {"created_at", timestamp(issue.created_at)},
            {"updated_at", timestamp(issue.updated_at)},
            {"closed_at", optional_time(issue.closed_at)},
            {"merged_at", optional_time(pull.merged_at)},
            {"merge_commit_sha", pull.merge_commit.empty() ? Json() : Json(pull.merge_commit)},
            {"draft", pull.is_draft},
            {"head", side_json(state, pull.head, pull.head_sha)},
            {"base", side_json(state, pull.base, pull.base_sha)},
            {"author_association", author_association(state, issue.author)},
            {"auto_merge", nullptr},
            {"_links",
             {{"self", href(api)},
              {"html", href(web)},
              {"issue", href(issue_api)},
              {"comments", href(issue_api + "/comments")},
              {"review_comments", href(api + "/comments")},
              {"review_comment", href(repository_api(state) + "/pulls/comments{/number}")},
              {"commits", href(api + "/commits")},
              {"statuses", href(statuses)}}}};
  for (const std::string& label : issue.labels) json["labels"].push_back(label_json(state, label));
  return json;
}

Json review_json(const State& state, const Issue& issue, const Review& review) {
  const std::string number = std::to_string(issue.number);
  const std::string pull = repository_api(state) + "/pulls/" + number;
  const std::string web =
      repository_web(state) + "/pull/" + number + "#pullrequestreview-" + std::to_string(review.id);
  return {{"id", review.id},
          {"node_id", node_id("PullRequestReview", review.id)},
          {"user", user_json(state, review.author)},
          {"body", review.body},
          {"state", review.state},
          {"html_url", web},
          {"pull_request_url", pull},
          {"author_association", author_association(state, review.author)},
          {"submitted_at", timestamp(review.submitted_at)},
          {"commit_id", review.commit},
          {"_links", {{"html", {{"href", web}}}, {"pull_request", {{"href", pull}}}}}};
}

Json line_comment_json(const State& state, const Issue& issue, const Review& review,
                       const LineComment& comment) {
  const std::string id = std::to_string(comment.id);
  const std::string number = std::to_string(issue.number);
  const std::string api = repository_api(state) + "/pulls/comments/" + id;
  const std::string pull = repository_api(state) + "/pulls/" + number;
  const std::string web = repository_web(state) + "/pull/" + number + "#discussion_r" + id;
  const auto optional = [](const std::optional<int>& line) { return line ? Json(*line) : Json(); };
  Json json{
      {"id", comment.id},
      {"node_id", node_id("PullRequestReviewComment", comment.id)},
      {"url", api},
      {"pull_request_review_id", review.id},
      {"diff_hunk", comment.hunk},
      {"path", comment.path},
      {"commit_id", comment.commit},
      {"original_commit_id", review.commit},
      {"user", user_json(state, review.author)},
      {"body", comment.body},
      {"created_at", timestamp(comment.created_at)},
      {"updated_at", timestamp(comment.updated_at)},
      {"html_url", web},
      {"pull_request_url", pull},
      {"author_association", author_association(state, review.author)},
      {"position", optional(comment.position)},
      {"original_position", comment.original_position},
      {"line", optional(comment.line)},
      {"original_line", comment.original_line},
      {"start_line", optional(comment.start_line)},
      {"original_start_line", optional(comment.original_start_line)},
      {"side", comment.side},
      {"start_side", comment.original_start_line ? Json(comment.side) : Json()},
      {"subject_type", "line"},
      {"reactions", reactions_summary(api, {})},
      {"_links", {{"self", {{"href", api}}}, {"html", {{"href", web}}}, {"pull_request", {{"href", pull}}}}}};
  if (comment.in_reply_to) json["in_reply_to_id"] = *comment.in_reply_to;
  return json;
}

Json full_pull_json(Context& context, const Issue& issue) {
  const State& state = context.state;
  const PullRequest& pull = issue.pull_request();
  std::size_t additions = 0;
  std::size_t deletions = 0;
  std::size_t line_comments = 0;
  for (const Review& review : pull.reviews) line_comments += review.comments.size();
  const auto base = context.git.merge_base(pull.base_sha, pull.head_sha);
  const auto files = context.git.diff(base.value_or(pull.base_sha), pull.head_sha);
  const auto commits = context.git.log(pull.head_sha, pull.base_sha);
  if (files) {
    for (const FileChange& file : *files) {
      additions += file.additions;
      deletions += file.deletions;
    }
  }
  const bool is_mergeable =
      issue.is_open && context.git.merged_tree(pull.base_sha, pull.head_sha).has_value();
  Json json = pull_json(state, issue);
  json.update({{"merged", pull.merged_at.has_value()},
               {"mergeable", issue.is_open ? Json(is_mergeable) : Json()},
               {"rebaseable", issue.is_open ? Json(is_mergeable) : Json()},
               {"mergeable_state", !issue.is_open ? "unknown"
                                   : is_mergeable ? "clean"
                                                  : "dirty"},
               {"merged_by", user_json(state, pull.merged_by)},
               {"comments", state.comments_of(issue.number).size()},
               {"review_comments", line_comments},
               {"maintainer_can_modify", false},
               {"commits", commits ? commits->size() : 0},
               {"additions", additions},
               {"deletions", deletions},
               {"changed_files", files ? files->size() : 0}});
  return json;
}

}  // namespace mlx::sandbox::github
