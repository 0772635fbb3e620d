#include "sandbox/github/json.h"

namespace mlx::sandbox::github {
namespace {

Json app_of(const State& state, const std::string& author) {
  return author == state.app.bot_login ? app_json(state) : Json();
}

}  // namespace

Json reactions_summary(const std::string& url, const std::vector<Reaction>& reactions) {
  Json summary{{"url", url + "/reactions"}, {"total_count", reactions.size()}};
  for (const auto& [content, emoji] : kReactions) summary[std::string(content)] = 0;
  for (const Reaction& reaction : reactions) {
    Json& count = summary[reaction.content];
    count = count.get<int>() + 1;
  }
  return summary;
}

Json label_json(const State& state, const std::string& name) {
  return {{"id", static_cast<Id>(std::hash<std::string>()(name) % 1'000'000'000)},
          {"node_id", node_id("Label", name)},
          {"url", repository_api(state) + "/labels/" + percent_encode(name)},
          {"name", name},
          // By GitHub's own description only lists of pull requests may not leave it out.
          {"description", ""},
          {"color", "ededed"},
          {"default", false}};
}

Json issue_json(const State& state, const Issue& issue) {
  const std::string number = std::to_string(issue.number);
  const std::string api = repository_api(state) + "/issues/" + number;
  const std::string web = repository_web(state) + (issue.pull ? "/pull/" : "/issues/") + number;
  Json json{{"id", issue.id},
            {"node_id", node_id(issue.pull ? "PullRequest" : "Issue", issue.id)},
            {"url", api},
            {"repository_url", repository_api(state)},
            {"labels_url", api + "/labels{/name}"},
            {"comments_url", api + "/comments"},
            {"events_url", api + "/events"},
            {"timeline_url", api + "/timeline"},
            {"html_url", web},
            {"number", issue.number},
            {"state", issue.is_open ? "open" : "closed"},
            {"state_reason", issue.state_reason.empty() ? Json() : Json(issue.state_reason)},
            {"title", issue.title},
            {"body", issue.body ? Json(*issue.body) : Json()},
            {"user", user_json(state, issue.author)},
            {"labels", Json::array()},
            {"assignee", nullptr},
            {"assignees", Json::array()},
            {"milestone", nullptr},
            {"locked", issue.is_locked},
            {"active_lock_reason", nullptr},
            {"comments", state.comments_of(issue.number).size()},
            {"closed_at", optional_time(issue.closed_at)},
            {"closed_by", user_json(state, issue.closed_by)},
            {"created_at", timestamp(issue.created_at)},
            {"updated_at", timestamp(issue.updated_at)},
            {"author_association", author_association(state, issue.author)},
            {"reactions", reactions_summary(api, issue.reactions)},
            {"performed_via_github_app", app_of(state, issue.author)}};
  for (const std::string& label : issue.labels) json["labels"].push_back(label_json(state, label));
  if (issue.pull) {
    json["draft"] = issue.pull->is_draft;
    json["pull_request"] = {{"url", repository_api(state) + "/pulls/" + number},
                            {"html_url", web},
                            {"diff_url", web + ".diff"},
                            {"patch_url", web + ".patch"},
                            {"merged_at", optional_time(issue.pull->merged_at)}};
  }
  return json;
}

Json comment_json(const State& state, const Comment& comment) {
  const std::string url = repository_api(state) + "/issues/comments/" + std::to_string(comment.id);
  const std::string issue = std::to_string(comment.issue);
  const auto found = state.issues.find(comment.issue);
  const bool is_pull = found != state.issues.end() && found->second.pull.has_value();
  return {{"id", comment.id},
          {"node_id", node_id("IssueComment", comment.id)},
          {"url", url},
          {"html_url", repository_web(state) + (is_pull ? "/pull/" : "/issues/") + issue + "#issuecomment-" +
                           std::to_string(comment.id)},
          {"issue_url", repository_api(state) + "/issues/" + issue},
          {"body", comment.body},
          {"user", user_json(state, comment.author)},
          {"created_at", timestamp(comment.created_at)},
          {"updated_at", timestamp(comment.updated_at)},
          {"author_association", author_association(state, comment.author)},
          {"reactions", reactions_summary(url, comment.reactions)},
          {"performed_via_github_app", app_of(state, comment.author)}};
}

Json reaction_json(const State& state, const Reaction& reaction) {
  return {{"id", reaction.id},
          {"node_id", node_id("Reaction", reaction.id)},
          {"user", user_json(state, reaction.author)},
          {"content", reaction.content},
          {"created_at", timestamp(reaction.created_at)}};
}

}  // namespace mlx::sandbox::github
