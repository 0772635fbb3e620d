#include "tests/sandbox/sandbox_fixture.h"

#include <cstdlib>
#include <stdexcept>

namespace mlx::testing {
namespace {

Reply to_reply(const httplib::Result& result) {
  if (!result) return {};
  Json body = Json::parse(result->body, nullptr, false);
  return {.status = result->status,
          .body = body.is_discarded() ? Json() : std::move(body),
          .text = result->body,
          .headers = result->headers};
}

const std::string kApi = "/api/v3";

}  // namespace

Caller::Caller(const std::string& address, std::string token)
    : client_("http://" + address), token_(std::move(token)) {
  client_.set_keep_alive(true);
  client_.set_tcp_nodelay(true);
}

httplib::Headers Caller::headers() const {
  httplib::Headers headers{{"Accept", "application/vnd.github+json"}};
  if (!token_.empty()) headers.emplace("Authorization", "Bearer " + token_);
  return headers;
}

Reply Caller::get(const std::string& path, const httplib::Headers& more) {
  auto all = headers();
  for (const auto& [name, value] : more) {
    all.erase(name);
    all.emplace(name, value);
  }
  return to_reply(client_.Get(kApi + path, all));
}

Reply Caller::post_text(const std::string& path, const std::string& body) {
  return to_reply(client_.Post(kApi + path, headers(), body, "application/json"));
}

Reply Caller::post(const std::string& path, const Json& body) { return post_text(path, body.dump()); }

Reply Caller::patch(const std::string& path, const Json& body) {
  return to_reply(client_.Patch(kApi + path, headers(), body.dump(), "application/json"));
}

Reply Caller::put(const std::string& path, const Json& body) {
  return to_reply(client_.Put(kApi + path, headers(), body.dump(), "application/json"));
}

Reply Caller::remove(const std::string& path) { return to_reply(client_.Delete(kApi + path, headers())); }

Reply Caller::page(const std::string& path) { return to_reply(client_.Get(path)); }

Reply Caller::submit(const std::string& path, const httplib::Params& form, const httplib::Headers& more) {
  return to_reply(client_.Post(path, more, form));
}

Forge::Forge(SandboxOptions options) {
  ProjectDirectory project;
  if (options.project.empty()) {
    project.write("README.md", "# Project\n");
    project.write("src/app.py", "print('one')\n");
    options.project = project.path();
  }
  auto started = Sandbox::start(options);
  if (!started) throw std::runtime_error(to_string(started.error()));
  sandbox = std::move(*started);
  description = sandbox->description();
  repository = "/repos/" + description["full_name"].get<std::string>();
}

Caller Forge::as(const std::string& login) const {
  if (login == "nobody") return with_token("");
  if (login == "bot") return with_token(description["token"]);
  return with_token(description["users"].at(login)["token"]);
}

std::string Forge::main_sha() const {
  return as("nobody").get(repository + "/git/ref/heads/main").body["object"]["sha"];
}

std::string Forge::commit(const std::string& parent, const std::string& path,
                          const std::string& content) const {
  Caller bot = as("bot");
  const Json base = bot.get(repository + "/git/commits/" + parent).body["tree"]["sha"];
  const Json entry{{"path", path}, {"mode", "100644"}, {"type", "blob"}, {"content", content}};
  const Json tree =
      bot.post(repository + "/git/trees", {{"base_tree", base}, {"tree", Json::array({entry})}}).body["sha"];
  return bot
      .post(repository + "/git/commits",
            {{"message", "Change " + path}, {"tree", tree}, {"parents", Json::array({parent})}})
      .body["sha"];
}

void Forge::branch(const std::string& name, const std::string& commit) const {
  as("bot").post(repository + "/git/refs", {{"ref", "refs/heads/" + name}, {"sha", commit}});
}

int Forge::pull_request(const std::string& name, const std::string& path) const {
  branch(name, commit(main_sha(), path, "new = 1\n"));
  return as("bot")
      .post(repository + "/pulls", {{"title", "Add " + path}, {"head", name}, {"base", "main"}})
      .body["number"];
}

int Forge::issue(const std::string& title) const {
  return as("octocat").post(repository + "/issues", {{"title", title}}).body["number"];
}

Receiver::Receiver() {
  server_.set_tcp_nodelay(true);
  // Read by hand: httplib refuses urlencoded forms of more than 8 KB.
  server_.Post("/hook", [this](const httplib::Request& request, httplib::Response& response,
                               const httplib::ContentReader& reader) {
    std::string body;
    reader([&body](const char* data, std::size_t size) {
      body.append(data, size);
      return true;
    });
    const std::scoped_lock lock(mutex_);
    received_.push_back({.event = request.get_header_value("X-GitHub-Event"),
                         .guid = request.get_header_value("X-GitHub-Delivery"),
                         .signature = request.get_header_value("X-Hub-Signature-256"),
                         .signature_sha1 = request.get_header_value("X-Hub-Signature"),
                         .hook_id = request.get_header_value("X-GitHub-Hook-ID"),
                         .user_agent = request.get_header_value("User-Agent"),
                         .body = body,
                         .payload = Json::parse(body, nullptr, false)});
    response.status = status_;
    response.set_content("thanks", "text/plain");
  });
  port_ = server_.bind_to_any_port("127.0.0.1");
  thread_ = std::thread([this] { server_.listen_after_bind(); });
  while (!server_.is_running()) std::this_thread::yield();
}

Receiver::~Receiver() {
  server_.stop();
  thread_.join();
}

std::vector<Receiver::Received> Receiver::received() {
  const std::scoped_lock lock(mutex_);
  return received_;
}

std::vector<std::string> Receiver::names() {
  std::vector<std::string> names;
  for (const Received& one : received()) {
    const std::string action = one.payload.value("action", "");
    names.push_back(action.empty() ? one.event : one.event + "." + action);
  }
  return names;
}

int Receiver::hook_to(Forge& forge, const Json& events) const {
  const Json config{
      {"url", url()}, {"content_type", "json"}, {"secret", forge.description["webhook"]["secret"]}};
  return forge.as("octocat")
      .post(forge.repository + "/hooks", {{"config", config}, {"events", events}})
      .body["id"];
}

ProjectDirectory::ProjectDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "mlx-sandbox-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  root_ = pattern;
  std::filesystem::create_directories(path());
}

ProjectDirectory::~ProjectDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

void ProjectDirectory::write(const std::string& file, const std::string& content) const {
  const auto target = path() / file;
  std::filesystem::create_directories(target.parent_path());
  std::ofstream(target, std::ios::binary) << content;
}

}  // namespace mlx::testing
