#include "tests/engine/io/raw_server.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>

namespace mlx::test {

std::string RawServer::Connection::read_head() const {
  std::string head;
  char byte = 0;
  while (!head.ends_with("\r\n\r\n")) {
    if (::recv(descriptor_, &byte, 1, 0) != 1) return {};
    head += byte;
  }
  return head;
}

std::string RawServer::Connection::read(std::size_t count) const {
  std::string bytes(count, '\0');
  std::size_t filled = 0;
  while (filled < count) {
    const ssize_t more = ::recv(descriptor_, bytes.data() + filled, count - filled, 0);
    if (more <= 0) break;
    filled += static_cast<std::size_t>(more);
  }
  bytes.resize(filled);
  return bytes;
}

void RawServer::Connection::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void RawServer::Connection::wait_until_peer_closes() const {
  std::array<char, 256> ignored{};
  while (::recv(descriptor_, ignored.data(), ignored.size(), 0) > 0) {
  }
}

bool RawServer::Connection::write_byte_and_wait(char byte, std::chrono::milliseconds pause) {
  if (::send(descriptor_, &byte, 1, MSG_NOSIGNAL) != 1) return false;
  pollfd peer{.fd = descriptor_, .events = POLLIN | POLLRDHUP, .revents = 0};
  return ::poll(&peer, 1, static_cast<int>(pause.count())) == 0;
}

RawServer::RawServer(std::function<void(Connection&)> serve)
    : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool is_listening = ::bind(listener_, generic, size) == 0 && ::listen(listener_, 16) == 0 &&
                            ::getsockname(listener_, generic, &size) == 0;
  if (!is_listening) throw std::runtime_error("cannot listen on 127.0.0.1");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

RawServer::~RawServer() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    if (current_ >= 0) ::shutdown(current_, SHUT_RDWR);
  }
  thread_.join();
  ::close(listener_);
}

std::string RawServer::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

int RawServer::connections() const {
  const std::scoped_lock lock(mutex_);
  return accepted_;
}

void RawServer::wait_until_closed(int count) const {
  std::unique_lock lock(mutex_);
  is_closed_.wait(lock, [&] { return closed_ >= count; });
}

void RawServer::run() {
  while (true) {
    const int accepted = ::accept(listener_, nullptr, nullptr);
    {
      const std::scoped_lock lock(mutex_);
      if (accepted < 0 || is_stopping_) {
        if (accepted >= 0) ::close(accepted);
        return;
      }
      current_ = accepted;
      ++accepted_;
    }
    Connection connection(accepted);
    serve_(connection);
    const std::scoped_lock lock(mutex_);
    current_ = -1;
    ::close(accepted);
    ++closed_;
    is_closed_.notify_all();
  }
}

}  // namespace mlx::test
