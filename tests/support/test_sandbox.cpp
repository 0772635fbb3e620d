#include "tests/support/test_sandbox.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "engine/io/http_client.h"
#include "tests/support/test_registry.h"

namespace mlx::testing {
namespace {

using Json = nlohmann::json;

std::unique_ptr<Sandbox> start(const std::filesystem::path& project) {
  auto sandbox = Sandbox::start({.project = project, .name = "shop", .record_file = record_file()});
  if (!sandbox) throw std::runtime_error(to_string(sandbox.error()));
  return std::move(*sandbox);
}

std::filesystem::path written(const std::filesystem::path& directory,
                              const std::map<std::string, std::string>& files) {
  std::filesystem::create_directories(directory);
  write_files(directory, files);
  return directory;
}

}  // namespace

std::optional<std::filesystem::path> record_file() {
  static std::atomic<int> count = 0;
  const char* directory = ::getenv("MLX_SANDBOX_RECORD_DIR");
  if (directory == nullptr) return std::nullopt;
  std::filesystem::create_directories(directory);
  std::string name = Catch::getResultCapture().getCurrentTestName();
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '-');
  name.resize(std::min<std::size_t>(name.size(), 80));
  return std::filesystem::path(directory) /
         (name + "-" + std::to_string(::getpid()) + "-" + std::to_string(++count) + ".jsonl");
}

TestSandbox::TestSandbox(const std::map<std::string, std::string>& project)
    : sandbox_(start(written(directory_.path() / "shop", project))),
      description_(sandbox_->description()),
      http_(make_http_client()) {}

Json TestSandbox::ask(const std::string& user, const std::string& method, const std::string& path,
                      const Json& body) {
  const std::string token = user == "bot" ? description_["token"] : description_["users"][user]["token"];
  const HttpRequest request{
      .method = method,
      .url = sandbox_->api_url() + "/repos/" + description_["full_name"].get<std::string>() + path,
      .headers = {{"Authorization", "Bearer " + token},
                  {"Accept", "application/vnd.github+json"},
                  {"Content-Type", "application/json"},
                  {"User-Agent", "mlx-tests"}},
      .body = body.is_null() ? std::string() : body.dump()};
  const auto answer = http_->send(request);
  if (!answer) throw std::runtime_error(to_string(answer.error()));
  if (answer->status >= 300) throw std::runtime_error(method + " " + path + ": " + answer->body);
  return answer->body.empty() ? Json() : Json::parse(answer->body);
}

std::int64_t TestSandbox::new_issue() {
  return ask("octocat", "POST", "/issues", {{"title", "Something to do"}})["number"];
}

Json TestSandbox::comment(const std::string& user, std::int64_t issue, const std::string& body) {
  return ask(user, "POST", "/issues/" + std::to_string(issue) + "/comments", {{"body", body}});
}

Json TestSandbox::edit_comment(const std::string& user, std::int64_t comment, const std::string& body) {
  return ask(user, "PATCH", "/issues/comments/" + std::to_string(comment), {{"body", body}});
}

std::string TestSandbox::write_commit(const std::string& user, const std::string& parent,
                                      const Json& entries) {
  const Json tree = ask(user, "POST", "/git/trees", {{"base_tree", parent}, {"tree", entries}});
  return ask(user, "POST", "/git/commits",
             {{"message", "By " + user}, {"tree", tree["sha"]}, {"parents", {parent}}})["sha"];
}

std::string TestSandbox::commit(const std::string& user, const std::string& branch,
                                const std::map<std::string, Json>& files) {
  Json entries = Json::array();
  for (const auto& [path, content] : files) {
    Json entry{{"path", path}, {"mode", "100644"}, {"type", "blob"}};
    entry[content.is_null() ? "sha" : "content"] = content;
    entries.push_back(std::move(entry));
  }
  const auto known = branches();
  const bool is_new = !known.contains(branch);
  const std::string sha = write_commit(user, known.at(is_new ? "main" : branch), entries);
  if (is_new) {
    ask(user, "POST", "/git/refs", {{"ref", "refs/heads/" + branch}, {"sha", sha}});
  } else {
    ask(user, "PATCH", "/git/refs/heads/" + branch, {{"sha", sha}});
  }
  return sha;
}

void TestSandbox::put_symlink(const std::string& branch, const std::string& path, const std::string& target) {
  const Json entries = {{{"path", path}, {"mode", "120000"}, {"type", "blob"}, {"content", target}}};
  move_branch(branch, write_commit("octocat", branches().at(branch), entries));
}

void TestSandbox::move_branch(const std::string& branch, const std::string& commit) {
  ask("octocat", "PATCH", "/git/refs/heads/" + branch, {{"sha", commit}, {"force", true}});
}

std::vector<std::string> TestSandbox::replies(std::int64_t issue) {
  std::vector<std::string> bodies;
  for (const Json& comment : get("/issues/" + std::to_string(issue) + "/comments?per_page=100")) {
    if (comment["user"]["login"] == bot_login()) bodies.push_back(comment["body"]);
  }
  return bodies;
}

std::vector<std::string> TestSandbox::reactions(std::int64_t comment) {
  std::vector<std::string> contents;
  for (const Json& reaction : get("/issues/comments/" + std::to_string(comment) + "/reactions")) {
    if (reaction["user"]["login"] == bot_login()) contents.push_back(reaction["content"]);
  }
  std::ranges::sort(contents);
  return contents;
}

std::vector<Json> TestSandbox::pulls() { return get("/pulls?state=all&sort=created&direction=asc"); }

std::string TestSandbox::git(const std::string& arguments) const {
  const std::string command = "git -c safe.directory='*' -c core.quotePath=false --git-dir='" +
                              sandbox_->git_directory().string() + "' " + arguments;
  FILE* const opened = ::popen(command.c_str(), "r");  // NOLINT(cert-env33-c): the tests' own commands
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(opened, &::pclose);
  std::string output;
  std::array<char, 4096> buffer{};
  while (const auto size = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    output.append(buffer.data(), size);
  }
  return output;
}

std::map<std::string, std::string> TestSandbox::branches() const {
  std::map<std::string, std::string> branches;
  std::istringstream lines(git("for-each-ref --format='%(refname:lstrip=2) %(objectname)' refs/heads"));
  for (std::string name, commit; lines >> name >> commit;) branches.emplace(name, commit);
  return branches;
}

GitTree TestSandbox::tree(const std::string& revision) const {
  GitTree tree;
  std::istringstream lines(git("ls-tree -r --full-tree '" + revision + "'"));
  for (std::string mode, type, sha, path;
       lines >> mode >> type >> sha && std::getline(lines >> std::ws, path);) {
    tree.emplace(path, GitFile{.mode = mode, .text = git("cat-file blob " + sha)});
  }
  return tree;
}

}  // namespace mlx::testing
