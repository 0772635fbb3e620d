#pragma once

#include <string>

#include "sandbox/git/git_store.h"
#include "sandbox/http/message.h"
#include "sandbox/state.h"

namespace mlx::sandbox::github {

/// Where archives are, as on a GitHub Enterprise Server without hosts for its parts.
constexpr std::string_view kArchives = "/_codeload/";

/// The address of a commit's archive, to which the API sends whoever asks for one.
[[nodiscard]] std::string archive_address(const State& state, const std::string& commit);

/// Answers a request below kArchives: the archive, as `git archive` makes it. The state's mutex must be held.
[[nodiscard]] HttpResponse answer_archive(const State& state, const GitStore& git,
                                          const HttpRequest& request);

}  // namespace mlx::sandbox::github
