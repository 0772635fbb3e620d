#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "bot/setup/registration.h"

namespace mlx::bot::setup {

/// A registration that was begun: for whom, where, and how far it came.
struct Ticket {
  std::string session;  ///< of the browser that began it
  GithubHost github;
  std::string webhook;
  std::string code = {};                  ///< GitHub's, once it came
  std::optional<RegisteredApp> app = {};  ///< once GitHub handed it over, if it could not be taken
};

/// The registrations under way, each by the `state` that was given to GitHub with it. Good for an
/// hour, as GitHub's codes are, and for one use.
class Tickets {
 public:
  static constexpr std::size_t kMost = 64;  ///< beyond it the oldest go
  static constexpr std::chrono::hours kLifetime{1};

  void put(const std::string& state, Ticket ticket, std::chrono::sys_seconds now);
  /// Nothing if there is none, it is too old, or it is another session's. It is gone afterwards, unless it
  /// is another session's.
  [[nodiscard]] std::optional<Ticket> take(const std::string& state, const std::string& session,
                                           std::chrono::sys_seconds now);
  void clear() { tickets_.clear(); }

 private:
  struct Entry {
    Ticket ticket;
    std::chrono::sys_seconds until;
    std::uint64_t number = 0;
  };
  std::map<std::string, Entry> tickets_;
  std::uint64_t last_number_ = 0;
};

}  // namespace mlx::bot::setup
