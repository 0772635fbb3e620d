#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sandbox/github/api.h"

/// How GitHub writes each thing in answers and webhooks, complete with the fields that
/// its OpenAPI description requires.
namespace mlx::sandbox::github {

[[nodiscard]] std::string repository_api(const State& state);  ///< ".../api/v3/repos/O/R"
[[nodiscard]] std::string repository_web(const State& state);  ///< ".../O/R"
/// GitHub's opaque global id: base64 of type and id.
[[nodiscard]] std::string node_id(std::string_view type, std::string_view id);
[[nodiscard]] std::string node_id(std::string_view type, Id id);
[[nodiscard]] Json optional_time(const std::optional<Time>& time);

[[nodiscard]] Json user_json(const State& state, const User& user);
/// Null for an unknown or empty login.
[[nodiscard]] Json user_json(const State& state, std::string_view login);
[[nodiscard]] Json full_user_json(const State& state, const User& user);
[[nodiscard]] Json app_json(const State& state);
[[nodiscard]] Json installation_json(const State& state);
[[nodiscard]] std::string_view author_association(const State& state, std::string_view login);

[[nodiscard]] Json repository_json(const State& state);
[[nodiscard]] Json full_repository_json(const State& state, Role role);
[[nodiscard]] Json permissions_json(Role role);

[[nodiscard]] Json issue_json(const State& state, const Issue& issue);
[[nodiscard]] Json comment_json(const State& state, const Comment& comment);
[[nodiscard]] Json reaction_json(const State& state, const Reaction& reaction);
/// How many there are of each; `url` is that of what they are on.
[[nodiscard]] Json reactions_summary(const std::string& url, const std::vector<Reaction>& reactions);
[[nodiscard]] Json label_json(const State& state, const std::string& name);

[[nodiscard]] Json pull_json(const State& state, const Issue& issue);
[[nodiscard]] Json review_json(const State& state, const Issue& issue, const Review& review);
[[nodiscard]] Json line_comment_json(const State& state, const Issue& issue, const Review& review,
                                     const LineComment& comment);
/// With what only a single pull request shows: mergeable, commits, additions…
[[nodiscard]] Json full_pull_json(Context& context, const Issue& issue);

[[nodiscard]] Json check_run_json(const State& state, const CheckRun& run);
/// As webhooks have it, with more of the check suite.
[[nodiscard]] Json check_run_payload_json(const State& state, const CheckRun& run);
[[nodiscard]] Json annotation_json(const State& state, const CheckRun& run,
                                   const CheckAnnotation& annotation);

[[nodiscard]] Json commit_json(const State& state, const Commit& commit);      ///< "commits" API
[[nodiscard]] Json git_commit_json(const State& state, const Commit& commit);  ///< "git/commits" API
[[nodiscard]] Json ref_json(const State& state, const Ref& ref);
/// Takes away what GitHub does not show: patches of more than 20,000 lines or 500 KB, and those after the
/// first 20,000 lines or 1 MB of all (docs.github.com, "Repository limits").
void leave_out_large_patches(std::vector<FileChange>& files);
[[nodiscard]] Json file_change_json(const State& state, const FileChange& change, const std::string& commit);
[[nodiscard]] std::string signature_time(const Signature& signature);

[[nodiscard]] Json hook_json(const State& state, const Hook& hook);
[[nodiscard]] Json delivery_json(const State& state, const Delivery& delivery);
[[nodiscard]] Json full_delivery_json(const State& state, const Delivery& delivery);

}  // namespace mlx::sandbox::github
