#pragma once

#include <string>
#include <string_view>
#include <tuple>

namespace mlx::bot::test {

/// A connection that sends the bytes that a test says, well-formed or not. Reading gives up
/// after ten seconds.
class RawClient {
 public:
  explicit RawClient(int port);
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient();

  /// False once the server has closed.
  [[nodiscard]] bool try_send(std::string_view bytes) const;
  void send(std::string_view bytes) const { std::ignore = try_send(bytes); }
  /// One answer: status line, headers and body. Empty if the server closed without one.
  [[nodiscard]] std::string read_answer();
  /// True if the server has closed, or does so within ten seconds.
  [[nodiscard]] bool is_closed_by_server() const;

 private:
  bool read_more();

  int socket_;
  std::string pending_;
};

/// 0 if there was no answer.
[[nodiscard]] int status_of(std::string_view answer);
[[nodiscard]] std::string body_of(std::string_view answer);
/// The value of a header of an answer, or nothing.
[[nodiscard]] std::string header_of(std::string_view answer, std::string_view name);

}  // namespace mlx::bot::test
