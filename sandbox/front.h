#pragma once

#include <condition_variable>
#include <mutex>

#include "sandbox/faults.h"
#include "sandbox/github/service.h"
#include "sandbox/gitlab/service.h"
#include "sandbox/http/message.h"
#include "sandbox/recorder.h"
#include "sandbox/web/pages.h"

namespace mlx::sandbox {

/// Where every request arrives: the API with its faults and its record, archives, the sandbox's own
/// controls under /_sandbox, and the web pages. Safe to use from every thread.
class Front {
 public:
  /// All must outlive the front. `is_loopback`: serves this machine only, so that a write
  /// from a page of another host name is refused (DNS rebinding).
  struct Parts {
    github::Service& github;
    gitlab::Service& gitlab;
    WebhookSender& webhooks;
    Recorder& recorder;
    FaultList& faults;
    web::Pages& pages;
  };
  Front(Parts parts, bool is_loopback);

  [[nodiscard]] HttpResponse answer(const HttpRequest& request);

  /// Ends the silence of the requests that met a fault of that kind.
  void stop();

 private:
  [[nodiscard]] HttpResponse answer_api(const HttpRequest& request);
  [[nodiscard]] HttpResponse answer_control(const HttpRequest& request);
  [[nodiscard]] HttpResponse keep_silent(const HttpRequest& request);

  Parts parts_;
  bool is_loopback_;

  std::mutex mutex_;
  std::condition_variable stopped_;
  bool is_stopped_ = false;
};

}  // namespace mlx::sandbox
