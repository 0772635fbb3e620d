#pragma once

#include <string>
#include <string_view>

#include "bot/setup/message.h"

namespace mlx::bot::setup {

/// Whether a request comes from a browser on this machine, by no proxy and no foreign name: its connection
/// does, its Host names this machine (another one may be a name that an attacker lets point here), and
/// no header tells of a proxy. A proxy that says nothing cannot be told from a browser, hence
/// `public_url`: who has one that is elsewhere has a proxy.
[[nodiscard]] bool is_local(const Request& request, std::string_view public_url);

/// `https://HOST` by which the browser reached us; empty if that cannot be told.
[[nodiscard]] std::string browser_base(const Request& request, std::string_view public_url);

/// The code in the log that lets in whoever is not on this machine: once, and for so many wrong tries.
class OneTimeCode {
 public:
  static constexpr int kTries = 10;

  /// `code` has at least 128 random bits.
  explicit OneTimeCode(std::string code) : code_(std::move(code)) {}

  enum class Try { kRight, kWrong, kSpent };
  /// Compares in constant time. After the right one, or kTries wrong ones, all are kSpent.
  [[nodiscard]] Try redeem(std::string_view text);
  [[nodiscard]] int tries_left() const { return tries_left_; }

 private:
  std::string code_;
  int tries_left_ = kTries;
};

}  // namespace mlx::bot::setup
