#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "bot/forge/gitlab/gitlab.h"
#include "engine/base/http.h"
#include "engine/base/json_reader.h"

namespace mlx::bot::gitlab {

/// Who acts.
struct Account {
  std::string login;
  std::string email;  ///< that its commits have; empty if GitLab does not say
};

enum class Continue { kYes, kNo };
using Visit = std::function<Result<Continue>(const JsonReader& item)>;

/// Requests to GitLab as values: authentication, headers, and what its refusals mean (docs.gitlab.com, "REST
/// API"). Paths are below `/api/v4`. Safe to call from several threads.
///
/// What GitLab refuses although it takes it a moment later ("Resource lock", a branch that it has not seen
/// yet) is asked once more, and is kUnavailable then. A redirect to a project's new path is followed once, on
/// the same host.
class Api {
 public:
  Api(HttpClient& http, GitlabOptions options) : http_(http), options_(std::move(options)) {}

  /// `body` is null for none. The answer is its JSON, null if it has no content.
  [[nodiscard]] Result<nlohmann::json> request(std::string_view method, const std::string& path,
                                               const nlohmann::json& body = nullptr);
  /// The bytes of an answer that is no JSON.
  [[nodiscard]] Result<std::string> bytes(const std::string& path);
  /// Visits the items of a list whose path has a query, page by page, until told to stop or about `most` were
  /// looked at, so that no answer can keep us for ever.
  [[nodiscard]] Result<void> each(const std::string& path, std::size_t most, const Visit& visit);

  /// The account under which requests act. Asked once.
  [[nodiscard]] Result<Account> own_account();

 private:
  [[nodiscard]] Result<HttpResponse> send(std::string_view method, const std::string& path,
                                          const nlohmann::json& body);
  /// As send(), with what passes by itself passed, and only answers below 300.
  [[nodiscard]] Result<HttpResponse> ask(std::string_view method, const std::string& path,
                                         const nlohmann::json& body);
  [[nodiscard]] Error refusal(std::string_view method, const std::string& path, const HttpResponse& response);
  [[nodiscard]] long seconds_to_wait(const HttpResponse& response);
  [[nodiscard]] std::optional<std::string> moved_to(const HttpResponse& response) const;

  HttpClient& http_;
  GitlabOptions options_;
  std::atomic<int> limits_in_a_row_ = 0;  ///< that did not say how long to wait
  std::mutex account_mutex_;
  std::optional<Account> account_;
};

/// The path after the current page, from the header `Link`; empty if there is none.
[[nodiscard]] std::string next_page(const HttpResponse& response);

}  // namespace mlx::bot::gitlab
