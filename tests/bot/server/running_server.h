#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include "bot/queue/sqlite_queue.h"
#include "bot/server.h"
#include "engine/base/digest.h"

namespace mlx::bot::test {

inline constexpr const char* kSecret = "It's a Secret to Everybody";

/// A directory that goes with the test.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The bot's server as it is deployed, on a free port of 127.0.0.1, with a queue in a file.
class RunningServer {
 public:
  /// `change` may set other options, `queue` another queue.
  explicit RunningServer(
      const std::function<void(ServerOptions&)>& change = [](ServerOptions&) {},
      std::unique_ptr<JobQueue> queue = nullptr);
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;
  ~RunningServer();

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] JobQueue& queue() { return *queue_; }
  [[nodiscard]] Server& server() { return *server_; }
  [[nodiscard]] int stored() const { return stored_; }
  [[nodiscard]] std::string log() const { return log_.str(); }
  /// Stops, and waits until the last request is answered.
  void stop();

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<JobQueue> queue_;
  Metrics metrics_{"1.2.3"};
  std::ostringstream log_;
  std::atomic<int> stored_ = 0;
  std::unique_ptr<Server> server_;
  int port_ = 0;
  std::jthread thread_;
};

/// A webhook request as GitHub sends it. Tests change what they are about.
struct WebhookRequest {
  std::string body = R"({"action":"created"})";
  std::string method = "POST";
  std::string path = "/webhooks/github";
  std::string content_type = "application/json";
  std::string delivery = "72d3162e-cc78-11e3-81ab-4c9367dc0958";
  std::string event = "issue_comment";
  std::string signature = "sha256=" + hmac_sha256_hex(kSecret, body);
  std::string other_headers = {};  ///< lines ending in CRLF

  /// The headers alone, with Content-Length; an empty member is left out.
  [[nodiscard]] std::string head() const;
  [[nodiscard]] std::string bytes() const { return head() + body; }
};

/// Sends a request on a connection of its own.
[[nodiscard]] std::string answer_to(int port, std::string_view request);
[[nodiscard]] std::string get(int port, const std::string& path);

}  // namespace mlx::bot::test
