#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "sandbox/http/message.h"

namespace mlx::sandbox {

struct WebhookRequest {
  std::string url;
  Fields headers;
  std::string body;
};

struct WebhookResult {
  int status = 0;       ///< 0: nobody answered
  std::string problem;  ///< why nobody did
  double seconds = 0;
  Fields headers;
  std::string body;
};

/// Sends webhooks one after the other on a thread of its own, each once, with ten
/// seconds of patience. Safe to use from every thread.
class WebhookSender {
 public:
  using Done = std::function<void(const WebhookResult&)>;

  WebhookSender();
  ~WebhookSender();
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;
  WebhookSender(WebhookSender&&) = delete;
  WebhookSender& operator=(WebhookSender&&) = delete;

  /// `done` is called on the sender's thread, before the request counts as sent.
  void send(WebhookRequest request, Done done);

  /// False if something is still unsent when the time is over.
  [[nodiscard]] bool wait_idle(std::chrono::milliseconds timeout);

  /// Drops what is unsent; returns once the request under way is over. Harmless twice.
  void stop();

 private:
  struct Item {
    WebhookRequest request;
    Done done;
  };
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> items_;
  bool is_busy_ = false;
  bool is_stopping_ = false;
  std::function<void()> abort_;
  std::thread thread_;
};

}  // namespace mlx::sandbox
