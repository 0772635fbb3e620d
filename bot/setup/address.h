#pragma once

#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace mlx::bot::setup {

/// An address of the web that a person gave: `https://mlx.example.com`.
struct WebAddress {
  std::string text;  ///< without a slash at the end
  std::string host;  ///< in lower case, without the port: "mlx.example.com", "127.0.0.1", "::1"
  bool is_encrypted = false;

  /// `https://mlx.example.com:8443`, without a path.
  [[nodiscard]] std::string origin() const;
};

/// Fails, with what is wrong, for anything but http and https without user, query and fragment.
[[nodiscard]] Result<WebAddress> parse_web_address(std::string_view text);

/// Whether the host, or the numeric address, is this machine: localhost, 127.0.0.0/8, ::1.
[[nodiscard]] bool is_loopback(std::string_view host);

/// The host in a Host header, without the port; empty if it is none.
[[nodiscard]] std::string host_of(std::string_view header);

/// Where a GitHub is.
struct GithubHost {
  std::string web;  ///< "https://github.com"
  std::string api;  ///< "https://api.github.com"
};
/// The GitHub whose pages are there: github.com, a GitHub Enterprise Server, or `SOMETHING.ghe.com`.
[[nodiscard]] GithubHost github_at(const WebAddress& web);
/// The GitHub that has this API.
[[nodiscard]] GithubHost github_with_api(std::string_view api);

}  // namespace mlx::bot::setup
