#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/http.h"

namespace mlx::bot::setup {

using Fields = std::map<std::string, std::string, std::less<>>;

/// A request to the set-up pages, as values.
struct Request {
  std::string method;
  std::string path;  ///< decoded, without the query
  Fields query = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< as they came; names in any case
  std::string body = {};
  std::string peer = {};  ///< the address that the connection comes from
  std::string version = "HTTP/1.1";

  /// The header's value if it is there exactly once; empty otherwise.
  [[nodiscard]] std::string header(std::string_view name) const;
  [[nodiscard]] bool has_header(std::string_view name) const;
  /// A cookie's value, or nothing.
  [[nodiscard]] std::optional<std::string> cookie(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string content_type = "text/html; charset=utf-8";
  std::string body = {};
};

/// `a=1&b=2`, decoded. Of a name that comes twice, the first value.
[[nodiscard]] Fields parse_form(std::string_view text);
/// The field's value without blanks around it; empty if it is absent.
[[nodiscard]] std::string field(const Fields& fields, std::string_view name);

}  // namespace mlx::bot::setup
