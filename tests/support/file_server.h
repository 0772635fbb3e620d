#pragma once

#include <httplib.h>

#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace mlx::test {

/// Serves what it is given by path on a port of its own, and remembers what it was asked.
class FileServer {
 public:
  struct Answer {
    std::string body = {};
    int status = 200;
    std::map<std::string, std::string> headers = {};
    std::string type = "application/json";
  };

  FileServer() : port_(server_.bind_to_any_port("127.0.0.1")) {
    server_.Get(".*", [this](const httplib::Request& request, httplib::Response& response) {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(request);
      const auto found = answers_.find(request.path);
      if (found == answers_.end()) {
        response.status = 404;
        return;
      }
      const Answer& answer = found->second;
      for (const auto& [name, value] : answer.headers) response.set_header(name, value);
      const auto etag = answer.headers.find("ETag");
      const bool is_known =
          etag != answer.headers.end() && request.get_header_value("If-None-Match") == etag->second;
      response.status = is_known ? 304 : answer.status;
      if (!is_known) response.set_content(answer.body, answer.type);
    });
    server_.set_keep_alive_timeout(1);  // stop() waits for it
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  FileServer(const FileServer&) = delete;
  FileServer& operator=(const FileServer&) = delete;
  ~FileServer() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    server_.stop();
    thread_.join();
  }

  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  void put(const std::string& path, Answer answer) {
    const std::scoped_lock lock(mutex_);
    answers_.insert_or_assign(path, std::move(answer));
  }
  void remove(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    answers_.erase(path);
  }
  [[nodiscard]] std::vector<httplib::Request> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }
  /// The paths that were asked for, in order; then forgets them.
  [[nodiscard]] std::vector<std::string> take_paths() {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> paths;
    paths.reserve(requests_.size());
    for (const httplib::Request& request : requests_) paths.push_back(request.path);
    requests_.clear();
    return paths;
  }

 private:
  httplib::Server server_;
  int port_;
  mutable std::mutex mutex_;
  std::map<std::string, Answer> answers_;
  std::vector<httplib::Request> requests_;
  std::thread thread_;
};

}  // namespace mlx::test
