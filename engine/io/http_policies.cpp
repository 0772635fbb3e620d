#include "engine/io/http_policies.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/component/registry_address.h"
#include "engine/io/download.h"

namespace mlx {
namespace {

constexpr int kMostRedirects = 5;

bool is_read(const HttpRequest& request) { return request.method == "GET" || request.method == "HEAD"; }

/// Headers that another host may see.
HttpHeaders public_headers(const HttpHeaders& headers) {
  constexpr std::array<std::string_view, 3> kPublic = {"Accept", "User-Agent", "X-GitHub-Api-Version"};
  HttpHeaders kept;
  for (const std::string_view name : kPublic) {
    if (const auto found = headers.find(name); found != headers.end()) kept.insert(*found);
  }
  return kept;
}

class FollowingClient final : public HttpClient {
 public:
  explicit FollowingClient(HttpClient& inner) : inner_(inner) {}

  Result<HttpResponse> send(const HttpRequest& request) override {
    auto response = inner_.send(request);
    HttpRequest next = request;
    for (int i = 0; i < kMostRedirects && response; ++i) {
      auto target = target_of(next, *response);
      if (!target) break;
      if (origin_of(*target) != origin_of(next.url)) next.headers = public_headers(next.headers);
      next.url = *std::move(target);
      response = inner_.send(next);
    }
    return response;
  }

 private:
  /// Nothing if it leads nowhere, or where we do not go.
  static std::optional<std::string> target_of(const HttpRequest& request, const HttpResponse& response) {
    if (!is_redirect(response.status) || response.header("Location").empty()) return std::nullopt;
    std::string target = resolve_location(request.url, response.header("Location"));
    const bool is_downgrade = request.url.starts_with("https://") && !target.starts_with("https://");
    if (is_downgrade || !(target.starts_with("https://") || target.starts_with("http://")))
      return std::nullopt;
    const bool keeps_method = response.status == 307 || response.status == 308;
    const bool may_follow = is_read(request) || (keeps_method && origin_of(target) == origin_of(request.url));
    return may_follow ? std::optional(std::move(target)) : std::nullopt;
  }

  HttpClient& inner_;
};

class RetryingClient final : public HttpClient {
 public:
  RetryingClient(HttpClient& inner, RetryOptions options) : inner_(inner), options_(std::move(options)) {}

  Result<HttpResponse> send(const HttpRequest& wanted) override {
    bool is_taken = false;
    HttpRequest request = wanted;
    if (wanted.take_body) {
      request.take_body = [&](std::string_view bytes) {
        is_taken = true;
        return wanted.take_body(bytes);
      };
    }
    auto response = inner_.send(request);
    for (int attempt = 1; attempt < options_.attempts && is_read(request) && may_pass(response) && !is_taken;
         ++attempt) {
      const auto longest = options_.pause * (1 << (attempt - 1));
      options_.wait(std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(
          static_cast<double>(longest.count()) * (0.5 + options_.random() / 2))));
      response = inner_.send(request);
    }
    return response;
  }

 private:
  static bool may_pass(const Result<HttpResponse>& response) {
    if (!response) return response.error().code == ErrorCode::kUnavailable;
    const bool is_gateway = response->status == 502 || response->status == 503 || response->status == 504;
    return is_gateway && response->header("Retry-After").empty();
  }

  HttpClient& inner_;
  RetryOptions options_;
};

}  // namespace

std::unique_ptr<HttpClient> follow_redirects(HttpClient& inner) {
  return std::make_unique<FollowingClient>(inner);
}

std::unique_ptr<HttpClient> retry_reads(HttpClient& inner, RetryOptions options) {
  return std::make_unique<RetryingClient>(inner, std::move(options));
}

}  // namespace mlx
