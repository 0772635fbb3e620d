#include <algorithm>

#include "sandbox/github/events.h"
#include "sandbox/github/issue_edit.h"
#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

constexpr std::string_view kResource = "IssueComment";

Answer<Comment*> find_comment(Context& context, const Request& request) {
  const auto found = context.state.comments.find(MLX_TRY(request.number("comment_id")));
  if (found == context.state.comments.end()) return not_found();
  return &found->second;
}

Answer<std::string> read_body(const Request& request) {
  std::string body = MLX_TRY(request.required_text(kResource, "body"));
  if (body.find_first_not_of(" \t\r\n") == std::string::npos) {
    return invalid_field(kResource, "data", "unprocessable", "Body cannot be blank");
  }
  if (characters(body) > kLongestBody) {
    return invalid_field(kResource, "data", "unprocessable",
                         "Body is too long (maximum is 65536 characters)");
  }
  return body;
}

void drop_older(const Request& request, std::vector<const Comment*>& comments) {
  const auto since = parse_timestamp(field(request.query, "since").value_or(""));
  std::erase_if(comments, [&](const Comment* comment) { return since && comment->updated_at < *since; });
}

Answer<Response> list_of_issue(Context& context, const Request& request) {
  const Issue* issue = MLX_TRY(find_issue(context, request));
  auto comments = context.state.comments_of(issue->number);
  drop_older(request, comments);
  return paginated(context, request, comments,
                   [&](const Comment* comment) { return comment_json(context.state, *comment); });
}

Answer<Response> list_of_repository(Context& context, const Request& request) {
  std::vector<const Comment*> comments;
  comments.reserve(context.state.comments.size());
  for (const auto& [id, comment] : context.state.comments) comments.push_back(&comment);
  drop_older(request, comments);
  if (field(request.query, "sort") == "updated") {
    std::ranges::stable_sort(comments, {}, [](const Comment* comment) { return comment->updated_at; });
  }
  if (field(request.query, "direction") == "desc") std::ranges::reverse(comments);
  return paginated(context, request, comments,
                   [&](const Comment* comment) { return comment_json(context.state, *comment); });
}

Answer<Response> create(Context& context, const Request& request) {
  State& state = context.state;
  Issue* issue = MLX_TRY(find_issue(context, request));
  const std::string body = MLX_TRY(read_body(request));
  if (issue->is_locked && context.role() < Role::kWrite) {
    return refuse(403, "Unable to create comment because issue is locked.");
  }
  const Id id = state.next_id();
  const Comment& comment = state.comments[id] = {.id = id,
                                                 .issue = issue->number,
                                                 .author = context.actor.login,
                                                 .body = body,
                                                 .created_at = now(),
                                                 .updated_at = now()};
  issue->updated_at = now();
  comment_event(context, "created", comment);
  Response response{.status = 201, .body = comment_json(state, comment)};
  response.headers.emplace_back("Location", response.body["url"]);
  return response;
}

Answer<Response> get(Context& context, const Request& request) {
  const Comment* comment = MLX_TRY(find_comment(context, request));
  return Response{.body = comment_json(context.state, *comment)};
}

Answer<Response> update(Context& context, const Request& request) {
  Comment* comment = MLX_TRY(find_comment(context, request));
  const std::string body = MLX_TRY(read_body(request));
  if (!may_edit(context, comment->author, Role::kWrite)) {
    return refuse(403, "Must have admin rights to Repository.");
  }
  const std::string before = std::exchange(comment->body, body);
  comment->updated_at = now();
  if (before != body) comment_event(context, "edited", *comment, {{"body", {{"from", before}}}});
  return Response{.body = comment_json(context.state, *comment)};
}

Answer<Response> remove(Context& context, const Request& request) {
  const Comment* comment = MLX_TRY(find_comment(context, request));
  if (!may_edit(context, comment->author, Role::kWrite)) {
    return refuse(403, "Must have admin rights to Repository.");
  }
  const Comment removed = *comment;
  context.state.comments.erase(removed.id);
  comment_event(context, "deleted", removed);
  return Response{.status = 204};
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/issues/comments", list_of_repository,
          "issues/comments#list-issue-comments-for-a-repository"},
    Route{"GET", "/repos/{owner}/{repo}/issues/{number}/comments", list_of_issue,
          "issues/comments#list-issue-comments"},
    Route{"POST", "/repos/{owner}/{repo}/issues/{number}/comments", create,
          "issues/comments#create-an-issue-comment", Need::kUser, "issues"},
    Route{"GET", "/repos/{owner}/{repo}/issues/comments/{comment_id}", get,
          "issues/comments#get-an-issue-comment"},
    Route{"PATCH", "/repos/{owner}/{repo}/issues/comments/{comment_id}", update,
          "issues/comments#update-an-issue-comment", Need::kUser, "issues"},
    Route{"DELETE", "/repos/{owner}/{repo}/issues/comments/{comment_id}", remove,
          "issues/comments#delete-an-issue-comment", Need::kUser, "issues"},
};

}  // namespace

std::span<const Route> comment_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
