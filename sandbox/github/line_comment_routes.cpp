#include <algorithm>

#include "sandbox/github/events.h"
#include "sandbox/github/issue_edit.h"
#include "sandbox/github/json.h"
#include "sandbox/github/line_comments.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

/// A remark, and where it is.
struct Place {
  Issue* issue = nullptr;
  Review* review = nullptr;
  std::vector<LineComment>::iterator comment;
};

Answer<Place> find_comment(State& state, Id id) {
  for (auto& [number, issue] : state.issues) {
    if (!issue.pull) continue;
    for (Review& review : issue.pull_request().reviews) {
      const auto found = std::ranges::find(review.comments, id, &LineComment::id);
      if (found != review.comments.end()) return Place{&issue, &review, found};
    }
  }
  return not_found();
}

Answer<Place> find_comment(Context& context, const Request& request) {
  return find_comment(context.state, MLX_TRY(request.number("comment_id")));
}

Json to_json(const Context& context, const Place& place) {
  return line_comment_json(context.state, *place.issue, *place.review, *place.comment);
}

Answer<Issue*> find_pull(Context& context, const Request& request) {
  Issue* issue = MLX_TRY(find_issue(context, request));
  if (!issue->pull) return not_found();
  return issue;
}

Answer<Response> list(Context& context, const Request& request) {
  const Issue* issue = MLX_TRY(find_pull(context, request));
  std::vector<Json> comments;
  for (const Review& review : issue->pull_request().reviews) {
    for (const LineComment& comment : review.comments) {
      comments.push_back(line_comment_json(context.state, *issue, review, comment));
    }
  }
  return paginated(context, request, comments, [](const Json& comment) { return comment; });
}

/// A comment of its own is a review without a text, of which it is the only remark.
Response add(Context& context, Issue& issue, LineComment comment) {
  PullRequest& pull = issue.pull_request();
  pull.reviews.push_back({.id = context.state.next_id(),
                          .author = context.actor.login,
                          .body = {},
                          .commit = comment.commit,
                          .submitted_at = now(),
                          .comments = {std::move(comment)}});
  move_line_comments(context, pull);
  const Review& review = pull.reviews.back();
  line_comment_event(context, "created", issue, review, review.comments.front());
  Response response{.status = 201,
                    .body = line_comment_json(context.state, issue, review, review.comments.front())};
  response.headers.emplace_back("Location", response.body["url"]);
  return response;
}

Answer<Response> reply(Context& context, const Request& request, Id answered_id) {
  Issue* issue = MLX_TRY(find_pull(context, request));
  const Place answered = MLX_TRY(find_comment(context.state, answered_id));
  if (answered.issue != issue) return not_found();
  LineComment comment = *answered.comment;
  comment.id = context.state.next_id();
  comment.body = MLX_TRY(request.required_text("PullRequestReviewComment", "body"));
  comment.in_reply_to = answered.comment->in_reply_to.value_or(answered_id);
  comment.created_at = comment.updated_at = now();
  if (comment.body.empty()) return unprocessable("Body can't be blank");
  return add(context, *issue, std::move(comment));
}

Answer<Response> reply_to(Context& context, const Request& request) {
  return reply(context, request, MLX_TRY(request.number("comment_id")));
}

Answer<Response> create(Context& context, const Request& request) {
  Issue* issue = MLX_TRY(find_pull(context, request));
  const auto answered = request.body.find("in_reply_to");
  const bool is_reply = answered != request.body.end() && answered->is_number_integer();
  if (is_reply) return reply(context, request, answered->get<Id>());
  const std::string commit = MLX_TRY(request.required_text("PullRequestReviewComment", "commit_id"));
  const auto files = MLX_TRY(reviewed_files(context, issue->pull_request(), commit));
  return add(context, *issue, MLX_TRY(read_line_comment(context, request.body, commit, files)));
}

Answer<Response> get(Context& context, const Request& request) {
  const Place place = MLX_TRY(find_comment(context, request));
  return Response{.body = to_json(context, place)};
}

Answer<Response> update(Context& context, const Request& request) {
  const Place place = MLX_TRY(find_comment(context, request));
  const std::string body = MLX_TRY(request.required_text("PullRequestReviewComment", "body"));
  if (!may_edit(context, place.review->author, Role::kWrite)) {
    return refuse(403, "Must have admin rights to Repository.");
  }
  if (body.find_first_not_of(" \t\r\n") == std::string::npos) return unprocessable("Body can't be blank");
  if (characters(body) > kLongestBody) return unprocessable("Body is too long (maximum is 65536 characters)");
  const std::string before = std::exchange(place.comment->body, body);
  place.comment->updated_at = now();
  if (before != body) {
    line_comment_event(context, "edited", *place.issue, *place.review, *place.comment,
                       {{"body", {{"from", before}}}});
  }
  return Response{.body = to_json(context, place)};
}

Answer<Response> remove(Context& context, const Request& request) {
  const Place place = MLX_TRY(find_comment(context, request));
  if (!may_edit(context, place.review->author, Role::kWrite)) {
    return refuse(403, "Must have admin rights to Repository.");
  }
  const LineComment removed = *place.comment;
  place.review->comments.erase(place.comment);
  line_comment_event(context, "deleted", *place.issue, *place.review, removed);
  // A review that says nothing any more is gone with its last remark.
  if (place.review->body.empty() && place.review->comments.empty()) {
    std::erase_if(place.issue->pull_request().reviews,
                  [id = place.review->id](const Review& review) { return review.id == id; });
  }
  return Response{.status = 204};
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/pulls/{number}/comments", list,
          "pulls/comments#list-review-comments-on-a-pull-request"},
    Route{"POST", "/repos/{owner}/{repo}/pulls/{number}/comments", create,
          "pulls/comments#create-a-review-comment-for-a-pull-request", Need::kUser, "pull_requests"},
    Route{"POST", "/repos/{owner}/{repo}/pulls/{number}/comments/{comment_id}/replies", reply_to,
          "pulls/comments#create-a-reply-for-a-review-comment", Need::kUser, "pull_requests"},
    Route{"GET", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", get,
          "pulls/comments#get-a-review-comment-for-a-pull-request"},
    Route{"PATCH", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", update,
          "pulls/comments#update-a-review-comment-for-a-pull-request", Need::kUser, "pull_requests"},
    Route{"DELETE", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", remove,
          "pulls/comments#delete-a-review-comment-for-a-pull-request", Need::kUser, "pull_requests"},
};

}  // namespace

std::span<const Route> line_comment_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
