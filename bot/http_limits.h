#pragma once

#include <chrono>
#include <cstddef>

namespace mlx::bot {

/// How much a client may ask of the HTTP server.
struct HttpLimits {
  std::size_t threads = 8;
  std::size_t connections = 256;           ///< open at once; beyond it the longest idle one is closed
  std::size_t header_bytes = 32UL * 1024;  ///< request line and headers
  std::size_t body_bytes = 25UL * 1024 * 1024;
  std::chrono::milliseconds request{10'000};  ///< from its first byte until the whole of it is here
  std::chrono::milliseconds idle{30'000};     ///< between the requests of one connection
  std::chrono::milliseconds write{5'000};     ///< for a client that reads slowly
  std::chrono::milliseconds farewell{2'000};  ///< reading on after a refusal, so that it can be read
  std::size_t small_request_bytes =
      64UL * 1024;  ///< up to this size a request takes no thread while it arrives
};

}  // namespace mlx::bot
