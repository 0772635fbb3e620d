#include "action/phases.h"

#include <string_view>

#include <fmt/format.h>

namespace mlx::action {
namespace {

constexpr std::array<std::string_view, 6> kNames = {"start",    "event", "snapshot",
                                                    "analysis", "forge", "report"};

double milliseconds(Phases::Duration time) { return static_cast<double>(time.count()) / 1000.0; }

}  // namespace

void Phases::enter(Phase phase) {
  const auto now = Clock::now();
  add(current_, std::chrono::duration_cast<Duration>(now - since_));
  since_ = now;
  current_ = phase;
}

void Phases::add(Phase phase, Duration time) { spent_.at(static_cast<std::size_t>(phase)) += time; }

void Phases::waited(Duration time) {
  add(current_, -time);
  add(Phase::kForge, time);
}

std::string Phases::summary() const {
  std::string text;
  Duration own{};
  for (std::size_t i = 0; i < spent_.size(); ++i) {
    text += fmt::format("{} {:.1f} ms, ", kNames.at(i), milliseconds(spent_.at(i)));
    if (static_cast<Phase>(i) != Phase::kForge) own += spent_.at(i);
  }
  return text + fmt::format("own time {:.1f} ms", milliseconds(own));
}

}  // namespace mlx::action
