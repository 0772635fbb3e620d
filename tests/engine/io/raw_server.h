#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace mlx::test {

/// A server that does to a connection whatever a test wants, however rude: it accepts one
/// connection after the other, hands each to `serve`, and closes it.
class RawServer {
 public:
  class Connection {
   public:
    explicit Connection(int descriptor) : descriptor_(descriptor) {}
    /// Up to and including the empty line that ends a request's head; empty when the peer is gone.
    std::string read_head() const;
    /// So many bytes; fewer when the peer is gone.
    std::string read(std::size_t count) const;
    void write(std::string_view bytes) const;
    void wait_until_peer_closes() const;
    /// Writes one byte, then waits that long for the peer to close; false once it has.
    bool write_byte_and_wait(char byte, std::chrono::milliseconds pause);

   private:
    int descriptor_;
  };

  explicit RawServer(std::function<void(Connection&)> serve);
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  ~RawServer();

  /// `http://127.0.0.1:PORT`
  [[nodiscard]] std::string url() const;
  /// How many connections were accepted so far.
  [[nodiscard]] int connections() const;
  /// Waits until that many connections have been closed.
  void wait_until_closed(int count) const;

 private:
  void run();

  std::function<void(Connection&)> serve_;
  int listener_;
  int port_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable is_closed_;
  int current_ = -1;
  int accepted_ = 0;
  int closed_ = 0;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace mlx::test
