#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/base/error.h"
#include "engine/index/snapshot.h"

namespace mlx::bot {

/// Serves a catalogue by HTTP and nothing else, for `mlx` and for the client of shadcn.
///
///     GET, HEAD of what registry_page() has   200 with an ETag; 304 to who has that content already
///     of anything else                        404, or 503 if it is there and cannot be read now
///     other methods                           405
///
/// Refusals are JSON: {"error": …}. A request with a body is refused, since nothing here expects one.
class RegistryServer {
 public:
  /// Called for each request, from several threads: what changes on disk is seen.
  using OpenCatalogue = std::function<Result<std::unique_ptr<Snapshot>>()>;

  explicit RegistryServer(OpenCatalogue open);
  RegistryServer(const RegistryServer&) = delete;
  RegistryServer& operator=(const RegistryServer&) = delete;
  ~RegistryServer();

  /// Port 0 takes a free one. Returns `HOST:PORT` as an address writes it.
  [[nodiscard]] Result<std::string> bind(const std::string& host, int port);
  /// Serves until stop(). Call once, after bind().
  void serve();
  /// From any thread, after bind(). serve() returns when requests that had begun are answered.
  void stop();

 private:
  class Routes;
  std::unique_ptr<Routes> routes_;
};

}  // namespace mlx::bot
