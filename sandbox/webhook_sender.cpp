#include "sandbox/webhook_sender.h"

#include <httplib.h>

namespace mlx::sandbox {
namespace {

constexpr int kTimeoutSeconds = 10;

struct Target {
  std::string origin;
  std::string path;
};

Target split(const std::string& url) {
  const auto authority = url.find("://");
  const auto slash = url.find('/', authority == std::string::npos ? 0 : authority + 3);
  if (slash == std::string::npos) return {url, "/"};
  return {url.substr(0, slash), url.substr(slash)};
}

WebhookResult post(httplib::Client& client, const std::string& path, const WebhookRequest& request) {
  client.set_connection_timeout(kTimeoutSeconds);
  client.set_read_timeout(kTimeoutSeconds);
  client.set_write_timeout(kTimeoutSeconds);
  client.set_tcp_nodelay(true);
  httplib::Headers headers;
  std::string content_type = "application/json";
  for (const auto& [name, value] : request.headers) {
    if (name == "content-type") {
      content_type = value;
    } else {
      headers.emplace(name, value);
    }
  }
  WebhookResult result;
  const auto start = std::chrono::steady_clock::now();
  const httplib::Result answer = client.Post(path, headers, request.body, content_type);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!answer) {
    result.problem = answer.error() == httplib::Error::Read ? "timed out" : "failed to connect to host";
    return result;
  }
  result.status = answer->status;
  result.body = answer->body;
  for (const auto& [name, value] : answer->headers) result.headers.emplace_back(name, value);
  return result;
}

}  // namespace

WebhookSender::WebhookSender() : thread_([this] { run(); }) {}

WebhookSender::~WebhookSender() { stop(); }

void WebhookSender::send(WebhookRequest request, Done done) {
  const std::scoped_lock lock(mutex_);
  items_.push_back({std::move(request), std::move(done)});
  changed_.notify_all();
}

bool WebhookSender::wait_idle(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [this] { return is_stopping_ || (items_.empty() && !is_busy_); });
}

void WebhookSender::stop() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
    items_.clear();
    if (abort_) abort_();
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void WebhookSender::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_stopping_ || !items_.empty(); });
    if (is_stopping_) return;
    const Item item = std::move(items_.front());
    items_.pop_front();
    is_busy_ = true;
    const Target target = split(item.request.url);
    httplib::Client client(target.origin);
    abort_ = [&client] { client.stop(); };
    lock.unlock();
    const WebhookResult result = client.is_valid()
                                     ? post(client, target.path, item.request)
                                     : WebhookResult{.problem = "invalid url", .headers = {}, .body = {}};
    item.done(result);
    lock.lock();
    abort_ = nullptr;
    is_busy_ = false;
    changed_.notify_all();
  }
}

}  // namespace mlx::sandbox
