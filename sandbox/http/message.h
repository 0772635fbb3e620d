#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlx::sandbox {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// A request as values: the path still percent-encoded, header names in lower case.
struct HttpRequest {
  std::string method;
  std::string path;
  Fields query;  ///< decoded, in order
  std::map<std::string, std::string> headers;
  std::string body;

  /// The header's value, or nothing; the name in lower case.
  [[nodiscard]] std::string header(const std::string& name) const;
};

struct HttpResponse {
  int status = 200;
  Fields headers;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  bool is_silent = false;  ///< end the connection without a word
};

/// The first value of a field, if it is there.
[[nodiscard]] std::optional<std::string> field(const Fields& fields, std::string_view name);

/// `%41` to `A`; malformed escapes stay as they are. `+` is a space only in forms and queries.
[[nodiscard]] std::string percent_decode(std::string_view text, bool plus_is_space = false);

/// Everything but letters, digits and `-._~` as `%XX`; `/` too unless it is kept.
[[nodiscard]] std::string percent_encode(std::string_view text, bool keep_slash = false);

/// `a=1&b=2`, as in a query or an urlencoded form.
[[nodiscard]] Fields parse_form(std::string_view text);

}  // namespace mlx::sandbox
