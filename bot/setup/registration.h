#pragma once

#include <string>
#include <string_view>

#include "bot/setup/address.h"
#include "engine/base/error.h"
#include "engine/base/http.h"

/// What is said to GitHub to register an App from a manifest, as values: the form that a browser posts,
/// and the request that exchanges the code which comes back.
namespace mlx::bot::setup {

/// What is to be registered, and where.
struct AppPlan {
  GithubHost github;
  std::string organization;  ///< empty: the account of whoever is signed in
  std::string address;       ///< at which GitHub reaches the bot, without a slash at the end
  std::string return_to;     ///< where GitHub sends the browser afterwards
  std::string name;          ///< a suggestion, at most 34 characters

  [[nodiscard]] std::string webhook() const { return address + "/webhooks/github"; }
};

/// The name that is suggested for an App at this host; `random` tells those apart that have no name.
[[nodiscard]] std::string app_name(std::string_view host, std::string_view random);

/// The manifest: what GitHub is asked to register, as JSON.
[[nodiscard]] std::string app_manifest(const AppPlan& plan);
/// Where the browser posts it.
[[nodiscard]] std::string registration_address(const AppPlan& plan, std::string_view state);

/// What GitHub gives for the code. Holds secrets.
struct RegisteredApp {
  std::string api;  ///< of the GitHub that has it
  std::string id;
  std::string slug;
  std::string page;         ///< its public page: `https://github.com/apps/SLUG`
  std::string private_key;  ///< PEM
  std::string webhook_secret;
};

[[nodiscard]] HttpRequest conversion_request(const GithubHost& github, std::string_view code);

/// Why there is no App after all. `may_pass`: asking again with the same code may help.
struct ConversionFailure {
  std::string message;
  bool may_pass = false;
};
[[nodiscard]] std::expected<RegisteredApp, ConversionFailure> read_conversion(
    const GithubHost& github, const Result<HttpResponse>& answer);

}  // namespace mlx::bot::setup
