#include "bot/run/upsert_comment.h"

#include <algorithm>

#include "bot/core/same_text.h"

namespace mlx::bot {

Result<void> upsert_comment(ForgeRepository& repository, const OwnComment& comment, IfAbsent if_absent) {
  const std::string own_login = MLX_TRY(repository.own_login());
  const auto comments = MLX_TRY(repository.comments_since(comment.issue, comment.since));
  const auto known = std::ranges::find_if(comments, [&](const Comment& other) {
    return other.author == own_login && other.body.starts_with(comment.marker);
  });
  if (known == comments.end()) {
    if (if_absent == IfAbsent::kLeave) return {};
    return comment.is_internal ? repository.create_internal_comment(comment.issue, comment.body)
                               : repository.create_comment(comment.issue, comment.body);
  }
  if (is_same_text(known->body, comment.body)) return {};
  return repository.update_comment(comment.issue, known->id, comment.body);
}

}  // namespace mlx::bot
