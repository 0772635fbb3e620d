#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bot/delivery_handler.h"
#include "bot/run/run_event.h"
#include "engine/io/time_zone_directory.h"
#include "tests/bot/run/host.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_sandbox.h"

namespace mlx::testing {

/// Tells of every request before it is sent, and of every answer.
class WatchedHttpClient final : public HttpClient {
 public:
  explicit WatchedHttpClient(std::chrono::milliseconds answer_timeout);
  Result<HttpResponse> send(const HttpRequest& request) override;

  std::function<void(const HttpRequest&)> before = [](const HttpRequest&) {};
  /// May change what was answered.
  std::function<void(const HttpRequest&, HttpResponse&)> after = [](const HttpRequest&, HttpResponse&) {};

 private:
  std::unique_ptr<HttpClient> http_;
};

/// `[project]` and nothing else that matters.
extern const char* const kPyProject;

/// The bot's own code against a sandbox, one delivery at a time. The registry has `web`, which
/// requires `settings` (tests/support/test_registry.h).
class World {
 public:
  explicit World(const std::map<std::string, std::string>& project = {{"pyproject.toml", kPyProject},
                                                                      {"README.md", "# Shop\n"}},
                 std::chrono::milliseconds answer_timeout = std::chrono::seconds(20),
                 Host host = Host::kGithub);
  explicit World(Host host,
                 const std::map<std::string, std::string>& project = {{"pyproject.toml", kPyProject},
                                                                      {"README.md", "# Shop\n"}})
      : World(project, std::chrono::seconds(20), host) {}

  TestSandbox sandbox;

  /// A new issue with a comment; both are remembered, as is every later comment.
  void write(const std::string& user, const std::string& body);
  /// Another comment on the same issue.
  void write_again(const std::string& user, const std::string& body);
  void edit(const std::string& user, const std::string& body);

  [[nodiscard]] Host host() const { return host_; }
  [[nodiscard]] bool is_on_gitlab() const { return host_ == Host::kGitlab; }
  /// As the bot writes a pull request: `#12` or `!12`.
  [[nodiscard]] std::string reference(const nlohmann::json& pull) const;

  /// The delivery that the forge would send of what was written last.
  [[nodiscard]] nlohmann::json payload() const { return payload_; }
  /// As if it had been written an hour later: times are in seconds, and tests are faster.
  void written_later();

  /// Runs the delivery of what was written last.
  [[nodiscard]] Result<bot::RunOutcome> run();
  /// Runs a delivery of `pull_request` for a pull request that is there.
  [[nodiscard]] Result<bot::RunOutcome> run_pull_request(std::int64_t number,
                                                         const std::string& action = "synchronize");
  /// Hands it to the worker's handler.
  [[nodiscard]] bot::JobResult deliver(int attempt = 1);
  /// Writes, runs, and expects an outcome.
  bot::RunOutcome say(const std::string& user, const std::string& body);

  /// The bot as a new process: it remembers nothing but what this does.
  void restart(std::shared_ptr<IndexCache> index_cache);

  /// What the registry has from now on, by path.
  void publish(const std::map<std::string, std::string>& registry);
  /// Runs an event as the worker would.
  [[nodiscard]] Result<bot::RunOutcome> run(const bot::Event& event);
  /// Gives an event up as the worker would.
  [[nodiscard]] Result<void> report(const bot::Event& event, const Error& error);
  /// Who explains findings from now on.
  void advise_by(Advisor& advisor) { options_.advisor = &advisor; }
  /// What the bot takes for the time.
  std::chrono::sys_seconds now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());

  /// The tree of main with what `components` bring.
  [[nodiscard]] GitTree main_with(const std::vector<std::string>& components) const;
  /// What the plan for `components` says now, against main.
  [[nodiscard]] ChangePlan plan(const std::vector<std::string>& components) const;

  std::int64_t issue = 0;
  std::int64_t comment = 0;
  WatchedHttpClient http;
  static constexpr int kLastAttempt = 8;

 private:
  void remember(const std::string& sender, const nlohmann::json& comment,
                const nlohmann::json& previous_body);
  [[nodiscard]] std::unique_ptr<bot::DeliveryHandler> make_handler();

  Host host_;
  TemporaryDirectory registry_;
  TimeZoneDirectory zones_;
  std::unique_ptr<bot::Forge> forge_;
  bot::RunOptions options_;
  std::unique_ptr<bot::DeliveryHandler> handler_;
  std::string event_;
  nlohmann::json payload_;
};

/// The bot's reactions to a comment, sorted.
inline const std::vector<std::string> kSucceeded = {"eyes", "rocket"};
inline const std::vector<std::string> kRefused = {"confused", "eyes"};

/// One answer on the issue, and the reactions that go with it. Returns the answer.
std::string answer_of(World& world, const std::vector<std::string>& reactions);
void check_nothing_was_made(World& world);
void check_nothing_was_said(World& world);
nlohmann::json only_pull(World& world);

}  // namespace mlx::testing
