#include "sandbox/http/server.h"

#include <httplib.h>
#include <poll.h>

#include <array>
#include <charconv>
#include <cstring>
#include <thread>

#include <netinet/tcp.h>
#include <sys/eventfd.h>

namespace mlx::sandbox {
namespace {

constexpr std::size_t kConnections = 64;
constexpr int kIdleMilliseconds = 60'000;
constexpr std::size_t kRequestsPerConnection = 1'000'000;
constexpr std::size_t kLargestBody = 64UL * 1024 * 1024;

/// Set by the handler on its connection's thread: the answer shall not be sent.
thread_local bool is_silent_answer = false;

/// One connection. What is written waits until it is sent at once, so that an answer is
/// one packet and can still be withheld.
class Connection : public httplib::Stream {
 public:
  Connection(int socket, int stop_event) : socket_(socket), stop_event_(stop_event) {}

  /// False when the peer is gone, silent for too long, or the server stops.
  [[nodiscard]] bool wait_readable() const {
    if (begin_ < end_) return true;
    std::array<pollfd, 2> events{{{socket_, POLLIN, 0}, {stop_event_, POLLIN, 0}}};
    return ::poll(events.data(), events.size(), kIdleMilliseconds) > 0 && events[1].revents == 0;
  }

  [[nodiscard]] bool is_readable() const override { return wait_readable(); }
  [[nodiscard]] bool is_writable() const override { return true; }

  ssize_t read(char* out, std::size_t size) override {
    if (begin_ == end_) {
      if (!flush() || !wait_readable()) return -1;
      const ssize_t received = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
      if (received <= 0) return received;
      begin_ = 0;
      end_ = static_cast<std::size_t>(received);
    }
    const std::size_t count = std::min(size, end_ - begin_);
    std::memcpy(out, buffer_.data() + begin_, count);
    begin_ += count;
    return static_cast<ssize_t>(count);
  }

  ssize_t write(const char* data, std::size_t size) override {
    unsent_.append(data, size);
    return static_cast<ssize_t>(size);
  }

  bool flush() {
    std::size_t sent = 0;
    while (sent < unsent_.size()) {
      const ssize_t count = ::send(socket_, unsent_.data() + sent, unsent_.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return false;
      sent += static_cast<std::size_t>(count);
    }
    unsent_.clear();
    return true;
  }

  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip = "127.0.0.1";
    port = 0;
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    ip = "127.0.0.1";
    port = 0;
  }
  [[nodiscard]] socket_t socket() const override { return socket_; }

 private:
  int socket_;
  int stop_event_;
  std::array<char, 16384> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string unsent_;
};

HttpRequest to_request(const httplib::Request& from, std::string body) {
  HttpRequest request;
  request.method = from.method;
  const auto question = from.target.find('?');
  request.path = from.target.substr(0, question);
  if (question != std::string::npos) request.query = parse_form(from.target.substr(question + 1));
  for (const auto& [name, value] : from.headers) {
    std::string lower = name;
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    request.headers.emplace(std::move(lower), value);
  }
  request.body = std::move(body);
  return request;
}

/// The parts of a form as one that is urlencoded. (httplib reads such bodies in parts only.)
std::string read_parts(const httplib::ContentReader& reader) {
  std::vector<std::pair<std::string, std::string>> parts;
  reader(
      [&parts](const httplib::MultipartFormData& part) {
        parts.emplace_back(part.name, std::string());
        return true;
      },
      [&parts](const char* data, std::size_t size) {
        parts.back().second.append(data, size);
        return true;
      });
  std::string form;
  for (const auto& [name, value] : parts)
    form += (form.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
  return form;
}

}  // namespace

class HttpServer::Listener : public httplib::Server {
 public:
  explicit Listener(HttpServer::Handler handler)
      : handler_(std::move(handler)), stop_event_(::eventfd(0, EFD_CLOEXEC)) {
    new_task_queue = [] { return new httplib::ThreadPool(kConnections); };
    // Without SO_REUSEPORT, httplib's choice, which lets two servers share a port.
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    set_payload_max_length(kLargestBody);
    set_keep_alive_timeout(kIdleMilliseconds / 1000);
    set_keep_alive_max_count(kRequestsPerConnection);
    const auto without_body = [this](const httplib::Request& request, httplib::Response& response) {
      answer(request, {}, response);
    };
    const auto with_body = [this](const httplib::Request& request, httplib::Response& response,
                                  const httplib::ContentReader& reader) {
      std::string body;
      const bool has_body = request.has_header("Content-Length") || request.has_header("Transfer-Encoding");
      if (has_body && request.is_multipart_form_data()) {
        body = read_parts(reader);
      } else if (has_body) {
        reader([&body](const char* data, std::size_t size) {
          body.append(data, size);
          return true;
        });
      }
      if (response.status < 400) answer(request, std::move(body), response);
    };
    constexpr const char* kAnything = "[\\s\\S]*";
    Get(kAnything, without_body);
    Options(kAnything, without_body);
    Post(kAnything, with_body);
    Put(kAnything, with_body);
    Patch(kAnything, with_body);
    Delete(kAnything, with_body);
  }

  ~Listener() override {
    end();
    ::close(stop_event_);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  Listener(Listener&&) = delete;
  Listener& operator=(Listener&&) = delete;

  void begin() {
    thread_ = std::thread([this] { listen_after_bind(); });
    while (!is_running()) std::this_thread::yield();
  }

  void end() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(stop_event_, &one, sizeof one);
    stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void answer(const httplib::Request& from, std::string body, httplib::Response& to) {
    HttpResponse response = handler_(to_request(from, std::move(body)));
    is_silent_answer = response.is_silent;
    to.status = response.status;
    for (const auto& [name, value] : response.headers) to.set_header(name, value);
    if (!response.body.empty()) to.set_content(response.body, response.content_type);
  }

  bool process_and_close_socket(socket_t socket) override {
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    Connection connection(socket, stop_event_);
    bool is_closed = false;
    bool is_ok = true;
    while (is_ok && !is_closed && connection.wait_readable()) {
      is_silent_answer = false;
      is_ok = process_request(connection, false, is_closed, nullptr);
      if (is_silent_answer || !connection.flush()) break;
    }
    ::shutdown(socket, SHUT_RDWR);
    ::close(socket);
    return is_ok;
  }

  HttpServer::Handler handler_;
  int stop_event_;
  std::thread thread_;
};

HttpServer::HttpServer(std::unique_ptr<Listener> listener, std::string address)
    : listener_(std::move(listener)), address_(std::move(address)) {}

HttpServer::~HttpServer() { stop(); }

Result<std::unique_ptr<HttpServer>> HttpServer::start(const std::string& listen, Handler handler) {
  const auto colon = listen.rfind(':');
  int port = 0;
  const char* end = listen.data() + listen.size();
  if (colon == std::string::npos || std::from_chars(listen.data() + colon + 1, end, port).ptr != end) {
    return fail(ErrorCode::kInvalidInput, "`" + listen + "` is not an address: write HOST:PORT");
  }
  const std::string host = listen.substr(0, colon);
  auto listener = std::make_unique<Listener>(std::move(handler));
  if (port == 0) {
    port = listener->bind_to_any_port(host);
  } else if (!listener->bind_to_port(host, port)) {
    port = -1;
  }
  if (port <= 0) return fail(ErrorCode::kIo, "cannot listen on " + listen + ": the address is taken");
  listener->begin();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(listener), host + ":" + std::to_string(port)));
}

void HttpServer::stop() { listener_->end(); }

}  // namespace mlx::sandbox
