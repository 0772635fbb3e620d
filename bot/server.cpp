#include "bot/server.h"

#include <algorithm>
#include <atomic>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/http_server.h"
#include "bot/setup_routes.h"
#include "bot/webhook.h"
#include "bot/webhook_routes.h"

namespace mlx::bot {
namespace {

using httplib::Request;
using httplib::Response;

constexpr const char* kJson = "application/json";
constexpr const char* kRetryAfterSeconds = "10";
constexpr std::size_t kLikelyBody = 64UL * 1024;  // if it comes in chunks

void refuse(Response& response, const Refusal& refusal) {
  response.status = refusal.status;
  response.set_content(nlohmann::json{{"error", refusal.message}}.dump() + "\n", kJson);
}

std::string_view default_message(int status) {
  switch (status) {
    case 400: return "this is not a request that can be understood";
    case 404:
      return "nothing is here; webhooks go to /webhooks/github or /webhooks/gitlab, as far as they are set "
             "up";
    case 408: return "the request did not come in time";
    case 414: return "the address is too long";
    default: return "the request failed";
  }
}

/// The length of the body, if the request says it; an error if it does not say it plainly. Where two
/// readers could disagree about the end of a request, one of them can be made to see another request.
Result<std::optional<std::size_t>> declared_length(const Request& request) {
  const auto lengths = request.get_header_value_count("Content-Length");
  const auto encodings = request.get_header_value_count("Transfer-Encoding");
  if (lengths + encodings > 1) return fail(ErrorCode::kInvalidInput, "the body's length is given twice");
  if (encodings == 1 && request.get_header_value("Transfer-Encoding") != "chunked") {
    return fail(ErrorCode::kInvalidInput, "the only Transfer-Encoding known here is chunked");
  }
  if (lengths == 0) return std::nullopt;
  const std::string text = request.get_header_value("Content-Length");
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(ErrorCode::kInvalidInput, "Content-Length must be a number");
  }
  return length;
}

}  // namespace

class Server::Routes {
 public:
  Routes(JobQueue& queue, Metrics& metrics, Log log, ServerOptions options)
      : queue_(queue),
        metrics_(metrics),
        log_(std::move(log)),
        options_(std::move(options)),
        github_secrets_(options_.webhook_secrets),
        http_(options_.limits) {
    http_.set_pre_routing_handler([this](const Request& request, Response& response) {
      return route(request, response) ? httplib::Server::HandlerResponse::Handled
                                      : httplib::Server::HandlerResponse::Unhandled;
    });
    webhooks_.push_back(github_webhook(github_secrets_));
    if (!options_.gitlab_secrets.empty())
      webhooks_.push_back(gitlab_webhook(options_.gitlab_secrets, options_.clock));
    for (const Webhook& webhook : webhooks_) {
      http_.Post(webhook.path, [this, &webhook](const Request& request, Response& response,
                                                const httplib::ContentReader& read) {
        receive(webhook, request, response, read);
      });
    }
    if (options_.setup != nullptr) {
      http_.Post("/setup.*", [this](const Request& request, Response& response,
                                    const httplib::ContentReader& read) { set_up(request, response, read); });
    }
    http_.set_expect_100_continue_handler([this](const Request& request, Response& response) {
      const auto refusal = refuse_framing(request);
      if (refusal) refuse(response, *refusal);
      return refusal ? refusal->status : 100;
    });
    http_.set_error_handler(httplib::Server::HandlerWithResponse([](const Request&, Response& response) {
      if (response.body.empty())
        refuse(response, {response.status, std::string(default_message(response.status))});
      // What the client has not sent yet is not read.
      response.set_header("Connection", "close");
      return httplib::Server::HandlerResponse::Handled;
    }));
    http_.set_exception_handler([this](const Request&, Response& response, const std::exception_ptr& thrown) {
      try {
        std::rethrow_exception(thrown);
      } catch (const std::exception& exception) {
        log_.error("a request failed", {{"error", exception.what()}});
      } catch (...) {
        log_.error("a request failed");
      }
      response.status = 500;
    });
    http_.set_post_routing_handler(
        [](const Request&, Response& response) { response.headers.erase("Keep-Alive"); });
  }

  HttpServer& http() { return http_; }
  void drain() { is_draining_ = true; }
  void serve_github(std::vector<Secret> secrets) { github_secrets_.set(std::move(secrets)); }

 private:
  /// Nothing for the webhook of a forge that is not served.
  [[nodiscard]] const Webhook* find_webhook(const Request& request) const {
    const auto found = std::ranges::find(webhooks_, request.path, &Webhook::path);
    if (found == webhooks_.end()) return nullptr;
    const bool is_served = found->forge != "github" || !github_secrets_.get().empty();
    return is_served ? &*found : nullptr;
  }

  [[nodiscard]] bool is_setup(const Request& request) const {
    return options_.setup != nullptr && options_.setup->owns(request.path);
  }

  /// Answers everything but a webhook or a form. False if the request is one, whose body is to be read.
  bool route(const Request& request, Response& response) {
    const Webhook* webhook = find_webhook(request);
    if (const auto refusal = refuse_framing(request)) {
      if (webhook != nullptr) count(*webhook, request, "refused");
      refuse(response, *refusal);
      return true;
    }
    if (webhook != nullptr) {
      if (request.method == "POST") return false;
      refuse_method(response, "POST");
      return true;
    }
    const bool is_for_setup = is_setup(request);
    if (is_for_setup && request.method == "POST" && request.path != "/") return false;
    const auto answer = is_for_setup ? set_up_answer() : find_answer(request.path);
    if (!answer) {
      response.status = 404;
    } else if (request.method != "GET" && request.method != "HEAD") {
      refuse_method(response, "GET, HEAD");
    } else if (request.has_header("Transfer-Encoding") ||
               request.get_header_value<std::uint64_t>("Content-Length") > 0) {
      // It would have to be read to find the next request.
      refuse(response, {400, "no body is expected here"});
    } else {
      answer(request, response);
    }
    return true;
  }

  using Answer = std::function<void(const Request&, Response&)>;

  Answer find_answer(const std::string& path) {
    if (path == "/healthz") {
      return [](const Request&, Response& response) { response.set_content("ok\n", "text/plain"); };
    }
    if (path == "/readyz") return [this](const Request&, Response& response) { answer_readiness(response); };
    if (path == "/metrics") return [this](const Request&, Response& response) { answer_metrics(response); };
    const auto page = std::ranges::find_if(
        options_.pages, [&](const std::string& prefix) { return path.starts_with(prefix); },
        [](const auto& entry) -> const std::string& { return entry.first; });
    if (page == options_.pages.end()) return nullptr;
    return [&find = page->second](const Request& request, Response& response) {
      const auto content = find(request.path);
      if (content) {
        response.set_content(content->body, content->type);
      } else {
        response.status = 404;
      }
    };
  }

  Answer set_up_answer() {
    return [this](const Request& request, Response& response) {
      send(options_.setup->answer(setup_request(request, {})), response);
    };
  }

  static void refuse_method(Response& response, const char* allowed) {
    response.set_header("Allow", allowed);
    refuse(response, {405, fmt::format("only {} here", allowed)});
  }

  /// What is wrong with the size of the body or how it is declared.
  [[nodiscard]] std::optional<Refusal> refuse_framing(const Request& request) const {
    const auto length = declared_length(request);
    if (!length) return Refusal{400, length.error().message};
    if (length->value_or(0) > options_.limits.body_bytes) return too_large(options_.limits.body_bytes);
    const bool has_body = request.method == "POST" && (find_webhook(request) != nullptr || is_setup(request));
    if (has_body && !*length && !request.has_header("Transfer-Encoding")) {
      return Refusal{411, "Content-Length is missing"};
    }
    return std::nullopt;
  }

  [[nodiscard]] static Refusal too_large(std::size_t limit) {
    return {413, fmt::format("the body is larger than {} bytes", limit)};
  }

  void receive(const Webhook& webhook, const Request& request, Response& response,
               const httplib::ContentReader& read) {
    std::string body;
    auto refusal = webhook.check_headers(request);
    if (!refusal) refusal = read_body(request, read, body, options_.limits.body_bytes);
    if (!refusal) refusal = webhook.check_sender(request, body);
    if (refusal) {
      count(webhook, request, "refused");
      log_.info("refused a delivery", {{"status", std::to_string(refusal->status)},
                                       {"reason", refusal->message},
                                       {"address", request.remote_addr}});
      refuse(response, *refusal);
      return;
    }
    store({.id = webhook.id(request, body),
           .forge = std::string(webhook.forge),
           .event = webhook.event(request),
           .body = std::move(body)},
          response);
  }

  void set_up(const Request& request, Response& response, const httplib::ContentReader& read) {
    std::string body;
    if (const auto refusal = read_body(request, read, body, setup::Site::kLargestBody)) {
      refuse(response, *refusal);
    } else {
      send(options_.setup->answer(setup_request(request, std::move(body))), response);
    }
  }

  std::optional<Refusal> read_body(const Request& request, const httplib::ContentReader& read,
                                   std::string& body, std::size_t limit) const {
    const auto declared = request.get_header_value<std::uint64_t>("Content-Length");
    const std::size_t expected = std::min(declared > 0 ? declared : kLikelyBody, limit);
    bool is_too_large = false;
    const bool is_read = read([&](const char* bytes, std::size_t size) {
      is_too_large = body.size() + size > limit;
      // Address space only, for pages are taken as the bytes come: a string that grows by itself is copied
      // each time, and then holds up to three times its size.
      if (body.size() + size > body.capacity()) body.reserve(body.empty() ? expected : limit);
      if (!is_too_large) body.append(bytes, size);
      return !is_too_large;
    });
    if (is_too_large) return too_large(limit);
    if (!is_read) return Refusal{408, "the body did not come whole and in time"};
    return std::nullopt;
  }

  void store(const Delivery& delivery, Response& response) {
    const auto result = queue_.enqueue(delivery, options_.clock());
    if (!result) {
      metrics_.count_delivery(delivery.forge, delivery.event, "failed");
      log_.error("a delivery could not be stored",
                 {{"delivery", delivery.id}, {"error", to_string(result.error())}});
      response.set_header("Retry-After", kRetryAfterSeconds);
      refuse(response, {503, "the delivery could not be stored; try again"});
      return;
    }
    const bool is_new = *result == EnqueueResult::kStored;
    metrics_.count_delivery(delivery.forge, delivery.event, is_new ? "stored" : "duplicate");
    log_.debug(is_new ? "stored a delivery" : "a delivery came again",
               {{"delivery", delivery.id}, {"event", delivery.event}});
    response.status = is_new ? 202 : 200;
    // The id has only characters that JSON takes as they are.
    response.set_content(
        fmt::format(R"({{"delivery":"{}"{}}})", delivery.id, is_new ? "" : R"(,"duplicate":true)"), kJson);
    if (is_new) options_.on_stored();
  }

  void count(const Webhook& webhook, const Request& request, std::string_view result) {
    metrics_.count_delivery(webhook.forge, webhook.event(request), result);
  }

  void answer_readiness(Response& response) {
    auto failed = nlohmann::json::array();
    const auto check = [&](const std::string& name, const Result<void>& result) {
      if (result) return;
      log_.warning("not ready", {{"check", name}, {"error", to_string(result.error())}});
      failed.push_back(name);
    };
    const auto stats = queue_.stats();
    check("queue", stats ? Result<void>() : std::unexpected(stats.error()));
    for (const ReadinessCheck& readiness : options_.readiness) check(readiness.name, readiness.run());
    if (options_.setup != nullptr && options_.setup->owns("/setup")) failed.push_back("setup");
    if (is_draining_) failed.push_back("draining");
    response.status = failed.empty() ? 200 : 503;
    response.set_content(nlohmann::json{{"ready", failed.empty()}, {"failed", failed}}.dump() + "\n", kJson);
  }

  void answer_metrics(Response& response) {
    auto stats = queue_.stats();
    if (!stats) log_.warning("the queue does not answer", {{"error", to_string(stats.error())}});
    response.set_content(
        metrics_.render(stats ? std::optional(std::move(*stats)) : std::nullopt, options_.clock()),
        std::string(Metrics::kContentType));
  }

  JobQueue& queue_;
  Metrics& metrics_;
  Log log_;
  ServerOptions options_;
  GithubSecrets github_secrets_;
  std::vector<Webhook> webhooks_;  ///< not changed once they are registered
  std::atomic<bool> is_draining_ = false;
  HttpServer http_;
};

Server::Server(JobQueue& queue, Metrics& metrics, Log log, ServerOptions options)
    : routes_(std::make_unique<Routes>(queue, metrics, std::move(log), std::move(options))) {}

Server::~Server() = default;

Result<int> Server::bind(const std::string& host, int port) { return routes_->http().bind(host, port); }

void Server::serve() { routes_->http().serve(); }

void Server::serve_github(std::vector<Secret> webhook_secrets) {
  routes_->serve_github(std::move(webhook_secrets));
}

void Server::drain() { routes_->drain(); }

void Server::stop() { routes_->http().stop(); }

}  // namespace mlx::bot
