#pragma once

#include <httplib.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "bot/http_limits.h"

namespace mlx::bot {

/// A client's connection: a non-blocking socket, buffered both ways, that httplib reads one
/// request at a time from. For one thread at a time.
///
/// httplib 0.11 by itself waits for a slow client as long as every single byte comes in time,
/// reads lines of any length, and writes an answer in two packets. Here a request has one
/// deadline and one size, and an answer is sent whole.
class Connection final : public httplib::Stream {
 public:
  using Clock = std::chrono::steady_clock;

  enum class State {
    kIdle,      ///< between requests
    kPartial,   ///< a request has begun to arrive
    kReady,     ///< httplib can take it: all of it is here, or its headers and it is large
    kTooLong,   ///< the headers exceed the limit
    kFarewell,  ///< refused; what still comes is dropped
    kClosed,    ///< by the client, or by an error
  };

  /// Takes the socket. `limits` must outlive this.
  Connection(int socket, const HttpLimits& limits);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() override;

  /// Takes what has arrived, without waiting, and says what can be done.
  State receive();
  [[nodiscard]] State state() const { return state_; }
  /// Between requests, and nothing of another has come, not even unread in the socket.
  [[nodiscard]] bool is_at_rest() const;
  /// When the client must have done something. Meaningless while a request is processed.
  [[nodiscard]] Clock::time_point deadline() const { return deadline_; }

  /// Sends what has been written. False if the client does not take it in time.
  bool flush();
  /// After a request was answered: looks at what follows it.
  State next_request();
  /// Ends the sending side; receive() then drops what comes, until the client closes.
  void say_farewell();
  /// Whether the answer just written says that the connection ends.
  [[nodiscard]] bool must_close() const { return must_close_; }
  /// Whether that answer was a refusal, after which the client may still be sending.
  [[nodiscard]] bool has_refused() const { return has_refused_; }

  // httplib::Stream: blocking, within the request's deadline and size.
  [[nodiscard]] bool is_readable() const override { return true; }
  [[nodiscard]] bool is_writable() const override { return true; }
  ssize_t read(char* bytes, size_t size) override;
  ssize_t write(const char* bytes, size_t size) override;
  using httplib::Stream::write;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  [[nodiscard]] socket_t socket() const override { return socket_; }

 private:
  /// Appends to the buffer what is there to be read. False when the client has closed.
  bool fill(std::size_t up_to);
  [[nodiscard]] bool wait_for(short events, Clock::time_point deadline) const;
  [[nodiscard]] std::string_view unread() const { return std::string_view(in_).substr(taken_); }
  State judge();

  int socket_;
  const HttpLimits& limits_;
  std::string remote_ip_;
  int remote_port_ = 0;
  State state_ = State::kIdle;
  Clock::time_point deadline_;
  std::string in_;
  std::size_t taken_ = 0;          ///< bytes of `in_` that httplib has read
  std::size_t request_bytes_ = 0;  ///< read of this request so far
  std::string out_;
  bool must_close_ = false;
  bool has_refused_ = false;
};

}  // namespace mlx::bot
