// How many signed webhooks the ingress verifies and stores for a second of its CPU time.
//
//   ingress_bench [DELIVERIES] [CONNECTIONS] [BODY_BYTES] [PEER COMMAND…]
//
// With a peer's command, that is measured instead: a program that takes the same deliveries at
// the same path, signed with the secret below, and prints its port.
//
// The server and its queue run in a process of their own (this program again, with --serve), as in
// `mlx serve`: synchronous=FULL, one file in the current directory, made for the run. CPU time and
// memory are those of that process, read from /proc.

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "bot/queue/sqlite_queue.h"
#include "bot/server.h"
#include "engine/base/digest.h"

namespace {

using namespace mlx::bot;

constexpr const char* kSecret = "a secret for the bench, not for use";
constexpr unsigned kBodies = 64;

TimePoint now() { return std::chrono::floor<std::chrono::milliseconds>(Clock::now()); }

int serve(const std::string& database) {
  auto queue = open_sqlite_queue(database);
  if (!queue) {
    std::cerr << to_string(queue.error()) << '\n';
    return 1;
  }
  Metrics metrics("bench");
  ServerOptions options{.webhook_secrets = {Secret(kSecret)}, .clock = now};
  Server server(**queue, metrics, Log::to_stderr(LogFormat::kText, LogLevel::kInfo), std::move(options));
  const auto port = server.bind("127.0.0.1", 0);
  if (!port) {
    std::cerr << to_string(port.error()) << '\n';
    return 1;
  }
  std::cout << *port << '\n' << std::flush;
  server.serve();
  return 0;
}

struct Usage {
  double user = 0;
  double system = 0;
  long peak_kilobytes = 0;
};

Usage usage_of(pid_t process) {
  std::ifstream stat(fmt::format("/proc/{}/stat", process));
  std::string word;
  Usage usage;
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  for (int field = 1; stat >> word; ++field) {
    if (field == 14) usage.user = std::stod(word) / ticks;
    if (field == 15) usage.system = std::stod(word) / ticks;
  }
  std::ifstream status(fmt::format("/proc/{}/status", process));
  while (status >> word) {
    if (word == "VmHWM:") status >> usage.peak_kilobytes;
  }
  return usage;
}

std::string make_body(unsigned number, std::size_t size) {
  std::string body = fmt::format(R"({{"action":"created","number":{},"comment":{{"body":")", number);
  while (body.size() + 4 < size) body += static_cast<char>('a' + (body.size() * 7 + number) % 26);
  return body + "\"}}\n";
}

/// As GitHub makes them: a UUID of version 1, with the time in units of 100 ns. Two milliseconds apart.
std::string make_id(unsigned number) {
  const std::uint64_t time = 0x1ef'5a3b'7777'0000 + number * 20'000ULL;
  return fmt::format("{:08x}-{:04x}-1{:03x}-8a3f-0242ac120002", time & 0xFFFFFFFF, (time >> 32U) & 0xFFFF,
                     (time >> 48U) & 0xFFF);
}

struct Signed {
  std::string body;
  std::string signature;
};

int connect_to(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) std::abort();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
  return socket;
}

/// Has all of an answer arrived, by its content-length?
bool is_whole(const std::string& answer) {
  const auto head = answer.find("\r\n\r\n");
  if (head == std::string::npos) return false;
  std::string headers = answer.substr(0, head);
  std::ranges::transform(headers, headers.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto length = headers.find("content-length:");
  return length != std::string::npos && answer.size() - head - 4 >= std::stoul(headers.substr(length + 15));
}

/// Sends one delivery and waits for its answer. True if it was stored.
bool deliver(int socket, const Signed& content, const std::string& id) {
  const std::string request = fmt::format(
      "POST /webhooks/github HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: GitHub-Hookshot/bench\r\nAccept: "
      "*/*\r\n"
      "Content-Type: application/json\r\nX-GitHub-Event: issue_comment\r\nX-GitHub-Delivery: {}\r\n"
      "X-GitHub-Hook-ID: 1\r\nX-GitHub-Hook-Installation-Target-Type: integration\r\n"
      "X-Hub-Signature-256: sha256={}\r\nContent-Length: {}\r\n\r\n{}",
      id, content.signature, content.body.size(), content.body);
  if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    return false;
  std::string answer;
  char buffer[4096];
  while (!is_whole(answer)) {
    const ssize_t got = ::recv(socket, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    answer.append(buffer, static_cast<std::size_t>(got));
  }
  return answer.starts_with("HTTP/1.1 20");
}

void measure(pid_t server, int port, int deliveries, int connections, std::size_t body_size) {
  std::vector<Signed> contents;
  for (unsigned i = 0; i < kBodies; ++i) {
    std::string body = make_body(i, body_size);
    std::string signature = mlx::hmac_sha256_hex(kSecret, body);
    contents.push_back({std::move(body), std::move(signature)});
  }
  const Usage before = usage_of(server);
  const auto started = std::chrono::steady_clock::now();
  std::atomic<unsigned> next = 0;
  std::atomic<int> stored = 0;
  {
    std::vector<std::jthread> clients;
    clients.reserve(static_cast<std::size_t>(connections));
    for (int i = 0; i < connections; ++i) {
      clients.emplace_back([&] {
        const int socket = connect_to(port);
        for (unsigned n = next++; n < static_cast<unsigned>(deliveries); n = next++) {
          if (deliver(socket, contents[n % kBodies], make_id(n))) ++stored;
        }
        ::close(socket);
      });
    }
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;
  const Usage after = usage_of(server);
  const double user = after.user - before.user;
  const double system = after.system - before.system;
  fmt::print("taken                 {} of {}\n", stored.load(), deliveries);
  fmt::print("server CPU            {:.2f} s user, {:.2f} s system\n", user, system);
  fmt::print("per CPU-second        {:.0f}\n", stored / (user + system));
  fmt::print("per second            {:.0f}\n", stored / wall.count());
  fmt::print("peak resident memory  {:.1f} MB\n", static_cast<double>(after.peak_kilobytes) / 1024.0);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 2 && arguments[0] == "--serve") return serve(arguments[1]);
  const int deliveries = arguments.empty() ? 20'000 : std::stoi(arguments[0]);
  const int connections = arguments.size() < 2 ? 4 : std::stoi(arguments[1]);
  const int body_size = arguments.size() < 3 ? 12 * 1024 : std::stoi(arguments[2]);

  std::vector<std::string> peer(arguments.begin() + std::min<std::ptrdiff_t>(3, std::ssize(arguments)),
                                arguments.end());
  const std::string database = fmt::format("ingress_bench.{}.db", ::getpid());
  int output[2] = {};
  if (::pipe(output) != 0) return 1;
  const pid_t server = ::fork();
  if (server == 0) {
    ::dup2(output[1], STDOUT_FILENO);
    if (peer.empty()) ::execl("/proc/self/exe", "ingress_bench", "--serve", database.c_str(), nullptr);
    std::vector<char*> command;
    command.reserve(peer.size() + 1);
    for (std::string& word : peer) command.push_back(word.data());
    command.push_back(nullptr);
    ::execvp(command.front(), command.data());
    ::_exit(127);
  }
  ::close(output[1]);
  char text[16] = {};
  if (::read(output[0], text, sizeof text - 1) <= 0) return 1;
  measure(server, std::stoi(text), deliveries, connections, static_cast<std::size_t>(body_size));
  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
  for (const char* suffix : {"", "-wal", "-shm"}) ::unlink((database + suffix).c_str());
  return 0;
}
