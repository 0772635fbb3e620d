#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "bot/forge/github/credentials.h"
#include "bot/forge/github/github.h"
#include "engine/base/http.h"

namespace mlx::bot {

/// Requests to GitHub as values: authentication, headers, and what its refusals mean
/// (docs.github.com, "Best practices for using the REST API" and "Rate limits").
/// Safe to call from several threads.
class GithubApi {
 public:
  GithubApi(HttpClient& http, GithubOptions options) : http_(http), options_(std::move(options)) {}

  /// Who asks: a repository and its installation (0 if not known yet); without a repository, the whole
  /// installation, which may then only be looked at.
  struct Scope {
    RepositoryName repository;
    std::int64_t installation = 0;
  };

  /// `path` begins with a slash; `body` is null for none. An answer below 300 is its
  /// JSON (null if it has no content), any other an Error. A token that GitHub no longer
  /// takes is replaced once.
  [[nodiscard]] Result<nlohmann::json> request(const Scope& scope, std::string_view method,
                                               const std::string& path, const nlohmann::json& body = nullptr);

  /// Gives the bytes of a download to `take`: GitHub answers such a path by the address of another host,
  /// which is asked without credentials. Only over https, or at the API's own address. An Error if there is
  /// no download, or `take` wanted no more of it.
  [[nodiscard]] Result<void> download(const Scope& scope, const std::string& path, const ByteSink& take);

  /// Whether it is an App that asks, rather than a token.
  [[nodiscard]] bool is_app() const { return std::holds_alternative<GithubApp>(options_.credentials); }
  /// Like request(), but as the App itself. Only if it is one.
  [[nodiscard]] Result<nlohmann::json> get_as_app(const std::string& path);

  /// Whether GitHub has said that whoever asks can never make check runs.
  [[nodiscard]] bool is_without_check_runs() const { return is_without_check_runs_; }
  /// Told of a refusal to make one: a token is refused for every repository alike.
  void note_refused_check_run() { is_without_check_runs_ = !is_app(); }

  /// The login under which requests act. Asked once.
  [[nodiscard]] Result<std::string> own_login(const Scope& scope);

 private:
  /// A request without the credentials.
  struct Question {
    std::string_view method;
    std::string url;
    const nlohmann::json& body;
    ByteSink take_body = {};
  };
  [[nodiscard]] Result<std::string> token_for(const Scope& scope);
  [[nodiscard]] Result<std::string> new_installation_token(const GithubApp& app, const Scope& scope,
                                                           const std::string& key);
  [[nodiscard]] Result<nlohmann::json> request_as_app(const GithubApp& app, std::string_view method,
                                                      const std::string& path, const nlohmann::json& body);
  [[nodiscard]] Result<HttpResponse> send(std::string_view token, const Question& question);
  /// As request(), whatever the answer is.
  [[nodiscard]] Result<HttpResponse> exchange(const Scope& scope, const Question& question);
  [[nodiscard]] Result<HttpResponse> sent(const HttpRequest& request);
  /// The login of an App's token, which GitHub tells by GraphQL only.
  [[nodiscard]] Result<std::string> viewer_login(const Scope& scope);
  [[nodiscard]] Error refusal(std::string_view method, const std::string& path, const HttpResponse& response);
  [[nodiscard]] long seconds_to_wait(const HttpResponse& response, std::string_view message);
  [[nodiscard]] Result<nlohmann::json> answer(std::string_view method, const std::string& path,
                                              const HttpResponse& response);

  HttpClient& http_;
  GithubOptions options_;
  TokenCache tokens_;
  std::atomic<bool> is_without_check_runs_ = false;
  std::atomic<int> limits_in_a_row_ = 0;  ///< secondary limits that did not say how long to wait
  std::mutex login_mutex_;
  std::string login_;
};

}  // namespace mlx::bot
