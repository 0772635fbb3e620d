#pragma once

#include <httplib.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "sandbox/sandbox.h"

namespace mlx::testing {

using Json = nlohmann::json;

struct Reply {
  int status = 0;  ///< 0: no answer
  Json body;       ///< null when it was no JSON
  std::string text;
  httplib::Headers headers;

  [[nodiscard]] std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

/// Somebody who talks to the API over real HTTP; `path` is below "/api/v3".
class Caller {
 public:
  Caller(const std::string& address, std::string token);

  Reply get(const std::string& path, const httplib::Headers& more = {});
  Reply post(const std::string& path, const Json& body);
  Reply post_text(const std::string& path, const std::string& body);
  Reply patch(const std::string& path, const Json& body);
  Reply put(const std::string& path, const Json& body = Json::object());
  Reply remove(const std::string& path);

  /// Any path of the server, as a browser would ask.
  Reply page(const std::string& path);
  Reply submit(const std::string& path, const httplib::Params& form, const httplib::Headers& more = {});
  httplib::Client& http() { return client_; }

 private:
  [[nodiscard]] httplib::Headers headers() const;
  httplib::Client client_;
  std::string token_;
};

/// A sandbox with a small project, and callers for its people.
class Forge {
 public:
  explicit Forge(SandboxOptions options = {});

  [[nodiscard]] Caller as(const std::string& login) const;  ///< "bot", "nobody", or a login
  [[nodiscard]] Caller with_token(const std::string& token) const { return {sandbox->address(), token}; }
  [[nodiscard]] std::string main_sha() const;
  /// A new commit on top of `parent` with one file, made by the bot.
  std::string commit(const std::string& parent, const std::string& path, const std::string& content) const;
  /// A branch of `commit`.
  void branch(const std::string& name, const std::string& commit) const;
  /// A branch with one new file and a pull request for it; its number.
  int pull_request(const std::string& branch, const std::string& path = "src/new.py") const;
  int issue(const std::string& title = "An issue") const;

  std::unique_ptr<Sandbox> sandbox;
  Json description;
  std::string repository;  ///< "/repos/octo-team/project"
};

/// Receives webhooks.
class Receiver {
 public:
  struct Received {
    std::string event;
    std::string guid;
    std::string signature;
    std::string signature_sha1;
    std::string hook_id;
    std::string user_agent;
    std::string body;
    Json payload;
  };

  Receiver();
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;
  Receiver(Receiver&&) = delete;
  Receiver& operator=(Receiver&&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }
  [[nodiscard]] std::vector<Received> received();
  /// "issues.opened", "push" … in the order of arrival.
  [[nodiscard]] std::vector<std::string> names();
  void answer_with(int status) { status_ = status; }

  /// Hooks it to the forge as an admin; the hook's id.
  int hook_to(Forge& forge, const Json& events = Json::array({"*"})) const;

 private:
  httplib::Server server_;
  int port_ = 0;
  std::atomic<int> status_ = 200;
  std::mutex mutex_;
  std::vector<Received> received_;
  std::thread thread_;
};

/// A directory that vanishes, for projects.
class ProjectDirectory {
 public:
  ProjectDirectory();
  ~ProjectDirectory();
  ProjectDirectory(const ProjectDirectory&) = delete;
  ProjectDirectory& operator=(const ProjectDirectory&) = delete;
  ProjectDirectory(ProjectDirectory&&) = delete;
  ProjectDirectory& operator=(ProjectDirectory&&) = delete;

  void write(const std::string& path, const std::string& content) const;
  [[nodiscard]] std::filesystem::path path() const { return root_ / "project"; }

 private:
  std::filesystem::path root_;
};

}  // namespace mlx::testing
