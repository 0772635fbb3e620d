#include "bot/registry_server.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/http_server.h"
#include "bot/registry_pages.h"
#include "engine/base/digest.h"

namespace mlx::bot {
namespace {

using httplib::Request;
using httplib::Response;

constexpr const char* kJson = "application/json";
constexpr std::size_t kLongestHost = 255;

void refuse(Response& response, int status, const std::string& message) {
  response.status = status;
  response.set_content(nlohmann::json{{"error", message}}.dump() + "\n", kJson);
}

/// Refuses, and ends the connection: what else the client sent must not be read as a request.
void refuse_for_good(Response& response, int status, const std::string& message) {
  response.set_header("Connection", "close");
  refuse(response, status, message);
}

bool has_body(const Request& request) {
  const auto lengths = request.get_header_value_count("Content-Length");
  const bool is_empty = lengths == 0 || (lengths == 1 && request.get_header_value("Content-Length") == "0");
  return request.has_header("Transfer-Encoding") || !is_empty;
}

/// Does an If-None-Match (RFC 9110, 13.1.2) name this content?
bool names(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    std::string_view entry = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    entry.remove_prefix(std::min(entry.find_first_not_of(" \t"), entry.size()));
    entry = entry.substr(0, entry.find_last_not_of(" \t") + 1);
    if (entry.starts_with("W/")) entry.remove_prefix(2);
    if (entry == "*" || entry == etag) return true;
  }
  return false;
}

/// Where the client thinks that we are; what it sends cannot be put into an address unseen.
std::string address_for(const Request& request, const std::string& fallback) {
  const std::string host = request.get_header_value("Host");
  const bool is_plain =
      !host.empty() && host.size() <= kLongestHost &&
      host.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:[]") ==
          std::string::npos;
  return "http://" + (is_plain ? host : fallback);
}

}  // namespace

class RegistryServer::Routes {
 public:
  explicit Routes(OpenCatalogue open) : open_(std::move(open)) {
    http_.set_pre_routing_handler([this](const Request& request, Response& response) {
      answer(request, response);
      return httplib::Server::HandlerResponse::Handled;
    });
    http_.set_error_handler(httplib::Server::HandlerWithResponse([](const Request&, Response& response) {
      if (response.body.empty())
        refuse_for_good(response, response.status, "this is not a request that can be understood");
      return httplib::Server::HandlerResponse::Handled;
    }));
    http_.set_exception_handler([](const Request&, Response& response, const std::exception_ptr&) {
      refuse_for_good(response, 500, "the request failed");
    });
    http_.set_post_routing_handler([](const Request&, Response& response) {
      response.headers.erase("Keep-Alive");
      response.headers.erase("Accept-Ranges");  // parts of a file are not served
    });
  }

  HttpServer& http() { return http_; }
  void set_own_address(std::string address) { own_address_ = std::move(address); }

 private:
  void answer(const Request& request, Response& response) const {
    if (request.method != "GET" && request.method != "HEAD") {
      response.set_header("Allow", "GET, HEAD");
      return refuse_for_good(response, 405, "a registry is only read: GET or HEAD");
    }
    if (has_body(request)) return refuse_for_good(response, 400, "no body is expected here");
    const auto page = find(request);
    if (!page && page.error().code == ErrorCode::kNotFound) {
      return refuse(response, 404, "nothing is here; the index is /r/registry.json");
    }
    if (!page) {
      response.set_header("Retry-After", "10");
      return refuse(response, 503, to_string(page.error()));
    }
    const std::string etag = fmt::format("\"{}\"", sha256_hex(page->body));
    response.set_header("ETag", etag);
    response.set_header("Cache-Control", "no-cache");  // keep it, and ask whether it still is right
    for (std::size_t i = 0; i < request.get_header_value_count("If-None-Match"); ++i) {
      if (!names(request.get_header_value("If-None-Match", i), etag)) continue;
      response.status = 304;
      return;
    }
    response.status = 200;
    response.set_content(page->body, page->type);
  }

  [[nodiscard]] Result<Content> find(const Request& request) const {
    const auto catalogue = open_();
    // What the system says of it may name places of this machine.
    if (!catalogue) return fail(ErrorCode::kUnavailable, "the catalogue cannot be opened now");
    return registry_page(**catalogue, request.path, address_for(request, own_address_));
  }

  OpenCatalogue open_;
  std::string own_address_;
  HttpServer http_{HttpLimits{}};
};

RegistryServer::RegistryServer(OpenCatalogue open) : routes_(std::make_unique<Routes>(std::move(open))) {}

RegistryServer::~RegistryServer() = default;

Result<std::string> RegistryServer::bind(const std::string& host, int port) {
  const int bound = MLX_TRY(routes_->http().bind(host, port));
  const bool is_v6 = host.find(':') != std::string::npos;
  std::string address = is_v6 ? fmt::format("[{}]:{}", host, bound) : fmt::format("{}:{}", host, bound);
  routes_->set_own_address(address);
  return address;
}

void RegistryServer::serve() { routes_->http().serve(); }

void RegistryServer::stop() { routes_->http().stop(); }

}  // namespace mlx::bot
