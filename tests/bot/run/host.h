#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "bot/forge/forge.h"
#include "engine/base/http.h"
#include "tests/support/test_sandbox.h"

namespace mlx::testing {

/// Which of the sandbox's two APIs the bot talks to; what it does there is looked at through GitHub's in
/// either case.
enum class Host { kGithub, kGitlab };

/// Lets the test case that calls it run once on each.
[[nodiscard]] Host each_host();

[[nodiscard]] std::unique_ptr<bot::Forge> forge_of(Host host, HttpClient& http, TestSandbox& sandbox);

/// A delivery as the forge would send it, without its envelope.
struct SentEvent {
  std::string name;  ///< as the bot's queue has it
  nlohmann::json payload;
};

/// Of a comment, as GitHub's API shows it. `previous_body` is null if it is new.
[[nodiscard]] SentEvent comment_event(Host host, TestSandbox& sandbox, const std::string& sender,
                                      const nlohmann::json& comment, const nlohmann::json& previous_body);
/// Of a pull request: `opened`, `synchronize`.
[[nodiscard]] SentEvent pull_request_event(Host host, TestSandbox& sandbox, std::int64_t number,
                                           const std::string& action);

/// What the bot's port calls an issue or a pull request that has this number on GitHub's side.
[[nodiscard]] std::int64_t port_number(Host host, TestSandbox& sandbox, std::int64_t number);
/// The installation that an event names.
[[nodiscard]] std::int64_t installation_of(Host host, const TestSandbox& sandbox);

}  // namespace mlx::testing
