#include "engine/io/http_client.h"

#include <httplib.h>

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

Result<SplitUrl> split(const std::string& url) {
  const auto scheme_end = url.find("://");
  const bool is_http = url.starts_with("http://") || url.starts_with("https://");
  if (!is_http) return fail(ErrorCode::kInvalidInput, "an address must begin with http:// or https://");
  const auto slash = url.find('/', scheme_end + 3);
  if (slash == std::string::npos) return SplitUrl{.origin = url, .target = "/"};
  return SplitUrl{.origin = url.substr(0, slash), .target = url.substr(slash)};
}

class PooledClient final : public HttpClient {
 public:
  explicit PooledClient(HttpClientOptions options) : options_(options) {}

  Result<HttpResponse> send(const HttpRequest& request) override {
    const SplitUrl url = MLX_TRY(split(request.url));
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
