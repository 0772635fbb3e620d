#pragma once

#include <string>
#include <string_view>

#include "sandbox/github/api.h"

/// Tells the hooks what happened. One event has one GUID, whatever the number of hooks;
/// a payload is rendered when the event happens, not when it is sent.
namespace mlx::sandbox::github {

/// `changes` (for "edited") may be null.
void issue_event(Context& context, std::string_view action, const Issue& issue, Json changes = {});
/// "labeled" or "unlabeled", of an issue or a pull request.
void label_event(Context& context, std::string_view action, const Issue& issue, const std::string& label);
void comment_event(Context& context, std::string_view action, const Comment& comment, Json changes = {});
/// `more` is merged into the payload: changes, before, after.
void pull_request_event(Context& context, std::string_view action, const Issue& issue, const Json& more = {});
void line_comment_event(Context& context, std::string_view action, const Issue& issue, const Review& review,
                        const LineComment& comment, Json changes = {});
/// `more` is merged into the payload: requested_action.
void check_run_event(Context& context, std::string_view action, const CheckRun& run, const Json& more = {});
void ping_event(Context& context, const Hook& hook);

/// A reference moved from `before` to `after`; an empty id means that it was not there,
/// or is not any more. Sends create or delete, and push; and lets the pull requests of the
/// branch follow: synchronize, closed with the branch, merged by a push.
void ref_moved(Context& context, const std::string& ref, const std::string& before, const std::string& after);

/// Sends an attempt again: the same GUID and payload.
void redeliver(Context& context, const Delivery& delivery);

}  // namespace mlx::sandbox::github
