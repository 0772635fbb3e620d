#pragma once

#include <array>
#include <chrono>
#include <string>

namespace mlx::action {

/// Where the time of a job goes.
enum class Phase {
  kStart,     ///< of the program, and its inputs
  kEvent,     ///< the event's file
  kSnapshot,  ///< the checkout, and what a pull request changes
  kAnalysis,
  kForge,  ///< waiting for its answers
  kReport,
};

/// Adds up time by phase; what is spent waiting for the forge within another phase is the forge's alone.
class Phases {
 public:
  using Clock = std::chrono::steady_clock;
  using Duration = std::chrono::microseconds;

  /// Time goes to this phase from now on.
  void enter(Phase phase);
  void add(Phase phase, Duration time);
  /// Time that was spent waiting within the current phase.
  void waited(Duration time);

  /// `start 2 ms, event 1 ms, …, own time 40 ms`.
  [[nodiscard]] std::string summary() const;

 private:
  Clock::time_point since_ = Clock::now();
  Phase current_ = Phase::kStart;
  std::array<Duration, 6> spent_{};
};

}  // namespace mlx::action
