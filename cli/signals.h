#pragma once

#include <csignal>

namespace mlx::cli {

/// SIGTERM and SIGINT as something to wait for. Make it before the first thread: threads
/// inherit that the signals are blocked, and only wait() takes them.
class StopSignals {
 public:
  StopSignals();
  /// Returns when one of the signals arrives; a second one then ends the process at once.
  void wait() const;

 private:
  sigset_t set_{};
};

}  // namespace mlx::cli
