#include "engine/io/http_client.h"

#include <httplib.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <vector>

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
  if (!is_address)
    return fail(ErrorCode::kInvalidInput,
                "this is no address: a host is missing, a port is wrong, or there are spaces");
  const std::string target = url.substr(host_end, url.find('#', host_end) - host_end);
  return SplitUrl{.origin = url.substr(0, host_end),
                  .target = target.starts_with('/') ? target : "/" + target};
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

class PooledClient final : public HttpClient {
 public:
  explicit PooledClient(HttpClientOptions options) : options_(options) {}

  Result<HttpResponse> send(const HttpRequest& request) override {
    const SplitUrl url = MLX_TRY(split(request.url));
    MLX_CHECK(check_headers(request.headers));
    auto client = take(url.origin);
    if (!client->is_valid())
      return fail(ErrorCode::kInvalidInput, "`" + url.origin + "` is no address to connect to");
    HttpResponse response;
    const httplib::Result answer = exchange(*client, request, url.target, response);
    if (!answer) {
      return fail(ErrorCode::kUnavailable,
                  url.origin + " did not answer: " + httplib::to_string(answer.error()));
    }
    response.status = answer->status;
    for (const auto& [name, value] : answer->headers) response.headers.emplace(name, value);
    give_back(url.origin, std::move(client));
    return response;
  }

 private:
  httplib::Result exchange(httplib::Client& client, const HttpRequest& request, const std::string& target,
                           HttpResponse& response) const {
    httplib::Request wire;
    wire.method = request.method;
    wire.path = target;
    for (const auto& [name, value] : request.headers) wire.headers.emplace(name, value);
    wire.body = request.body;
    wire.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      if (response.body.size() + size > options_.largest_answer) return false;
      response.body.append(data, size);
      return true;
    };
    return client.send(wire);
  }

  std::unique_ptr<httplib::Client> take(const std::string& origin) {
    {
      const std::scoped_lock lock(mutex_);
      auto& idle = idle_[origin];
      if (!idle.empty()) {
        auto client = std::move(idle.back());
        idle.pop_back();
        return client;
      }
    }
    auto client = std::make_unique<httplib::Client>(origin);
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);
    client->set_url_encode(false);
    client->set_follow_location(false);
    client->set_connection_timeout(options_.connect_timeout);
    client->set_read_timeout(options_.answer_timeout);
    client->set_write_timeout(options_.answer_timeout);
    return client;
  }

  void give_back(const std::string& origin, std::unique_ptr<httplib::Client> client) {
    const std::scoped_lock lock(mutex_);
    idle_[origin].push_back(std::move(client));
  }

  HttpClientOptions options_;
  std::mutex mutex_;
  std::map<std::string, std::vector<std::unique_ptr<httplib::Client>>> idle_;
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client(HttpClientOptions options) {
  return std::make_unique<PooledClient>(options);
}

}  // namespace mlx
