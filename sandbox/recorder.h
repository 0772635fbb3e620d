#pragma once

#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>

#include <nlohmann/json.hpp>

#include "engine/base/error.h"
#include "sandbox/http/message.h"

namespace mlx::sandbox {

/// Keeps what was asked of the API and what was answered, in memory and in a file of JSON
/// lines. Credentials are reduced to their scheme. Safe to use from every thread.
class Recorder {
 public:
  /// Empties the file. kIo when it cannot be written.
  [[nodiscard]] Result<void> open(const std::filesystem::path& file);

  /// No response means that the request was met with silence: status 0.
  void record(const HttpRequest& request, const HttpResponse* response);

  [[nodiscard]] nlohmann::json requests() const;  ///< oldest first
  void clear();

 private:
  mutable std::mutex mutex_;
  std::deque<nlohmann::json> requests_;
  std::ofstream file_;
};

}  // namespace mlx::sandbox
