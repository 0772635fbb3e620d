#include "sandbox/github/events.h"
#include "sandbox/github/issue_edit.h"
#include "sandbox/github/json.h"
#include "sandbox/github/line_comments.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

Answer<Issue*> find_pull(Context& context, const Request& request) {
  Issue* issue = MLX_TRY(find_issue(context, request));
  if (!issue->pull) return not_found();
  return issue;
}

Answer<std::string> read_state(const Request& request) {
  const std::string event = MLX_TRY(request.text("event")).value_or("");
  if (event == "COMMENT") return "COMMENTED";
  if (event == "APPROVE") return "APPROVED";
  if (event == "REQUEST_CHANGES") return "CHANGES_REQUESTED";
  if (event.empty()) return "PENDING";
  return refuse(422, "Invalid request.\n\n" + event +
                         " is not a member of [\"APPROVE\", \"REQUEST_CHANGES\", \"COMMENT\"].");
}

Answer<Response> create(Context& context, const Request& request) {
  Issue* issue = MLX_TRY(find_pull(context, request));
  PullRequest& pull = issue->pull_request();
  Review review{.id = context.state.next_id(),
                .author = context.actor.login,
                .body = MLX_TRY(request.text("body")).value_or(""),
                .commit = MLX_TRY(request.text("commit_id")).value_or(pull.head_sha),
                .state = MLX_TRY(read_state(request)),
                .submitted_at = now()};
  MLX_CHECK(check_body("PullRequestReview", review.body));
  const Json comments = request.body.value("comments", Json::array());
  if (!comments.is_array())
    return refuse(422, "Invalid request.\n\nFor 'properties/comments', it is not an array.");
  if (review.body.empty() && comments.empty() && review.state != "APPROVED") {
    return unprocessable("Review cannot be blank");
  }
  const auto files = MLX_TRY(reviewed_files(context, pull, review.commit));
  for (const Json& comment : comments) {
    review.comments.push_back(MLX_TRY(read_line_comment(context, comment, review.commit, files)));
  }
  pull.reviews.push_back(std::move(review));
  move_line_comments(context, pull);
  const Review& added = pull.reviews.back();
  for (const LineComment& comment : added.comments)
    line_comment_event(context, "created", *issue, added, comment);
  return Response{.body = review_json(context.state, *issue, pull.reviews.back())};
}

Answer<Response> list(Context& context, const Request& request) {
  const Issue* issue = MLX_TRY(find_pull(context, request));
  return paginated(context, request, issue->pull_request().reviews,
                   [&](const Review& review) { return review_json(context.state, *issue, review); });
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/pulls/{number}/reviews", list,
          "pulls/reviews#list-reviews-for-a-pull-request"},
    Route{"POST", "/repos/{owner}/{repo}/pulls/{number}/reviews", create,
          "pulls/reviews#create-a-review-for-a-pull-request", Need::kUser, "pull_requests"},
};

}  // namespace

std::span<const Route> review_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
