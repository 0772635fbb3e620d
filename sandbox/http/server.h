#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/base/error.h"
#include "sandbox/http/message.h"

namespace mlx::sandbox {

/// An HTTP/1.1 server on threads of its own, with keep-alive and without Nagle's delay.
/// Stopping does not wait for idle connections.
class HttpServer {
 public:
  /// Called on many threads at once.
  using Handler = std::function<HttpResponse(const HttpRequest&)>;

  /// `listen` is HOST:PORT. Fails with kInvalidInput when it is not, with kIo when it is taken.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> start(const std::string& listen, Handler handler);

  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  HttpServer(HttpServer&&) = delete;
  HttpServer& operator=(HttpServer&&) = delete;

  [[nodiscard]] const std::string& address() const { return address_; }

  /// Returns when no handler runs any more; harmless twice.
  void stop();

 private:
  class Listener;
  HttpServer(std::unique_ptr<Listener> listener, std::string address);
  std::unique_ptr<Listener> listener_;
  std::string address_;
};

}  // namespace mlx::sandbox
