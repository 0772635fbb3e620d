#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace mlx {

/// Header names compare without regard to case (RFC 9110, section 5.1).
struct HeaderNameLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};
using HttpHeaders = std::map<std::string, std::string, HeaderNameLess>;

/// Takes bytes as they come; false: no more of them are wanted.
using ByteSink = std::function<bool(std::string_view)>;

struct HttpRequest {
  std::string method = "GET";
  std::string url;  ///< absolute: `https://api.github.com/user?x=y`
  HttpHeaders headers = {};
  std::string body = {};
  /// Takes the body of an answer of status 200 piece by piece, in place of HttpResponse::body and however
  /// large it is. When it wants no more, the request ends with kUnavailable.
  ByteSink take_body = {};
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;

  /// The header's value, or an empty view.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// Port: sends one request and waits for its whole answer. Any answer, of whatever
/// status, is a value; kUnavailable means that no answer came (in which case the
/// request may or may not have been carried out). Follows no redirects. Safe to call
/// from several threads.
class HttpClient {
 public:
  HttpClient() = default;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  virtual ~HttpClient() = default;

  [[nodiscard]] virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
};

/// A path segment or query value with everything but RFC 3986 "unreserved" characters escaped.
[[nodiscard]] std::string percent_encode(std::string_view text);
/// The same of each segment of a path, with the slashes between them.
[[nodiscard]] std::string percent_encode_path(std::string_view path);

}  // namespace mlx
