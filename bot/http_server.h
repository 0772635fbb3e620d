#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "bot/http_connection.h"
#include "engine/base/error.h"

namespace mlx::bot {

/// httplib's server on a bounded number of threads that wait for no client.
///
/// httplib gives every connection a thread for as long as it lasts, so that eight idle ones
/// stop it. Here connections wait in epoll and take a thread when a request is ready: a slow
/// or idle client costs memory only. Routes are set as for any httplib::Server, before serve().
class HttpServer : public httplib::Server {
 public:
  explicit HttpServer(const HttpLimits& limits);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer() override;

  /// Port 0 takes a free one. Returns the port.
  [[nodiscard]] Result<int> bind(const std::string& host, int port);
  /// Serves until stop(). Call once, after bind().
  void serve();
  /// Takes no more connections; serve() returns when those requests are answered that had
  /// begun to arrive. From any thread, at any time after bind().
  void stop();

 private:
  class Threads;
  struct Client {
    explicit Client(int socket, const HttpLimits& limits) : connection(socket, limits) {}
    Connection connection;
    std::atomic<int> users = 0;      ///< threads that have it; not swept away meanwhile
    std::atomic<int> handovers = 0;  ///< orders the threads: epoll does, but not in C++'s terms
  };

  using Clients = std::map<std::uint64_t, std::shared_ptr<Client>>;

  bool process_and_close_socket(socket_t socket) override;

  void start_threads();
  void finish_threads();
  void work();
  void handle(std::uint64_t id);
  /// Answers what is ready. False when the connection is over.
  bool answer(Connection& connection);
  void sweep();
  // The rest is called with the lock held.
  void make_room();
  void remove_if_at_rest(Clients::iterator client);
  void remove(Clients::iterator client);

  HttpLimits limits_;
  int epoll_;
  int timer_;
  int done_;  ///< an eventfd that wakes all threads for good
  std::atomic<bool> is_stopping_ = false;
  int listener_ = -1;
  std::vector<std::jthread> threads_;

  std::mutex mutex_;
  bool is_finishing_ = false;  ///< nothing more is accepted
  std::uint64_t next_id_ = 2;
  Clients clients_;
};

}  // namespace mlx::bot
