#pragma once

#include <string>
#include <vector>

namespace mlx::test {

/// A proxy on this machine. What is asked of it in plain HTTP it answers itself, with "proxied"; tunnels it
/// leads to one port of this machine, whatever their host is.
class LocalProxy {
 public:
  explicit LocalProxy(int tunnel_port = 0, bool refuses_tunnels = false);
  LocalProxy(const LocalProxy&) = delete;
  LocalProxy& operator=(const LocalProxy&) = delete;
  ~LocalProxy();

  /// `http://127.0.0.1:PORT`, with credentials if there are some (`user:password`).
  [[nodiscard]] std::string url(const std::string& credentials = "") const;
  /// The heads of the requests that it got, oldest first.
  [[nodiscard]] std::vector<std::string> heads() const;

 private:
  struct Parts;
  Parts* parts_;
};

/// A server of `https://forge.test` with a certificate of an authority of its own; it answers everything with
/// the values of the headers `Authorization` and `Proxy-Authorization`, with `|` between them.
class LocalTlsServer {
 public:
  explicit LocalTlsServer(const std::string& directory);  ///< for its files
  LocalTlsServer(const LocalTlsServer&) = delete;
  LocalTlsServer& operator=(const LocalTlsServer&) = delete;
  ~LocalTlsServer();

  [[nodiscard]] int port() const;
  [[nodiscard]] std::string ca_file() const;

 private:
  struct Parts;
  Parts* parts_;
};

}  // namespace mlx::test
