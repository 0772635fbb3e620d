#pragma once

#include <string>

#include "sandbox/github/api.h"

namespace mlx::sandbox::github {

/// Who the Authorization header proves the sender to be; anonymous without one.
/// 401 for a token that is wrong or has expired.
[[nodiscard]] Answer<Identity> authenticate(const State& state, const std::string& authorization);

/// Refuses what a route does not allow the actor.
[[nodiscard]] Answer<void> check_access(const Context& context, const Route& route);

/// Whether the permissions of an installation token allow to write there; people pass.
[[nodiscard]] bool is_permitted(const Identity& actor, const std::string& permission);

}  // namespace mlx::sandbox::github
