#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "bot/core/event.h"
#include "bot/forge/github/github.h"
#include "engine/base/error.h"

namespace mlx::bot {

/// A token of a GitHub App: RS256 over its header and claims, as GitHub's "Generating a
/// JSON Web Token for a GitHub App" asks: issued 60 s ago, valid for 9 minutes.
[[nodiscard]] Result<std::string> app_jwt(std::string_view app_id, std::string_view private_key_pem,
                                          std::chrono::sys_seconds now);

/// Installation tokens until shortly before they end. Safe to call from several threads.
class TokenCache {
 public:
  [[nodiscard]] std::optional<std::string> find(const std::string& key, std::chrono::sys_seconds now) const;
  void put(const std::string& key, std::string token, std::chrono::sys_seconds expires_at);
  void forget(const std::string& key);

 private:
  struct Token {
    std::string text;
    std::chrono::sys_seconds expires_at;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Token> tokens_;
};

}  // namespace mlx::bot
