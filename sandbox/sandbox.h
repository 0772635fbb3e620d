#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "engine/base/error.h"
#include "sandbox/faults.h"

namespace mlx {

struct SandboxOptions {
  std::string listen = "127.0.0.1:0";  ///< HOST:PORT; port 0 takes a free one
  /// Its files become the first commit on `main`: without `.git`, symlinks kept as links
  /// and never followed, executable bits kept. Empty: the commit holds only a README.
  std::filesystem::path project = {};
  std::string owner = "octo-team";
  std::string name = {};  ///< empty: the name of the project directory
  /// Every API request is appended here as one line of JSON:
  /// {method, path, query, headers, body, status, response}.
  std::optional<std::filesystem::path> record_file = {};
};

/// A GitHub and a GitLab of its own on the loopback interface: one repository with real git objects, six
/// people and a bot, GitHub's REST API under /api/v3, GitLab's under /api/v4, signed webhooks, and web pages.
/// Everything is gone when it stops.
///
/// Safe to use from every thread. Serves from threads of its own.
class Sandbox {
 public:
  /// Listens when it returns. Fails with kIo when the address is taken or the project
  /// cannot be read, with kInvalidInput when the address or the name makes no sense.
  [[nodiscard]] static Result<std::unique_ptr<Sandbox>> start(const SandboxOptions& options);

  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  Sandbox(Sandbox&&) = delete;
  Sandbox& operator=(Sandbox&&) = delete;

  [[nodiscard]] std::string address() const;  ///< "127.0.0.1:PORT"
  [[nodiscard]] std::string api_url() const;  ///< "http://127.0.0.1:PORT/api/v3"

  /// What a client needs to know, secrets included: addresses, the repository, the users
  /// with their tokens, the bot's token, the app with its private key, the webhook secret.
  [[nodiscard]] nlohmann::json description() const;

  /// The bare repository; may be cloned from.
  [[nodiscard]] std::filesystem::path git_directory() const;

  /// Gives the repository another name. GitLab's API still finds it by the old one, by a redirect.
  void rename(const std::string& name);

  /// Waits until every webhook that is due was sent. False if that takes longer.
  [[nodiscard]] bool wait_idle(std::chrono::milliseconds timeout = std::chrono::seconds(10));

  /// Fails with kInvalidInput when the fault's path is not a regular expression.
  [[nodiscard]] Result<void> add_fault(Fault fault);
  void clear_faults();

  /// The API requests so far, oldest first, as in the record file (the last 5,000 at most).
  [[nodiscard]] nlohmann::json requests() const;

  /// Ends all connections and deletes the repository. Called by the destructor; harmless twice.
  void stop();

 private:
  struct Parts;
  explicit Sandbox(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace mlx
