#include "engine/io/http_client.h"

#include <fcntl.h>
#include <httplib.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "engine/io/directory.h"

namespace mlx {
namespace {

/// `https://host:port` and `/path?query`.
struct SplitUrl {
  std::string origin;
  std::string target;
};

bool is_visible(char c) { return c > ' ' && c != 0x7F; }

/// `host` or `host:port`, the host perhaps in brackets. httplib takes what it cannot read for
/// a name to look up, and throws for a port that no integer holds.
bool is_authority(std::string_view text) {
  const auto host_end = text.starts_with('[') ? text.find(']') : text.find(':');
  const bool is_bracketed = text.starts_with('[');
  if (is_bracketed && host_end == std::string_view::npos) return false;
  const std::string_view host = text.substr(0, host_end);
  if (host.empty() || host == "[") return false;
  if (host_end == std::string_view::npos) return true;
  std::string_view port = text.substr(host_end + (is_bracketed ? 1 : 0));
  if (port.empty()) return is_bracketed;
  if (port.front() != ':') return false;
  port.remove_prefix(1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  return error == std::errc() && end == port.data() + port.size() && number >= 1 && number <= 65535;
}

Result<SplitUrl> split(const std::string& url) {
  const bool is_http = url.starts_with("http://") || url.starts_with("https://");
  if (!is_http) return fail(ErrorCode::kInvalidInput, "an address must begin with http:// or https://");
  const auto host = url.find("://") + 3;
  const auto host_end = std::min(url.find_first_of("/?#", host), url.size());
  const bool is_address = std::ranges::all_of(url, is_visible) &&
                          is_authority(std::string_view(url).substr(host, host_end - host));
  if (!is_address) {
    return fail(ErrorCode::kInvalidInput,
                "this is no address: a host is missing, a port is wrong, or there are spaces");
  }
  const std::string target = url.substr(host_end, url.find('#', host_end) - host_end);
  return SplitUrl{.origin = url.substr(0, host_end),
                  .target = target.starts_with('/') ? target : "/" + target};
}

std::string size_text(std::size_t bytes) {
  constexpr std::size_t kMebibyte = 1U << 20U;
  return bytes >= kMebibyte ? std::to_string(bytes / kMebibyte) + " MiB" : std::to_string(bytes) + " bytes";
}

/// A line end in a header would begin another one. The value may be a secret, so it is not shown.
Result<void> check_headers(const HttpHeaders& headers) {
  for (const auto& [name, value] : headers) {
    const bool is_name =
        !name.empty() && name.find(':') == std::string::npos && std::ranges::all_of(name, is_visible);
    if (!is_name || value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return fail(ErrorCode::kInvalidInput,
                  "the value of a header that was to be sent has a line end, or its name is none");
    }
  }
  return {};
}

/// A client, and the socket that it uses, for those who have to end its connection from outside.
class Connection {
 public:
  explicit Connection(const std::string& origin) : client_(origin) {
    // A descriptor of our own: httplib may close its one at any time.
    client_.set_socket_options([this](socket_t socket) {
      const std::scoped_lock lock(mutex_);
      socket_ = FileDescriptor(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
    });
  }

  [[nodiscard]] httplib::Client& client() { return client_; }
  void shut_down() {
    const std::scoped_lock lock(mutex_);
    if (socket_.is_open()) ::shutdown(socket_.get(), SHUT_RDWR);
  }

 private:
  httplib::Client client_;
  std::mutex mutex_;
  FileDescriptor socket_;
};

/// Ends a connection when the time is over, unless it is destroyed before. httplib's timeouts start
/// anew with every byte, so that a server which drips them could hold us forever.
class Deadline {
 public:
  Deadline(Connection& connection, std::chrono::milliseconds limit)
      : thread_([this, &connection, limit] { watch(connection, limit); }) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() {
    {
      const std::scoped_lock lock(mutex_);
      is_done_ = true;
    }
    done_.notify_all();
  }

  [[nodiscard]] bool is_over() {
    const std::scoped_lock lock(mutex_);
    return is_over_;
  }

 private:
  void watch(Connection& connection, std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    if (done_.wait_for(lock, limit, [this] { return is_done_; })) return;
    is_over_ = true;
    // Again and again: there may be no connection yet, or another one by now.
    constexpr std::chrono::milliseconds kPause{20};
    do {
      connection.shut_down();
    } while (!done_.wait_for(lock, kPause, [this] { return is_done_; }));
  }

  std::mutex mutex_;
  std::condition_variable done_;
  bool is_done_ = false;
  bool is_over_ = false;
  std::jthread thread_;
};

class PooledClient final : public HttpClient {
 public:
  explicit PooledClient(HttpClientOptions options)
      : options_(std::move(options)),
        network_(options_.network ? *options_.network : environment_network()) {}

  Result<HttpResponse> send(const HttpRequest& request) override {
    const SplitUrl url = MLX_TRY(split(request.url));
    MLX_CHECK(check_headers(request.headers));
    const auto proxy = MLX_TRY(proxy_for(url.origin, network_));
    auto connection = take(url.origin, proxy);
    if (!connection->client().is_valid())
      return fail(ErrorCode::kInvalidInput, "`" + url.origin + "` is no address to connect to");
    HttpResponse response;
    Refusals refusals;
    bool is_late = false;
    const httplib::Result answer = [&] {
      std::optional<Deadline> deadline;
      if (options_.whole_timeout.count() > 0) deadline.emplace(*connection, options_.whole_timeout);
      auto result = exchange(connection->client(), request, url.target, response, refusals);
      is_late = deadline && deadline->is_over();
      return result;
    }();
    if (refusals.is_unwanted)
      return fail(ErrorCode::kUnavailable, "the answer of " + url.origin + " was not read to its end");
    if (refusals.is_too_large) {
      return fail(ErrorCode::kUnavailable,
                  url.origin + " answered with more than " + size_text(options_.largest_answer));
    }
    if (is_late) {
      return fail(ErrorCode::kUnavailable, url.origin + " took longer than " +
                                               std::to_string(options_.whole_timeout.count()) +
                                               " ms for its answer");
    }
    if (!answer)
      return fail(ErrorCode::kUnavailable, url.origin + " did not answer: " + reason(answer.error(), proxy));
    response.status = answer->status;
    for (const auto& [name, value] : answer->headers) response.headers.emplace(name, value);
    give_back(url.origin, std::move(connection));
    return response;
  }

 private:
  /// Why we read no further.
  struct Refusals {
    bool is_too_large = false;
    bool is_unwanted = false;
  };

  httplib::Result exchange(httplib::Client& client, const HttpRequest& request, const std::string& target,
                           HttpResponse& response, Refusals& refusals) const {
    httplib::Request wire;
    wire.method = request.method;
    wire.path = target;
    for (const auto& [name, value] : request.headers) wire.headers.emplace(name, value);
    if (!request.headers.contains("User-Agent")) wire.headers.emplace("User-Agent", "mlx");
    wire.body = request.body;
    bool is_taken = false;
    wire.response_handler = [&](const httplib::Response& head) {
      is_taken = request.take_body && head.status == 200;
      refusals.is_too_large =
          !is_taken && head.get_header_value<std::uint64_t>("Content-Length") > options_.largest_answer;
      return !refusals.is_too_large;
    };
    wire.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      if (is_taken) {
        refusals.is_unwanted = !request.take_body({data, size});
        return !refusals.is_unwanted;
      }
      refusals.is_too_large = response.body.size() + size > options_.largest_answer;
      if (!refusals.is_too_large) response.body.append(data, size);
      return !refusals.is_too_large;
    };
    return client.send(wire);
  }

  [[nodiscard]] std::string reason(httplib::Error error, const std::optional<HttpProxy>& proxy) const {
    std::string text = httplib::to_string(error);
    if (error == httplib::Error::SSLServerVerification) {
      text +=
          "; if it has a certificate of your own authority, name the authority's file in SSL_CERT_FILE or "
          "MLX_CA_FILE";
    }
    if (error == httplib::Error::SSLLoadingCerts) text += " from " + network_.ca_file;
    if (proxy) text += " (asked by the proxy " + proxy->host + ":" + std::to_string(proxy->port) + ")";
    return text;
  }

  std::unique_ptr<Connection> take(const std::string& origin, const std::optional<HttpProxy>& proxy) {
    {
      const std::scoped_lock lock(mutex_);
      auto& idle = idle_[origin];
      if (!idle.empty()) {
        auto connection = std::move(idle.back());
        idle.pop_back();
        return connection;
      }
    }
    auto connection = std::make_unique<Connection>(origin);
    httplib::Client* const client = &connection->client();
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);
    client->set_url_encode(false);
    client->set_follow_location(false);
    client->set_connection_timeout(options_.connect_timeout);
    client->set_read_timeout(options_.answer_timeout);
    client->set_write_timeout(options_.answer_timeout);
    if (!network_.ca_file.empty()) client->set_ca_cert_path(network_.ca_file);
    if (!proxy) return connection;
    client->set_proxy(proxy->host, proxy->port);
    if (proxy->user.empty()) return connection;
    client->set_proxy_basic_auth(proxy->user, proxy->password);
    // It would add them to what goes through the tunnel as well, where the server reads them: unless the
    // header is there.
    if (origin.starts_with("https://")) client->set_default_headers({{"Proxy-Authorization", ""}});
    return connection;
  }

  void give_back(const std::string& origin, std::unique_ptr<Connection> connection) {
    const std::scoped_lock lock(mutex_);
    idle_[origin].push_back(std::move(connection));
  }

  HttpClientOptions options_;
  HttpNetwork network_;
  std::mutex mutex_;
  std::map<std::string, std::vector<std::unique_ptr<Connection>>> idle_;
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client(HttpClientOptions options) {
  return std::make_unique<PooledClient>(std::move(options));
}

}  // namespace mlx
