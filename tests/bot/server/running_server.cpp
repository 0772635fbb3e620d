#include "tests/bot/server/running_server.h"

#include <cstdlib>
#include <stdexcept>

#include "tests/bot/server/raw_client.h"

namespace mlx::bot::test {

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "mlx-server-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

RunningServer::RunningServer(const std::function<void(ServerOptions&)>& change,
                             std::unique_ptr<JobQueue> queue)
    : queue_(std::move(queue)) {
  if (!queue_) queue_ = std::move(open_sqlite_queue(directory_.path() / "queue.db")).value();
  ServerOptions options{.webhook_secrets = {Secret(kSecret)},
                        .clock = [] { return std::chrono::floor<std::chrono::milliseconds>(Clock::now()); },
                        .on_stored = [this] { ++stored_; }};
  change(options);
  server_ = std::make_unique<Server>(
      *queue_, metrics_, Log::to_stream(log_, LogFormat::kText, LogLevel::kDebug), std::move(options));
  port_ = server_->bind("127.0.0.1", 0).value();
  thread_ = std::jthread([this] { server_->serve(); });
}

RunningServer::~RunningServer() { server_->stop(); }

void RunningServer::stop() {
  server_->stop();
  thread_.join();
}

std::string WebhookRequest::head() const {
  std::string text = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += std::string(name) + ": " + value + "\r\n";
  };
  add("Content-Type", content_type);
  add("X-GitHub-Delivery", delivery);
  add("X-GitHub-Event", event);
  add("X-Hub-Signature-256", signature);
  if (!other_headers.contains("Transfer-Encoding")) add("Content-Length", std::to_string(body.size()));
  return text + other_headers + "\r\n";
}

std::string answer_to(int port, std::string_view request) {
  RawClient client(port);
  client.send(request);
  return client.read_answer();
}

std::string get(int port, const std::string& path) {
  return answer_to(port, "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
}

}  // namespace mlx::bot::test
