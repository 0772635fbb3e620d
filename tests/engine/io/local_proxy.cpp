#include "tests/engine/io/local_proxy.h"

#include <httplib.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>

#include "engine/io/directory.h"

namespace mlx::test {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string read_head(int socket) {
  std::string head;
  char c = 0;
  while (!head.ends_with("\r\n\r\n") && ::recv(socket, &c, 1, 0) == 1) head += c;
  return head;
}

/// Until one of the two ends.
void relay(int one, int other) {
  std::array<pollfd, 2> ends = {pollfd{.fd = one, .events = POLLIN, .revents = 0},
                                pollfd{.fd = other, .events = POLLIN, .revents = 0}};
  std::array<char, 16384> buffer{};
  while (::poll(ends.data(), ends.size(), 10'000) > 0) {
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends.at(i).revents == 0) continue;
      const auto got = ::recv(ends.at(i).fd, buffer.data(), buffer.size(), 0);
      if (got <= 0) return;
      send_all(ends.at(1 - i).fd, {buffer.data(), static_cast<std::size_t>(got)});
    }
  }
}

void run(const std::string& command) {
  // A shell on purpose: the commands are the tests' own.
  if (std::system((command + " >/dev/null 2>&1").c_str()) != 0)  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
    throw std::runtime_error("failed: " + command);
}

}  // namespace

struct LocalProxy::Parts {
  int tunnel_port = 0;
  bool refuses_tunnels = false;
  FileDescriptor listener{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  int port = 0;
  std::mutex mutex;
  std::vector<std::string> heads;
  std::vector<std::jthread> connections;
  std::jthread accepting;

  void accept_all() {
    while (true) {
      const int socket = ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) return;
      connections.emplace_back([this, socket] { answer(FileDescriptor(socket)); });
    }
  }

  void answer(const FileDescriptor& client) {
    const std::string head = read_head(client.get());
    {
      const std::scoped_lock lock(mutex);
      heads.push_back(head);
    }
    if (!head.starts_with("CONNECT ")) {
      send_all(client.get(), "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nproxied");
      return;
    }
    if (refuses_tunnels) {
      send_all(client.get(), "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const FileDescriptor server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(tunnel_port);
    if (::connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
    send_all(client.get(), "HTTP/1.1 200 Connection established\r\n\r\n");
    relay(client.get(), server.get());
  }
};

LocalProxy::LocalProxy(int tunnel_port, bool refuses_tunnels) : parts_(new Parts) {
  parts_->tunnel_port = tunnel_port;
  parts_->refuses_tunnels = refuses_tunnels;
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  const bool is_listening =
      ::bind(parts_->listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::listen(parts_->listener.get(), 16) == 0 &&
      ::getsockname(parts_->listener.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (!is_listening) throw std::runtime_error("cannot listen");
  parts_->port = ntohs(address.sin_port);
  parts_->accepting = std::jthread([this] { parts_->accept_all(); });
}

LocalProxy::~LocalProxy() {
  ::shutdown(parts_->listener.get(), SHUT_RDWR);
  parts_->accepting.join();
  parts_->connections.clear();
  delete parts_;
}

std::string LocalProxy::url(const std::string& credentials) const {
  return "http://" + (credentials.empty() ? "" : credentials + "@") +
         "127.0.0.1:" + std::to_string(parts_->port);
}

std::vector<std::string> LocalProxy::heads() const {
  const std::scoped_lock lock(parts_->mutex);
  return parts_->heads;
}

struct LocalTlsServer::Parts {
  std::string directory;
  std::unique_ptr<httplib::SSLServer> server;
  int port = 0;
  std::thread thread;
};

LocalTlsServer::LocalTlsServer(const std::string& directory) : parts_(new Parts{.directory = directory}) {
  const std::string at = "cd '" + directory + "' && openssl ";
  const std::string key = " -newkey rsa:2048 -nodes -days 2 ";
  run(at + "req -x509" + key + "-keyout ca.key -out ca.pem -subj '/CN=Our own authority'");
  run(at + "req" + key + "-keyout server.key -out server.csr -subj /CN=forge.test");
  std::ofstream(directory + "/names") << "subjectAltName=DNS:forge.test\n";
  run(at +
      "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out "
      "server.pem");
  parts_->server = std::make_unique<httplib::SSLServer>((directory + "/server.pem").c_str(),
                                                        (directory + "/server.key").c_str());
  parts_->server->Get(".*", [](const httplib::Request& request, httplib::Response& response) {
    response.set_content(
        request.get_header_value("Authorization") + "|" + request.get_header_value("Proxy-Authorization"),
        "text/plain");
  });
  parts_->port = parts_->server->bind_to_any_port("127.0.0.1");
  parts_->thread = std::thread([this] { parts_->server->listen_after_bind(); });
  while (!parts_->server->is_running()) std::this_thread::yield();
}

LocalTlsServer::~LocalTlsServer() {
  parts_->server->stop();
  parts_->thread.join();
  delete parts_;
}

int LocalTlsServer::port() const { return parts_->port; }
std::string LocalTlsServer::ca_file() const { return parts_->directory + "/ca.pem"; }

}  // namespace mlx::test
