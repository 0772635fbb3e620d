#include <algorithm>

#include "sandbox/github/issue_edit.h"
#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

/// The reactions of the comment or issue that the route names.
Answer<std::vector<Reaction>*> find_reactions(Context& context, const Request& request) {
  if (request.parameter("comment_id").empty()) return &MLX_TRY(find_issue(context, request))->reactions;
  const auto found = context.state.comments.find(MLX_TRY(request.number("comment_id")));
  if (found == context.state.comments.end()) return not_found();
  return &found->second.reactions;
}

bool is_known(std::string_view content) {
  return std::ranges::any_of(kReactions, [&](const auto& known) { return known.first == content; });
}

Answer<Response> list(Context& context, const Request& request) {
  const std::vector<Reaction>* all = MLX_TRY(find_reactions(context, request));
  const auto content = field(request.query, "content");
  std::vector<const Reaction*> reactions;
  for (const Reaction& reaction : *all) {
    if (!content || reaction.content == *content) reactions.push_back(&reaction);
  }
  return paginated(context, request, reactions,
                   [&](const Reaction* reaction) { return reaction_json(context.state, *reaction); });
}

Answer<Response> create(Context& context, const Request& request) {
  std::vector<Reaction>* reactions = MLX_TRY(find_reactions(context, request));
  const std::string content = MLX_TRY(request.required_text("Reaction", "content"));
  if (!is_known(content)) return invalid_field("Reaction", "content", "invalid");
  for (const Reaction& present : *reactions) {
    if (present.author == context.actor.login && present.content == content) {
      return Response{.body = reaction_json(context.state, present)};
    }
  }
  reactions->push_back({.id = context.state.next_id(),
                        .author = context.actor.login,
                        .content = content,
                        .created_at = now()});
  return Response{.status = 201, .body = reaction_json(context.state, reactions->back())};
}

Answer<Response> remove(Context& context, const Request& request) {
  std::vector<Reaction>* reactions = MLX_TRY(find_reactions(context, request));
  const Id id = MLX_TRY(request.number("reaction_id"));
  const auto found = std::ranges::find(*reactions, id, &Reaction::id);
  if (found == reactions->end()) return not_found();
  if (found->author != context.actor.login)
    return refuse(403, "You do not have permission to delete this reaction.");
  reactions->erase(found);
  return Response{.status = 204};
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", list,
          "reactions/reactions#list-reactions-for-an-issue-comment"},
    Route{"POST", "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", create,
          "reactions/reactions#create-reaction-for-an-issue-comment", Need::kUser, "issues"},
    Route{"DELETE", "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions/{reaction_id}", remove,
          "reactions/reactions#delete-an-issue-comment-reaction", Need::kUser, "issues"},
    Route{"GET", "/repos/{owner}/{repo}/issues/{number}/reactions", list,
          "reactions/reactions#list-reactions-for-an-issue"},
    Route{"POST", "/repos/{owner}/{repo}/issues/{number}/reactions", create,
          "reactions/reactions#create-reaction-for-an-issue", Need::kUser, "issues"},
    Route{"DELETE", "/repos/{owner}/{repo}/issues/{number}/reactions/{reaction_id}", remove,
          "reactions/reactions#delete-an-issue-reaction", Need::kUser, "issues"},
};

}  // namespace

std::span<const Route> reaction_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
