#include "tests/bot/run/run_world.h"

#include <algorithm>
#include <ctime>

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"
#include "engine/io/http_client.h"
#include "engine/plan/add.h"
#include "tests/support/test_registry.h"

namespace mlx::testing {
using nlohmann::json;
using namespace mlx::bot;

const char* const kPyProject =
    "[project]\nname = \"shop\"\nrequires-python = \">=3.11\"\ndependencies = []\n\n[tool.uv]\npackage = "
    "false\n";

WatchedHttpClient::WatchedHttpClient(std::chrono::milliseconds answer_timeout)
    : http_(make_http_client({.answer_timeout = answer_timeout})) {}

Result<HttpResponse> WatchedHttpClient::send(const HttpRequest& request) {
  const auto tell = before;  // which may replace itself
  tell(request);
  HttpRequest whole = request;
  whole.take_body = nullptr;
  auto answer = http_->send(whole);
  if (answer) after(request, *answer);
  if (!answer || !request.take_body || answer->status != 200) return answer;
  // In pieces of a size that divides nothing, as they would come.
  constexpr std::size_t kPiece = 1009;
  for (std::string_view rest = answer->body; !rest.empty();
       rest.remove_prefix(std::min(kPiece, rest.size()))) {
    if (!request.take_body(rest.substr(0, kPiece)))
      return fail(ErrorCode::kUnavailable, "not read to its end");
  }
  answer->body.clear();
  return answer;
}

World::World(const std::map<std::string, std::string>& project, std::chrono::milliseconds answer_timeout,
             Host host)
    : sandbox(project),
      http(answer_timeout),
      host_(host),
      forge_(forge_of(host, http, sandbox)),
      options_{.registry_name = "test",
               .registry_directory = registry_.path(),
               .now = [this] { return now; },
               .time_zones = &zones_},
      handler_(make_handler()) {
  write_files(registry_.path(), registry_files(two_components()));
}

void World::restart(std::shared_ptr<IndexCache> index_cache) {
  handler_.reset();
  forge_ = forge_of(host_, http, sandbox);
  options_.index_cache = std::move(index_cache);
  handler_ = make_handler();
}

std::unique_ptr<DeliveryHandler> World::make_handler() {
  const std::string name = is_on_gitlab() ? "gitlab" : "github";
  return std::make_unique<DeliveryHandler>(Forges{{name, *forge_}}, options_, Log::to_nowhere(),
                                           kLastAttempt);
}

void World::publish(const std::map<std::string, std::string>& registry) {
  for (const auto& entry : std::filesystem::directory_iterator(registry_.path()))
    std::filesystem::remove_all(entry.path());
  write_files(registry_.path(), registry);
}

Result<RunOutcome> World::run(const Event& event) { return run_event(event, *forge_, options_); }

Result<void> World::report(const Event& event, const Error& error) {
  return report_failure(event, *forge_, options_, error);
}

void World::write(const std::string& user, const std::string& body) {
  issue = sandbox.new_issue();
  write_again(user, body);
}

void World::write_again(const std::string& user, const std::string& body) {
  remember(user, sandbox.comment(user, issue, body), nullptr);
}

void World::edit(const std::string& user, const std::string& body) {
  const json before = sandbox.get("/issues/comments/" + std::to_string(comment))["body"];
  remember(user, sandbox.edit_comment(user, comment, body), before);
}

void World::remember(const std::string& sender, const json& written, const json& previous_body) {
  comment = written["id"];
  SentEvent sent = comment_event(host_, sandbox, sender, written, previous_body);
  event_ = std::move(sent.name);
  payload_ = std::move(sent.payload);
}

std::string World::reference(const json& pull) const {
  return (is_on_gitlab() ? "!" : "#") + std::to_string(pull["number"].get<int>());
}

void World::written_later() {
  const std::time_t later = std::chrono::system_clock::to_time_t(now + std::chrono::hours(1));
  std::tm parts{};
  ::gmtime_r(&later, &parts);
  std::array<char, 32> text{};
  (void)std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  payload_[is_on_gitlab() ? "object_attributes" : "comment"]["created_at"] = text.data();
}

Result<RunOutcome> World::run() {
  const auto event = forge_->parse_event(event_, payload_.dump());
  if (!event) return std::unexpected(event.error());
  return run_event(*event, *forge_, options_);
}

Result<RunOutcome> World::run_pull_request(std::int64_t number, const std::string& action) {
  const SentEvent sent = pull_request_event(host_, sandbox, number, action);
  const auto event = forge_->parse_event(sent.name, sent.payload.dump());
  if (!event) return std::unexpected(event.error());
  return run_event(*event, *forge_, options_);
}

JobResult World::deliver(int attempt) {
  return handler_->run({.id = 1,
                        .delivery = {.id = "d1",
                                     .forge = is_on_gitlab() ? "gitlab" : "github",
                                     .event = event_,
                                     .body = payload_.dump()},
                        .received_at = {},
                        .attempt = attempt});
}

RunOutcome World::say(const std::string& user, const std::string& body) {
  write(user, body);
  const auto outcome = run();
  if (!outcome) FAIL(to_string(outcome.error()));
  return *outcome;
}

ChangePlan World::plan(const std::vector<std::string>& components) const {
  MemorySnapshot project;
  for (const auto& [path, file] : sandbox.tree("main")) {
    const EntryKind kind = file.mode == "120000"   ? EntryKind::kSymlink
                           : file.mode == "100755" ? EntryKind::kExecutable
                                                   : EntryKind::kFile;
    project.put(path, {.bytes = file.text, .kind = kind});
  }
  const MemorySnapshot catalogue(registry_files(two_components()));
  return plan_add({.components = components}, Registry::open(catalogue, "test").value(), project).value();
}

GitTree World::main_with(const std::vector<std::string>& components) const {
  GitTree tree = sandbox.tree("main");
  for (const FileChange& file : plan(components).files) {
    tree[file.path.str()] = {.mode = file.is_executable ? "100755" : "100644", .text = file.after.value()};
  }
  return tree;
}

std::string answer_of(World& world, const std::vector<std::string>& reactions) {
  const auto replies = world.sandbox.replies(world.issue);
  REQUIRE(replies.size() == 1);
  CHECK_THAT(replies.front(),
             Catch::StartsWith("<!-- mlx:reply comment=" + std::to_string(world.comment) + " "));
  CHECK(world.sandbox.reactions(world.comment) == reactions);
  return replies.front();
}

void check_nothing_was_made(World& world) {
  CHECK(world.sandbox.branches().size() == 1);
  CHECK(world.sandbox.pulls().empty());
}

void check_nothing_was_said(World& world) {
  CHECK(world.sandbox.replies(world.issue).empty());
  CHECK(world.sandbox.reactions(world.comment).empty());
  check_nothing_was_made(world);
}

json only_pull(World& world) {
  const auto pulls = world.sandbox.pulls();
  REQUIRE(pulls.size() == 1);
  return pulls.front();
}

}  // namespace mlx::testing
