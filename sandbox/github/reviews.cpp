#include <algorithm>
#include <charconv>
#include <ranges>

#include "sandbox/github/issue_edit.h"
#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

std::unexpected<Refusal> unprocessable(std::string_view reason) {
  return std::unexpected(
      Refusal{.status = 422, .message = "Unprocessable Entity", .errors = Json::array({reason})});
}

Answer<Issue*> find_pull(Context& context, const Request& request) {
  Issue* issue = MLX_TRY(find_issue(context, request));
  if (!issue->pull) return not_found();
  return issue;
}

int number_after(std::string_view text, std::string_view sign) {
  int number = 0;
  const auto at = text.find(sign);
  if (at == std::string_view::npos) return 0;
  const std::string_view digits = text.substr(at + sign.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

/// The diff up to a line, from the head of its hunk; nothing if the line is in no hunk.
std::optional<std::string> hunk_to(const std::string& patch, int line, const std::string& side) {
  const char other_side = side == "LEFT" ? '+' : '-';
  std::string hunk;
  int at = 0;
  for (const auto part : std::views::split(patch, '\n')) {
    const std::string text(part.begin(), part.end());
    if (text.starts_with("@@ ")) {
      hunk = text;
      at = number_after(text, side == "LEFT" ? "-" : "+") - 1;
      continue;
    }
    hunk += "\n" + text;
    if (text.empty() || text.front() == other_side || text.front() == '\\') continue;
    if (++at == line) return hunk;
  }
  return std::nullopt;
}

std::optional<int> count_in(const Json& json, const char* name) {
  const Json value = json.value(name, Json());
  return value.is_number_integer() ? std::optional(value.get<int>()) : std::nullopt;
}

std::string text_in(const Json& json, const char* name, const char* fallback = "") {
  const Json value = json.value(name, Json());
  return value.is_string() ? value.get<std::string>() : fallback;
}

Answer<LineComment> read_comment(Context& context, const Json& json, const std::vector<FileChange>& files) {
  if (!json.is_object()) return refuse(422, "Invalid request.\n\nFor 'items', it is not an object.");
  LineComment comment{
      .id = context.state.next_id(), .path = text_in(json, "path"), .body = text_in(json, "body")};
  if (comment.body.empty()) return unprocessable("Body can't be blank");
  const auto line = count_in(json, "line");
  if (!line) return unprocessable("Line is missing");
  comment.line = *line;
  comment.start_line = count_in(json, "start_line");
  comment.side = text_in(json, "side", "RIGHT");
  if (comment.start_line && *comment.start_line >= comment.line) {
    return unprocessable("Start line must precede the end line.");
  }
  const auto file = std::ranges::find(files, comment.path, &FileChange::path);
  if (file == files.end() || !file->patch) return unprocessable("Path could not be resolved");
  const std::string start_side = text_in(json, "start_side", comment.side.c_str());
  const auto hunk = hunk_to(*file->patch, comment.line, comment.side);
  const bool has_start =
      !comment.start_line || hunk_to(*file->patch, *comment.start_line, start_side).has_value();
  if (!hunk || !has_start) return unprocessable("Line could not be resolved");
  comment.hunk = *hunk;
  return comment;
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
  const auto base = context.git.merge_base(pull.base_sha, review.commit);
  const auto files = context.git.diff(base.value_or(pull.base_sha), review.commit);
  if (!files) return unprocessable("The commit_id is not part of the pull request");
  for (const Json& comment : comments)
    review.comments.push_back(MLX_TRY(read_comment(context, comment, *files)));
  pull.reviews.push_back(std::move(review));
  return Response{.body = review_json(context.state, *issue, pull.reviews.back())};
}

Answer<Response> list(Context& context, const Request& request) {
  const Issue* issue = MLX_TRY(find_pull(context, request));
  return paginated(context, request, issue->pull_request().reviews,
                   [&](const Review& review) { return review_json(context.state, *issue, review); });
}

Answer<Response> list_comments(Context& context, const Request& request) {
  const Issue* issue = MLX_TRY(find_pull(context, request));
  std::vector<Json> comments;
  for (const Review& review : issue->pull_request().reviews) {
    for (const LineComment& comment : review.comments) {
      comments.push_back(line_comment_json(context.state, *issue, review, comment));
    }
  }
  return paginated(context, request, comments, [](const Json& comment) { return comment; });
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/pulls/{number}/reviews", list,
          "pulls/reviews#list-reviews-for-a-pull-request"},
    Route{"POST", "/repos/{owner}/{repo}/pulls/{number}/reviews", create,
          "pulls/reviews#create-a-review-for-a-pull-request", Need::kUser, "pull_requests"},
    Route{"GET", "/repos/{owner}/{repo}/pulls/{number}/comments", list_comments,
          "pulls/comments#list-review-comments-on-a-pull-request"},
};

}  // namespace

std::span<const Route> review_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
