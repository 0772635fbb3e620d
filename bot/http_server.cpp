#include "bot/http_server.h"

#include <unistd.h>

#include <array>
#include <system_error>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

namespace mlx::bot {
namespace {

// What epoll reports beside the clients, whose ids begin with 2.
constexpr std::uint64_t kDone = 0;
constexpr std::uint64_t kTimer = 1;

constexpr std::uint32_t kClientEvents = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;

constexpr std::string_view kHeadersTooLong =
    "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view kTooSlow =
    "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

void watch(int epoll, int descriptor, int operation, std::uint32_t events, std::uint64_t id) {
  epoll_event event{.events = events, .data = {.u64 = id}};
  checked(::epoll_ctl(epoll, operation, descriptor, &event), "epoll_ctl");
}

void set_timer(int timer, bool is_on) {
  const timespec every{.tv_sec = is_on ? 1 : 0, .tv_nsec = 0};
  const itimerspec times{.it_interval = every, .it_value = every};
  checked(::timerfd_settime(timer, 0, &times, nullptr), "timerfd_settime");
}

}  // namespace

/// What httplib takes for its thread pool: its one kind of task hands over an accepted socket.
class HttpServer::Threads final : public httplib::TaskQueue {
 public:
  explicit Threads(HttpServer& server) : server_(server) { server_.start_threads(); }
  void enqueue(std::function<void()> hand_over) override { hand_over(); }
  void shutdown() override { server_.finish_threads(); }

 private:
  HttpServer& server_;
};

HttpServer::HttpServer(const HttpLimits& limits)
    : limits_(limits),
      epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      timer_(checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")),
      done_(checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")) {
  watch(epoll_, done_, EPOLL_CTL_ADD, EPOLLIN, kDone);
  // Edge-triggered, so that one thread wakes for a tick.
  watch(epoll_, timer_, EPOLL_CTL_ADD, EPOLLIN | EPOLLET, kTimer);
  new_task_queue = [this] { return new Threads(*this); };
  // Without httplib's SO_REUSEPORT, by which two servers would share a port unknowingly.
  set_socket_options([](socket_t socket) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  });
}

HttpServer::~HttpServer() {
  stop();
  for (const int descriptor : {listener_, epoll_, timer_, done_}) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

Result<int> HttpServer::bind(const std::string& host, int port) {
  const int bound = port == 0 ? bind_to_any_port(host) : (bind_to_port(host, port) ? port : -1);
  if (bound <= 0) {
    return fail(ErrorCode::kIo, "cannot listen on " + host + ":" + std::to_string(port) +
                                    ": the port is in use, or the address is not one of this machine");
  }
  // httplib asks for 5, which a burst of webhooks overruns.
  ::listen(svr_sock_, static_cast<int>(limits_.connections));
  return bound;
}

void HttpServer::serve() { listen_after_bind(); }

void HttpServer::stop() {
  const std::scoped_lock lock(mutex_);
  if (is_stopping_.exchange(true)) return;
  listener_ = svr_sock_.exchange(INVALID_SOCKET);
  // Wakes the thread in accept(). Closed only in the destructor: the number must not be used again before.
  if (listener_ >= 0) ::shutdown(listener_, SHUT_RDWR);
}

void HttpServer::start_threads() {
  for (std::size_t i = 0; i < limits_.threads; ++i) threads_.emplace_back([this] { work(); });
}

void HttpServer::finish_threads() {
  {
    const std::scoped_lock lock(mutex_);
    is_finishing_ = true;
    for (auto client = clients_.begin(); client != clients_.end();) {
      const auto next = std::next(client);
      remove_if_at_rest(client);
      client = next;
    }
    if (clients_.empty()) ::eventfd_write(done_, 1);
  }
  threads_.clear();
}

bool HttpServer::process_and_close_socket(socket_t socket) {
  const std::scoped_lock lock(mutex_);
  if (clients_.size() >= limits_.connections) make_room();
  const std::uint64_t id = next_id_++;
  clients_.emplace(id, std::make_shared<Client>(socket, limits_));
  if (clients_.size() == 1) set_timer(timer_, true);
  watch(epoll_, socket, EPOLL_CTL_ADD, kClientEvents, id);
  return true;
}

void HttpServer::work() {
  while (true) {
    epoll_event event{};
    // One event a thread: the next one is for whoever is free.
    const int count = ::epoll_wait(epoll_, &event, 1, -1);
    if (count < 0 && errno != EINTR) return;
    if (count <= 0) continue;
    if (event.data.u64 == kDone) return;
    if (event.data.u64 == kTimer) {
      sweep();
    } else {
      handle(event.data.u64);
    }
  }
}

void HttpServer::handle(std::uint64_t id) {
  std::shared_ptr<Client> client;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;  // swept away meanwhile
    client = found->second;
    ++client->users;
  }
  client->handovers.load(std::memory_order_acquire);
  if (!answer(client->connection)) {
    const std::scoped_lock lock(mutex_);
    const auto found = clients_.find(id);
    client = nullptr;
    remove(found);
    return;
  }
  // From here another thread may have the next request of it.
  client->handovers.fetch_add(1, std::memory_order_release);
  watch(epoll_, client->connection.socket(), EPOLL_CTL_MOD, kClientEvents, id);
  --client->users;
  // finish_threads() has left it to us if it came before this.
  if (is_stopping_) {
    const std::scoped_lock lock(mutex_);
    if (const auto found = clients_.find(id); found != clients_.end()) remove_if_at_rest(found);
  }
}

bool HttpServer::answer(Connection& connection) {
  auto state = connection.receive();
  while (state == Connection::State::kReady) {
    bool is_last = false;
    const bool is_served = process_request(connection, is_stopping_, is_last, [](httplib::Request& request) {
      // Answers are small and made anew: neither parts of them nor compression are worth their risks.
      request.ranges.clear();
      request.headers.erase("Accept-Encoding");
    });
    if (!connection.flush()) return false;
    if (connection.must_close() && connection.has_refused()) {
      connection.say_farewell();
      return true;
    }
    if (!is_served || is_last || connection.must_close()) return false;
    state = connection.next_request();
  }
  if (state == Connection::State::kTooLong) {
    connection.write(kHeadersTooLong.data(), kHeadersTooLong.size());
    if (!connection.flush()) return false;
    connection.say_farewell();
  }
  return state != Connection::State::kClosed;
}

void HttpServer::sweep() {
  std::uint64_t ticks = 0;
  std::ignore = ::read(timer_, &ticks, sizeof ticks);
  const auto now = Connection::Clock::now();
  const std::scoped_lock lock(mutex_);
  for (auto client = clients_.begin(); client != clients_.end();) {
    const auto next = std::next(client);
    const Connection& connection = client->second->connection;
    if (client->second->users == 0 && connection.deadline() <= now) {
      if (connection.state() == Connection::State::kPartial) {
        ::send(connection.socket(), kTooSlow.data(), kTooSlow.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      }
      remove(client);
    }
    client = next;
  }
}

void HttpServer::make_room() {
  auto longest = clients_.end();
  const auto rank = [](const Client& client) {
    return std::pair(client.connection.state() == Connection::State::kPartial, client.connection.deadline());
  };
  for (auto client = clients_.begin(); client != clients_.end(); ++client) {
    if (client->second->users > 0) continue;
    if (longest == clients_.end() || rank(*client->second) < rank(*longest->second)) longest = client;
  }
  if (longest != clients_.end()) remove(longest);
}

void HttpServer::remove_if_at_rest(Clients::iterator client) {
  if (client->second->users == 0 && client->second->connection.is_at_rest()) remove(client);
}

void HttpServer::remove(Clients::iterator client) {
  clients_.erase(client);
  if (!clients_.empty()) return;
  set_timer(timer_, false);
  if (is_finishing_) ::eventfd_write(done_, 1);
}

}  // namespace mlx::bot
