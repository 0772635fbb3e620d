#include "action/project_repository.h"

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"
#include "tests/bot/forge/scripted_repository.h"

using namespace mlx;
using namespace mlx::action;
using mlx::testing::ScriptedRepository;
using nlohmann::json;

namespace {

const ProjectPlace kPlace = {.directory = "services/api", .configuration = "ci/mlx.toml"};

RepoPath path(const std::string& text) { return RepoPath::parse(text).value(); }

std::unique_ptr<Snapshot> files() {
  auto snapshot = std::make_unique<MemorySnapshot>(
      std::map<std::string, std::string>{{"pyproject.toml", "top"},
                                         {"services/api/pyproject.toml", "project"},
                                         {"services/api/mlx.toml", "usual"},
                                         {"ci/mlx.toml", "given"}});
  return project_snapshot(std::move(snapshot), kPlace);
}

json changed(const std::string& name, const std::string& status = "modified",
             const std::string& previous = "") {
  json file = {{"filename", name},
               {"status", status},
               {"sha", std::string(40, 'a')},
               {"patch", "@@ -1 +1 @@\n-a\n+b"}};
  if (!previous.empty()) file["previous_filename"] = previous;
  return file;
}

}  // namespace

TEST_CASE("a project's files are those of its directory, with the configuration that was given") {
  const auto project = files();
  CHECK(project->read(path("pyproject.toml")) == "project");
  CHECK(project->read(path("mlx.toml")) == "given");
  std::vector<std::string> names;
  const auto children = project->children("").value();
  names.reserve(children.size());
  for (const Entry& entry : children) names.push_back(entry.name);
  CHECK(names == std::vector<std::string>{"mlx.toml", "pyproject.toml"});
}

TEST_CASE("a project knows where in its repository it is") {
  const auto project = files();
  const auto around = project->surroundings().value();
  REQUIRE(around);
  CHECK(around->directory == "services/api");
  CHECK(around->whole.read(path("pyproject.toml")) == "top");
}

TEST_CASE("changes elsewhere are not seen, and those here have the project's paths") {
  ScriptedRepository forge;
  ProjectRepository project(*forge.repository, kPlace);
  forge.then(200, json::array({changed("README.md"), changed("services/api/src/app.py"),
                               changed("services/apiary/x.py"), changed("ci/mlx.toml"),
                               changed("services/api/in.py", "renamed", "out.py"),
                               changed("services/api/b.py", "renamed", "services/api/a.py")}));
  forge.http.requests.clear();
  const auto answer = project.pull_request_files(1);
  REQUIRE(answer);
  std::vector<std::string> paths;
  for (const bot::ChangedFile& file : answer->files) paths.push_back(file.path.str());
  CHECK(paths == std::vector<std::string>{"src/app.py", "mlx.toml", "in.py", "b.py"});
  CHECK(answer->files[2].status == bot::ChangedFile::Status::kAdded);
  CHECK_FALSE(answer->files[2].patch);
  CHECK(answer->files[3].previous_path == path("a.py"));
}

TEST_CASE("what is written goes where the project is") {
  ScriptedRepository forge;
  ProjectRepository project(*forge.repository, kPlace);
  forge.then(201, {{"sha", "t"}});
  const FileChange source{.path = path("src/app.py"), .before = {}, .after = "x"};
  const FileChange configuration{.path = path("mlx.toml"), .before = {}, .after = "y"};
  REQUIRE(project.tree_with({.sha = "c", .tree = "b"}, {source, configuration}));
  const json tree = forge.sent(0)["tree"];
  CHECK(tree[0]["path"] == "services/api/src/app.py");
  CHECK(tree[1]["path"] == "ci/mlx.toml");
  forge.then(200, json::object());
  REQUIRE(project.create_review(
      1, {.commit = "c",
          .body = "b",
          .comments = {{.path = path("src/app.py"), .line = 1, .start_line = {}, .body = "x"}}}));
  CHECK(forge.sent(1)["comments"][0]["path"] == "services/api/src/app.py");
}

TEST_CASE("remarks elsewhere are another project's, and not seen") {
  ScriptedRepository forge;
  ProjectRepository project(*forge.repository, kPlace);
  const auto remark = [](int id, const std::string& file) {
    return json{{"id", id}, {"path", file}, {"line", 1}, {"body", "x"}, {"user", {{"login", "mlx"}}}};
  };
  forge.then(200, {{"login", "mlx"}});
  forge.then(200, {remark(1, "services/web/app.py"), remark(2, "services/api/app.py"), remark(3, "app.py")});
  const auto remarks = project.own_review_comments(9);
  REQUIRE(remarks);
  REQUIRE(remarks->size() == 1);
  CHECK(remarks->front().id == 2);
  CHECK(remarks->front().path == "app.py");
}
