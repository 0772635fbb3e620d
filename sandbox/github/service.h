#pragma once

#include <optional>
#include <string>

#include "sandbox/github/api.h"
#include "sandbox/github/manifests.h"
#include "sandbox/github/router.h"

namespace mlx::sandbox::github {

/// The REST API: credentials, rate limit, route, access, handler, answer. Takes the
/// state's mutex for every request. Safe to use from every thread.
class Service {
 public:
  /// All three must outlive the service.
  Service(State& state, GitStore& git, WebhookSender& webhooks, Listener listener = {});

  /// Answers a request whose path begins with "/api/v3".
  [[nodiscard]] HttpResponse answer(const HttpRequest& request);

  /// Answers a request for an archive (sandbox/github/archives.h). No credentials are asked for.
  [[nodiscard]] HttpResponse answer_archive(const HttpRequest& request);

  /// Answers the one GraphQL query that there is: who asks.
  [[nodiscard]] HttpResponse answer_graphql(const HttpRequest& request);

  /// Does what the user would do through the API; `path` without "/api/v3".
  [[nodiscard]] HttpResponse answer_as(const std::string& login, const std::string& method,
                                       const std::string& path, const Json& body);

  /// The same while the caller holds the state's mutex.
  [[nodiscard]] HttpResponse answer_locked_as(const std::string& login, const std::string& method,
                                              const std::string& path, const Json& body);

  /// Presses a button of a check run as the user: the action of this identifier, or "Re-run".
  [[nodiscard]] HttpResponse press(const std::string& login, Id check_run,
                                   const std::optional<std::string>& identifier);

  /// Registers and installs an App as the user does on GitHub's pages (manifests.h). The caller holds the
  /// state's mutex.
  [[nodiscard]] Answer<std::string> register_app_as(const std::string& login, const AppManifest& manifest,
                                                    const std::string& owner);
  [[nodiscard]] Answer<void> install_app_as(const std::string& login);

 private:
  [[nodiscard]] Answer<Context> context_of(const std::string& login);
  [[nodiscard]] HttpResponse answer(const HttpRequest& request, Answer<Identity> identity);
  [[nodiscard]] Answer<Response> handle(Context& context, const Route& route, Request request,
                                        const std::string& body);

  State& state_;
  GitStore& git_;
  WebhookSender& webhooks_;
  Listener listener_;
  Router router_;
};

}  // namespace mlx::sandbox::github
