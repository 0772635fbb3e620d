#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/core/render.h"
#include "engine/plan/change_plan.h"

namespace mlx::bot {

/// `api-serving 1.2.0 → 1.3.0`, or `3 components`.
[[nodiscard]] std::string update_title(const ChangePlan& plan);

/// The pull request of an update: what changed upstream with breaking changes first, what was merged and how,
/// every conflict with both sides, and what to check.
[[nodiscard]] ProposalText render_update(const ChangePlan& plan, std::string_view subject, bool has_markers);

/// A hidden line that says which versions a pull request brings: `api-serving@1.3.0 config@2.0.0`.
[[nodiscard]] std::string update_marker(const ChangePlan& plan);
[[nodiscard]] bool has_marker(std::string_view body, std::string_view marker);
/// The versions that a pull request's text names so.
[[nodiscard]] std::vector<std::string> marked_versions(std::string_view body);

/// Is the box that asks for a rebase ticked in a pull request's text, and was not before?
[[nodiscard]] bool asks_for_rebase(std::string_view body, std::string_view previous);

}  // namespace mlx::bot
