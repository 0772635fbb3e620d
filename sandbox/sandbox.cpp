#include "sandbox/sandbox.h"

#include <array>
#include <atomic>

#include "sandbox/front.h"
#include "sandbox/github/service.h"
#include "sandbox/gitlab/events.h"
#include "sandbox/gitlab/json.h"
#include "sandbox/gitlab/service.h"
#include "sandbox/http/server.h"
#include "sandbox/keys.h"
#include "sandbox/temporary_directory.h"
#include "sandbox/web/pages.h"

namespace mlx {
namespace {

using sandbox::Id;
using sandbox::Identity;
using sandbox::Role;
using sandbox::State;
using sandbox::User;

constexpr std::size_t kTokenDigits = 36;

struct Person {
  Id id;
  const char* login;
  const char* name;
  Role role;
  bool is_collaborator;
};
constexpr std::array<Person, 6> kPeople{{
    {583231, "octocat", "The Octocat", Role::kAdmin, true},
    {910001, "maintainer-mia", "Mia Maintainer", Role::kMaintain, true},
    {910002, "writer-will", "Will Writer", Role::kWrite, true},
    {910003, "triage-tom", "Tom Triage", Role::kTriage, true},
    {910004, "reader-rita", "Rita Reader", Role::kRead, true},
    {910005, "stranger-sam", "Sam Stranger", Role::kNone, false},
}};

bool is_plain_name(const std::string& name) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";
  return !name.empty() && name.find_first_not_of(kAllowed) == std::string::npos && name != "." &&
         name != "..";
}

std::string default_name(const SandboxOptions& options) {
  if (!options.name.empty()) return options.name;
  if (options.project.empty()) return "sandbox";
  const auto directory = std::filesystem::absolute(options.project).lexically_normal();
  return (directory.has_filename() ? directory : directory.parent_path()).filename().string();
}

void add_people(State& state) {
  for (const Person& person : kPeople) {
    state.users.push_back({.id = person.id,
                           .login = person.login,
                           .name = person.name,
                           .role = person.role,
                           .is_collaborator = person.is_collaborator,
                           .created_at = sandbox::now()});
    state.tokens["ghp_" + sandbox::random_hex(kTokenDigits)] = {.kind = Identity::Kind::kUser,
                                                                .login = person.login};
  }
}

void add_app(State& state) {
  state.app = {.id = 424242,
               .installation_id = 51515151,
               .name = "mlx-bot",
               .slug = "mlx-bot",
               .client_id = "Iv23li" + sandbox::random_hex(14),
               .bot_login = "mlx-bot[bot]",
               .permissions = {{"checks", "write"},
                               {"metadata", "read"},
                               {"contents", "write"},
                               {"issues", "write"},
                               {"pull_requests", "write"},
                               {"repository_hooks", "write"}},
               .events = {"check_run", "check_suite", "create", "delete", "issue_comment", "issues",
                          "pull_request", "pull_request_review_comment", "push"},
               .created_at = sandbox::now()};
  state.users.push_back({.id = 41898282,
                         .login = state.app.bot_login,
                         .name = state.app.bot_login,
                         .type = "Bot",
                         .role = Role::kWrite,
                         .created_at = sandbox::now()});
  state.tokens["ghs_" + sandbox::random_hex(kTokenDigits)] = {.kind = Identity::Kind::kInstallation,
                                                              .login = state.app.bot_login,
                                                              .permissions = state.app.permissions};
}

/// Tokens of the GitLab side, for everybody.
void add_gitlab_tokens(State& state) {
  for (const User& user : state.users) {
    state.tokens["glpat-" + sandbox::random_hex(20)] = {.kind = Identity::Kind::kUser, .login = user.login};
  }
}

/// The token that lasts for ever; of the GitLab side, or of the other.
std::string token_of(const State& state, const std::string& login, bool is_of_gitlab = false) {
  for (const auto& [token, identity] : state.tokens) {
    const bool fits = token.starts_with("glpat-") == is_of_gitlab;
    if (fits && identity.login == login && !identity.expires_at) return token;
  }
  return {};
}

nlohmann::json gitlab_description(const State& state) {
  nlohmann::json users = nlohmann::json::object();
  for (const User& user : state.users) {
    if (user.type == "User") users[user.login] = {{"token", token_of(state, user.login, true)}};
  }
  return {{"url", state.url},
          {"api_url", state.url + "/api/v4"},
          {"project_id", state.repository.id},
          {"project", state.repository.full_name()},
          {"token", token_of(state, state.app.bot_login, true)},
          {"bot_username", sandbox::gitlab::username(state, *state.find_user(state.app.bot_login))},
          {"users", std::move(users)}};
}

Result<void> add_first_commit(const SandboxOptions& options, State& state, sandbox::GitStore& git) {
  const User& author = state.users.front();
  const sandbox::Signature signature{
      .name = author.name, .email = author.email(), .seconds = sandbox::now().time_since_epoch().count()};
  std::string commit;
  if (options.project.empty()) {
    const std::string readme = MLX_TRY(git.write_blob("# " + state.repository.name + "\n"));
    const std::string tree = MLX_TRY(git.write_tree(std::nullopt, {{"README.md", 0100644, readme}}));
    commit = MLX_TRY(git.write_commit({.sha = {},
                                       .tree = tree,
                                       .parents = {},
                                       .author = signature,
                                       .committer = signature,
                                       .message = "Initial commit"}));
  } else {
    commit = MLX_TRY(git.import_directory(options.project, signature, "Initial commit"));
  }
  return git.set_ref("refs/heads/" + state.repository.default_branch, commit);
}

}  // namespace

/// In the order in which they depend on each other.
struct Sandbox::Parts {
  sandbox::TemporaryDirectory directory;
  std::filesystem::path git_directory;
  sandbox::GitStore git;
  State state;
  sandbox::Recorder recorder;
  sandbox::FaultList faults;
  sandbox::WebhookSender webhooks;
  sandbox::github::Service service{
      state,
      git,
      webhooks,
      {.hears = sandbox::gitlab::is_anybody_listening, .tell = sandbox::gitlab::deliver}};
  sandbox::gitlab::Service gitlab{state, git, service};
  sandbox::web::Pages pages{state, git, service};
  sandbox::Front front;
  std::unique_ptr<sandbox::HttpServer> server;
  std::atomic<bool> is_stopped = false;

  Parts(sandbox::TemporaryDirectory own_directory, sandbox::GitStore store, bool is_loopback)
      : directory(std::move(own_directory)),
        git(std::move(store)),
        front({.github = service,
               .gitlab = gitlab,
               .webhooks = webhooks,
               .recorder = recorder,
               .faults = faults,
               .pages = pages},
              is_loopback) {}
};

Sandbox::Sandbox(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Sandbox::~Sandbox() { stop(); }

Result<std::unique_ptr<Sandbox>> Sandbox::start(const SandboxOptions& options) {
  const std::string name = default_name(options);
  if (!is_plain_name(name) || !is_plain_name(options.owner)) {
    return fail(
        ErrorCode::kInvalidInput,
        "`" + options.owner + "/" + name + "` is not a repository name: use letters, digits, `-`, `.`, `_`");
  }
  auto directory = MLX_TRY(sandbox::TemporaryDirectory::create());
  auto git = MLX_TRY(sandbox::GitStore::create(directory.path() / (name + ".git")));
  const bool is_loopback = options.listen.starts_with("127.") || options.listen.starts_with("localhost") ||
                           options.listen.starts_with("[::1]");
  auto parts = std::make_unique<Parts>(std::move(directory), std::move(git), is_loopback);
  parts->git_directory = parts->directory.path() / (name + ".git");
  State& state = parts->state;
  const auto time = sandbox::now();
  state.webhook_secret = sandbox::random_hex(40);
  state.repository = {.id = 1296269,
                      .owner = {.id = 6811672,
                                .login = options.owner,
                                .name = options.owner,
                                .type = "Organization",
                                .created_at = time},
                      .name = name,
                      .created_at = time,
                      .pushed_at = time};
  add_people(state);
  add_app(state);
  add_gitlab_tokens(state);
  MLX_CHECK(add_first_commit(options, state, parts->git));
  if (options.record_file) MLX_CHECK(parts->recorder.open(*options.record_file));

  // Requests wait for the mutex until the address is known.
  const std::scoped_lock lock(state.mutex);
  parts->server = MLX_TRY(sandbox::HttpServer::start(
      options.listen,
      [&front = parts->front](const sandbox::HttpRequest& request) { return front.answer(request); }));
  state.url = "http://" + parts->server->address();
  return std::unique_ptr<Sandbox>(new Sandbox(std::move(parts)));
}

std::string Sandbox::address() const { return parts_->server->address(); }

std::string Sandbox::api_url() const { return "http://" + address() + "/api/v3"; }

nlohmann::json Sandbox::description() const {
  const State& state = parts_->state;
  const std::scoped_lock lock(parts_->state.mutex);
  nlohmann::json users = nlohmann::json::object();
  for (const User& user : state.users) {
    if (user.type != "User") continue;
    users[user.login] = {{"token", token_of(state, user.login)}, {"role", to_string(user.role)}};
  }
  return {{"address", address()},
          {"url", state.url},
          {"api_url", state.api_url()},
          {"owner", state.repository.owner.login},
          {"name", state.repository.name},
          {"full_name", state.repository.full_name()},
          {"default_branch", state.repository.default_branch},
          {"token", token_of(state, state.app.bot_login)},
          {"bot_login", state.app.bot_login},
          {"git", git_directory().string()},
          {"webhook",
           {{"secret", state.webhook_secret},
            {"url_hint", "POST " + state.api_url() + "/repos/" + state.repository.full_name() + "/hooks"}}},
          {"app",
           {{"id", state.app.id},
            {"client_id", state.app.client_id},
            {"installation_id", state.app.installation_id},
            {"private_key", sandbox::app_key().private_pem}}},
          {"gitlab", gitlab_description(state)},
          {"users", std::move(users)}};
}

void Sandbox::rename(const std::string& name) {
  State& state = parts_->state;
  const std::scoped_lock lock(state.mutex);
  state.former_names.insert(sandbox::to_lower(state.repository.full_name()));
  state.repository.name = name;
}

std::filesystem::path Sandbox::git_directory() const { return parts_->git_directory; }

bool Sandbox::wait_idle(std::chrono::milliseconds timeout) { return parts_->webhooks.wait_idle(timeout); }

Result<void> Sandbox::add_fault(Fault fault) { return parts_->faults.add(std::move(fault)); }

void Sandbox::clear_faults() { parts_->faults.clear(); }

nlohmann::json Sandbox::requests() const { return parts_->recorder.requests(); }

void Sandbox::stop() {
  if (parts_->is_stopped.exchange(true)) return;
  parts_->front.stop();
  parts_->webhooks.stop();
  parts_->server->stop();
  parts_->directory.remove();
}

}  // namespace mlx
