#include "bot/http_connection.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace mlx::bot {
namespace {

constexpr std::size_t kReadSize = 16UL * 1024;
constexpr std::size_t kKeptBuffer = 32UL * 1024;
/// What chunked encoding may add to a body before we take it for an attack.
constexpr std::size_t kChunkOverhead = 4UL * 1024 * 1024;

bool is_same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

/// The value of a header in a raw header block. Only for deciding when to start: httplib parses it again.
std::optional<std::string_view> raw_header(std::string_view head, std::string_view name) {
  for (std::size_t line = head.find("\r\n"); line != std::string_view::npos;
       line = head.find("\r\n", line + 2)) {
    const std::string_view rest = head.substr(line + 2);
    if (rest.size() <= name.size() || rest[name.size()] != ':') continue;
    if (!is_same_name(rest.substr(0, name.size()), name)) continue;
    std::string_view value = rest.substr(name.size() + 1);
    value = value.substr(0, value.find("\r\n"));
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    return value;
  }
  return std::nullopt;
}

/// How many bytes should be here before a request with these headers is processed.
std::size_t worth_waiting_for(std::string_view head, std::size_t small) {
  if (raw_header(head, "Expect")) return head.size();
  const auto length = raw_header(head, "Content-Length");
  std::size_t body = 0;
  if (!length || std::from_chars(length->data(), length->data() + length->size(), body).ec != std::errc()) {
    return head.size();
  }
  return body <= small ? head.size() + body : head.size();
}

}  // namespace

Connection::Connection(int socket, const HttpLimits& limits)
    : socket_(socket), limits_(limits), deadline_(Clock::now() + limits.request) {
  ::fcntl(socket_, F_SETFD, FD_CLOEXEC);
  ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::getpeername(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
  if (address.ss_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
    ::inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
    remote_port_ = ntohs(v4->sin_port);
  } else if (address.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
    ::inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
    remote_port_ = ntohs(v6->sin6_port);
  }
  remote_ip_ = text.data();
}

Connection::~Connection() { ::close(socket_); }

bool Connection::fill(std::size_t up_to) {
  while (in_.size() < up_to) {
    const std::size_t before = in_.size();
    ssize_t got = 0;
    const std::size_t wanted = std::min(kReadSize, up_to - before);
    in_.resize_and_overwrite(before + wanted, [&](char* bytes, std::size_t) {
      got = ::recv(socket_, bytes + before, wanted, 0);
      return before + static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    });
    if (got == 0) return false;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    if (static_cast<std::size_t>(got) < wanted) return true;
  }
  return true;
}

Connection::State Connection::receive() {
  if (state_ == State::kFarewell) {
    in_.clear();
    // One buffer at a time: epoll tells when there is more.
    return fill(kReadSize) ? state_ : state_ = State::kClosed;
  }
  const bool is_new = unread().empty();
  if (!fill(limits_.header_bytes + limits_.small_request_bytes)) {
    // A client may close its sending side after its request.
    if (unread().empty() || judge() == State::kPartial) return state_ = State::kClosed;
    return state_;
  }
  if (is_new && !unread().empty()) deadline_ = Clock::now() + limits_.request;
  return judge();
}

bool Connection::is_at_rest() const {
  char byte = 0;
  return state_ == State::kIdle && ::recv(socket_, &byte, 1, MSG_PEEK) <= 0;
}

Connection::State Connection::judge() {
  const std::string_view bytes = unread();
  if (bytes.empty()) return state_ = State::kIdle;
  const std::size_t end = bytes.find("\r\n\r\n");
  const bool has_head = end != std::string_view::npos;
  const std::size_t head = has_head ? end + 4 : bytes.size();
  if (head > limits_.header_bytes) return state_ = State::kTooLong;
  if (!has_head) return state_ = State::kPartial;
  const bool is_here = bytes.size() >= worth_waiting_for(bytes.substr(0, head), limits_.small_request_bytes);
  return state_ = is_here ? State::kReady : State::kPartial;
}

Connection::State Connection::next_request() {
  in_.erase(0, taken_);
  taken_ = 0;
  request_bytes_ = 0;
  must_close_ = false;
  has_refused_ = false;
  if (in_.empty() && in_.capacity() > kKeptBuffer) in_.shrink_to_fit();
  if (out_.capacity() > kKeptBuffer) out_.shrink_to_fit();
  deadline_ = Clock::now() + (in_.empty() ? limits_.idle : limits_.request);
  return judge();
}

void Connection::say_farewell() {
  ::shutdown(socket_, SHUT_WR);
  state_ = State::kFarewell;
  deadline_ = Clock::now() + limits_.farewell;
  in_ = {};
  taken_ = 0;
}

ssize_t Connection::read(char* bytes, size_t size) {
  if (request_bytes_ >= limits_.header_bytes + limits_.body_bytes + kChunkOverhead) return -1;
  while (taken_ == in_.size()) {
    in_.clear();
    taken_ = 0;
    if (!fill(kReadSize)) return in_.empty() ? 0 : -1;
    if (!in_.empty()) break;
    if (!flush() || !wait_for(POLLIN, deadline_)) return -1;
  }
  const std::size_t count = std::min(size, in_.size() - taken_);
  std::memcpy(bytes, in_.data() + taken_, count);
  taken_ += count;
  request_bytes_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t Connection::write(const char* bytes, size_t size) {
  const std::string_view text(bytes, size);
  // httplib writes the status line and all headers at once, and does not obey its own header.
  if (constexpr std::string_view kVersion = "HTTP/1.1 "; out_.empty() && text.starts_with(kVersion)) {
    must_close_ = text.find("\r\nConnection: close\r\n") != std::string_view::npos;
    has_refused_ = text.size() > kVersion.size() && text[kVersion.size()] >= '4';
  }
  out_ += text;
  if (out_.size() > limits_.small_request_bytes && !flush()) return -1;
  return static_cast<ssize_t>(size);
}

bool Connection::flush() {
  const auto deadline = Clock::now() + limits_.write;
  std::string_view rest = out_;
  while (!rest.empty()) {
    const ssize_t sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait_for(POLLOUT, deadline)) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  out_.clear();
  return true;
}

bool Connection::wait_for(short events, Clock::time_point deadline) const {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd socket{.fd = socket_, .events = events, .revents = 0};
    const int ready = ::poll(&socket, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = remote_ip_;
  port = remote_port_;
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

}  // namespace mlx::bot
