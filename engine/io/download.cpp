#include "engine/io/download.h"

#include <algorithm>

#include "engine/component/registry_address.h"

namespace mlx {
namespace {

constexpr int kMostRedirects = 5;

std::unexpected<Error> complaint(ErrorCode code, const std::string& url, const std::string& what) {
  return fail(code, url + " " + what);
}

/// Where to go on, if that is allowed.
Result<std::string> redirected(const std::string& url, const HttpResponse& response) {
  const std::string_view location = response.header("Location");
  if (location.empty()) return complaint(ErrorCode::kInvalidInput, url, "redirects to nowhere");
  std::string next = resolve_location(url, location);
  const bool is_downgrade = url.starts_with("https://") && !next.starts_with("https://");
  if (is_downgrade || !is_safe_url(next)) {
    return complaint(ErrorCode::kInvalidInput, url,
                     "redirects to " + next + ", which is not followed: a registry stays on HTTPS");
  }
  return next;
}

/// A login page or an error page comes with status 200 often enough.
Result<void> check_is_no_page(const std::string& url, const HttpResponse& response) {
  const auto first = response.body.find_first_not_of(" \t\r\n");
  const bool is_page = response.header("Content-Type").starts_with("text/html") ||
                       (first != std::string::npos && response.body[first] == '<');
  if (!is_page) return {};
  return complaint(
      ErrorCode::kInvalidInput, url,
      "answered with a web page, not with JSON: the address is another one, or it asks for a login");
}

}  // namespace

std::string resolve_location(std::string_view base, std::string_view location) {
  const auto scheme_end = location.find(':');
  if (scheme_end != std::string_view::npos && scheme_end < location.find_first_of("/?#")) {
    return std::string(location);
  }
  const std::string_view scheme = base.substr(0, base.find("://"));
  if (location.starts_with("//")) return std::string(scheme) + ":" + std::string(location);
  const auto path = std::min(base.find('/', scheme.size() + 3), base.size());
  if (location.starts_with('/')) return std::string(base.substr(0, path)) + std::string(location);
  const std::string_view up_to_query = base.substr(0, base.find_first_of("?#"));
  const auto slash = up_to_query.rfind('/');
  return std::string(slash < path ? base.substr(0, path) : up_to_query.substr(0, slash)) + "/" +
         std::string(location);
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Result<void> check_status(const std::string& url, const HttpResponse& response, bool has_headers) {
  const int status = response.status;
  if (status == 200) return {};
  const std::string said = "answered with status " + std::to_string(status);
  if (status == 404 || status == 410) {
    return complaint(ErrorCode::kNotFound, url,
                     "is not there (status " + std::to_string(status) + "): check the registry's address");
  }
  if (status == 401 || status == 403) {
    return complaint(ErrorCode::kUnauthorized, url,
                     said + (has_headers ? ": check the credentials in the registry's headers"
                                         : ": give the registry headers with credentials in mlx.toml"));
  }
  if (status == 429 || status >= 500) return complaint(ErrorCode::kUnavailable, url, said + ": try later");
  return complaint(ErrorCode::kInvalidInput, url, said + ": that is no answer of a registry");
}

Result<Download> download_json(HttpClient& http, const DownloadRequest& request) {
  std::string url = request.url;
  bool is_at_home = true;
  for (int redirects = 0; redirects <= kMostRedirects; ++redirects) {
    HttpHeaders headers = is_at_home ? request.private_headers : HttpHeaders();
    headers.insert_or_assign("Accept", "application/json");
    if (!request.etag.empty()) headers.insert_or_assign("If-None-Match", request.etag);
    const HttpResponse response = MLX_TRY(http.send({.url = url, .headers = std::move(headers)}));
    if (response.status == 304 && !request.etag.empty()) return Download{.is_unchanged = true};
    if (!is_redirect(response.status)) {
      MLX_CHECK(check_status(url, response, !request.private_headers.empty()));
      MLX_CHECK(check_is_no_page(url, response));
      return Download{.body = response.body, .etag = std::string(response.header("ETag"))};
    }
    url = MLX_TRY(redirected(url, response));
    is_at_home = is_at_home && origin_of(url) == origin_of(request.url);
  }
  return complaint(ErrorCode::kInvalidInput, request.url,
                   "redirects more than " + std::to_string(kMostRedirects) + " times: it goes in circles");
}

}  // namespace mlx
