#pragma once

#include <httplib.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/git_repository.h"
#include "tests/support/temporary_directory.h"

namespace mlx::test {

/// Serves a repository over HTTP by git's own `upload-pack`, at `/repository`.
class GitServer {
 public:
  explicit GitServer(const GitRepository& repository)
      : repository_(repository), port_(server_.bind_to_any_port("127.0.0.1")) {
    server_.Get("/repository/info/refs",
                [this](const httplib::Request& request, httplib::Response& response) {
                  remember(request);
                  response.set_content("001e# service=git-upload-pack\n0000" +
                                           repository_.git("upload-pack --stateless-rpc --advertise-refs ."),
                                       "application/x-git-upload-pack-advertisement");
                });
    server_.Post(
        "/repository/git-upload-pack", [this](const httplib::Request& request, httplib::Response& response) {
          remember(request);
          const auto body = bodies_.path() / "body";
          std::ofstream(body, std::ios::binary) << request.body;
          response.set_content(repository_.git("upload-pack --stateless-rpc . < '" + body.string() + "'"),
                               "application/x-git-upload-pack-result");
        });
    server_.Get("/moved/info/refs", [this](const httplib::Request& request, httplib::Response& response) {
      remember(request);
      response.set_redirect("http://127.0.0.1:1/elsewhere");
    });
    server_.Get("/page/info/refs", [](const httplib::Request&, httplib::Response& response) {
      response.set_content("<html></html>", "text/html");
    });
    server_.set_keep_alive_timeout(1);  // stop() waits for it
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  GitServer(const GitServer&) = delete;
  GitServer& operator=(const GitServer&) = delete;
  ~GitServer() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    server_.stop();
    thread_.join();
  }
  [[nodiscard]] std::string url(const std::string& path = "/repository") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  [[nodiscard]] std::vector<httplib::Request> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  void remember(const httplib::Request& request) {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(request);
  }

  const GitRepository& repository_;
  TemporaryDirectory bodies_;
  httplib::Server server_;
  int port_;
  mutable std::mutex mutex_;
  std::vector<httplib::Request> requests_;
  std::thread thread_;
};

}  // namespace mlx::test
