#include "bot/setup/tickets.h"

#include <algorithm>

#include "engine/base/digest.h"

namespace mlx::bot::setup {

void Tickets::put(const std::string& state, Ticket ticket, std::chrono::sys_seconds now) {
  std::erase_if(tickets_, [now](const auto& entry) { return entry.second.until <= now; });
  if (tickets_.size() >= kMost) {
    tickets_.erase(
        std::ranges::min_element(tickets_, {}, [](const auto& entry) { return entry.second.number; }));
  }
  tickets_.insert_or_assign(
      state, Entry{.ticket = std::move(ticket), .until = now + kLifetime, .number = ++last_number_});
}

std::optional<Ticket> Tickets::take(const std::string& state, const std::string& session,
                                    std::chrono::sys_seconds now) {
  const auto found = tickets_.find(state);
  if (found == tickets_.end()) return std::nullopt;
  if (!equal_in_constant_time(found->second.ticket.session, session)) return std::nullopt;
  Entry entry = std::move(found->second);
  tickets_.erase(found);
  if (entry.until <= now) return std::nullopt;
  return std::move(entry.ticket);
}

}  // namespace mlx::bot::setup
