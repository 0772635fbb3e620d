#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "bot/setup/message.h"
#include "bot/setup/pages.h"
#include "bot/setup/registration.h"
#include "bot/setup/tickets.h"
#include "bot/setup/visitor.h"
#include "engine/base/http.h"

namespace mlx::bot::setup {

struct SiteOptions {
  std::string public_url;  ///< empty if nobody said
  GithubHost github;       ///< the one that is offered
  std::string file;        ///< in which credentials are kept, to name it
  std::function<std::chrono::sys_seconds()> now;
  /// At least 128 random bits as hexadecimal digits.
  std::function<std::string()> random;
  /// Whether credentials could be kept; asked before any are made.
  std::function<Result<void>()> check;
  /// Keeps the credentials, and has the bot go on with them. If it fails, nothing has changed.
  std::function<Result<void>(const RegisteredApp&)> take;
  /// For the log: what happened, and more about it. Never told a secret.
  std::function<void(std::string_view what, std::string_view detail)> tell;
};

/// The pages that set a bot up which has no credentials.
///
///     GET  /setup          what can be registered; a form for the code to whoever may not see it
///     POST /setup          the same with another address, organisation or GitHub
///     POST /setup/code     the code from the log
///     GET  /setup/created  where GitHub sends the browser back to, with `code` and `state`
///     POST /setup/again    asks GitHub once more
///
/// Whoever is on this machine may use them, or has the code. A form needs the token of its session,
/// GitHub's answer a `state` of the session that asked. Once the bot is set up, all is gone.
///
/// Safe to use from several threads. Knows no clock, disk or network but through its options.
class Site {
 public:
  static constexpr std::size_t kLargestBody = 16UL * 1024;

  /// `http` must outlive the site.
  Site(HttpClient& http, SiteOptions options);

  /// Whether a path is one of the site's: no longer once the bot is set up.
  [[nodiscard]] bool owns(std::string_view path) const;
  [[nodiscard]] Response answer(const Request& request);
  /// For the log.
  [[nodiscard]] const std::string& code() const { return code_; }

 private:
  struct Visit;
  [[nodiscard]] Response route(const Request& request);
  [[nodiscard]] Response enter(const Request& request);
  [[nodiscard]] Choice first_choice(const Visit& visit) const;
  [[nodiscard]] Response show(const Visit& visit, Choice choice);
  [[nodiscard]] Response choose(const Visit& visit);
  [[nodiscard]] Response created(const Visit& visit);
  [[nodiscard]] Response again(const Visit& visit);
  [[nodiscard]] Response finish(const Visit& visit, Ticket ticket);
  [[nodiscard]] Response retry_later(const Visit& visit, Ticket ticket, const std::string& problem);
  [[nodiscard]] std::optional<Visit> visit(const Request& request);
  [[nodiscard]] std::optional<Offer> offer(const Visit& visit, Choice& choice,
                                           std::vector<std::string>& warnings);
  [[nodiscard]] std::string form_token(const std::string& session) const;

  HttpClient& http_;
  SiteOptions options_;
  const std::string code_;
  const std::string key_;  ///< makes form tokens

  mutable std::mutex mutex_;
  OneTimeCode door_;
  std::string let_in_;  ///< the session of whoever had the code
  Tickets tickets_;
  bool is_asking_ = false;  ///< GitHub, or storing what it gave
  bool is_done_ = false;
};

}  // namespace mlx::bot::setup
