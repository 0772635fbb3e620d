#pragma once

#include <string_view>

#include "sandbox/github/api.h"

namespace mlx::sandbox::github {

/// Whether a hook, or another listener, hears of the event; building a payload for nobody is a waste.
[[nodiscard]] bool is_anybody_listening(const Context& context, std::string_view event);

/// Queues the payload for every active hook that listens; adds repository, sender and
/// installation to it.
void deliver(Context& context, std::string_view event, Json payload);

/// Likewise, but for the hook of the app alone.
void deliver_to_app(Context& context, std::string_view event, Json payload);

/// Queues the payload for one hook, whatever it listens to.
void deliver_to(Context& context, const Hook& hook, std::string_view event, Json payload);

}  // namespace mlx::sandbox::github
