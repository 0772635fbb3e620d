#include "sandbox/github/events.h"
#include "sandbox/github/issue_edit.h"
#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

constexpr std::string_view kNotMergeable = "Pull Request is not mergeable";

Answer<Response> check_merged(Context& context, const Request& request) {
  const Issue* issue = MLX_TRY(find_issue(context, request));
  if (!issue->pull || !issue->pull->merged_at) return not_found();
  return Response{.status = 204};
}

/// The merge commit's title and message: GitHub's own, unless the request has others.
Answer<std::string> merge_message(const Context& context, const Request& request, const Issue& issue) {
  const auto title = MLX_TRY(request.text("commit_title"));
  const auto message = MLX_TRY(request.text("commit_message"));
  const std::string own = "Merge pull request #" + std::to_string(issue.number) + " from " +
                          context.state.repository.owner.login + "/" + issue.pull_request().head;
  return title.value_or(own) + "\n\n" + message.value_or(issue.title);
}

Answer<Response> merge(Context& context, const Request& request) {
  Issue* issue = MLX_TRY(find_issue(context, request));
  if (!issue->pull) return not_found();
  PullRequest& pull = issue->pull_request();
  const auto method = MLX_TRY(request.text("merge_method")).value_or("merge");
  const auto expected = MLX_TRY(request.text("sha"));
  const std::string message = MLX_TRY(merge_message(context, request, *issue));
  if (method == "squash") return refuse(405, "Squash merges are not allowed on this repository.");
  if (method == "rebase") return refuse(405, "Rebase merges are not allowed on this repository.");
  if (method != "merge") return invalid_field("PullRequest", "merge_method", "invalid");
  if (!issue->is_open || pull.is_draft) return refuse(405, std::string(kNotMergeable));
  if (expected && *expected != pull.head_sha) {
    return refuse(409, "Head branch was modified. Review and try the merge again.");
  }
  const std::string base_ref = "refs/heads/" + pull.base;
  const auto base = context.git.find_ref(base_ref);
  if (!base) return refuse(405, std::string(kNotMergeable));
  const auto tree = context.git.merged_tree(base->sha, pull.head_sha);
  if (!tree) return refuse(405, std::string(kNotMergeable));

  const User& user = context.user();
  const Signature author{
      .name = user.name, .email = user.email(), .seconds = now().time_since_epoch().count()};
  const Signature committer{.name = "GitHub", .email = "noreply@github.com", .seconds = author.seconds};
  const auto commit = context.git.write_commit({.sha = {},
                                                .tree = *tree,
                                                .parents = {base->sha, pull.head_sha},
                                                .author = author,
                                                .committer = committer,
                                                .message = message});
  if (!commit || !context.git.set_ref(base_ref, *commit)) {
    return refuse(409, "Base branch was modified. Review and try the merge again.");
  }
  context.state.signed_commits.insert(*commit);
  pull.merge_commit = *commit;
  ref_moved(context, base_ref, base->sha, *commit);  // closes the pull request as merged
  return Response{
      .body = {{"sha", *commit}, {"merged", true}, {"message", "Pull Request successfully merged"}}};
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/pulls/{number}/merge", check_merged,
          "pulls/pulls#check-if-a-pull-request-has-been-merged"},
    Route{"PUT", "/repos/{owner}/{repo}/pulls/{number}/merge", merge, "pulls/pulls#merge-a-pull-request",
          Need::kPush, "contents", "Must have push access to the repository to merge."},
};

}  // namespace

std::span<const Route> merge_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
