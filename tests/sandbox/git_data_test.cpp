#include <cstdlib>
#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/sandbox/sandbox_fixture.h"

namespace mlx::testing {
namespace {

const std::string kNoObject(40, 'a');

Json entry(const std::string& path, const Json& more) {
  Json json{{"path", path}, {"mode", "100644"}, {"type", "blob"}};
  json.update(more);
  return json;
}

}  // namespace

TEST_CASE("References are refused in GitHub's words") {
  Forge forge;
  Caller bot = forge.as("bot");
  const std::string refs = forge.repository + "/git/refs";
  const std::string main = forge.main_sha();
  const auto create = [&](const std::string& ref, const std::string& sha) {
    return bot.post(refs, {{"ref", ref}, {"sha", sha}});
  };
  const auto refused = [](const Reply& reply, const std::string& message) {
    CHECK(reply.status == 422);
    CHECK(reply.body["message"] == message);
    CHECK(reply.body["status"] == "422");
  };
  refused(create("refs/heads/main", main), "Reference already exists");
  refused(create("heads/x", main), "Reference name must start with 'refs/'.");
  refused(create("refs/x", main), "Reference name must contain at least three slash-separated components.");
  refused(create("refs/heads/a..b", main), "refs/heads/a..b is not a valid ref name.");
  refused(create("refs/heads/x", kNoObject), "Object does not exist");
  refused(create("refs/heads/main/below", main), "Reference update failed");
  refused(bot.patch(refs + "/heads/none", {{"sha", main}}), "Reference does not exist");
  refused(bot.remove(refs + "/heads/none"), "Reference does not exist");

  const std::string ahead = forge.commit(main, "a.py", "a = 1\n");
  const std::string aside = forge.commit(main, "b.py", "b = 1\n");
  CHECK(create("refs/heads/x", ahead).status == 201);
  refused(bot.patch(refs + "/heads/x", {{"sha", aside}}), "Update is not a fast forward");
  CHECK(bot.patch(refs + "/heads/x", {{"sha", aside}, {"force", true}}).body["object"]["sha"] == aside);
  CHECK(bot.remove(refs + "/heads/x").status == 204);
  CHECK(bot.get(forge.repository + "/git/ref/heads/x").status == 404);
}

TEST_CASE("References are found by name and by prefix") {
  Forge forge;
  Caller bot = forge.as("bot");
  forge.branch("mlx/one", forge.main_sha());
  forge.branch("mlx/two", forge.main_sha());
  CHECK(bot.get(forge.repository + "/git/matching-refs/heads/mlx/").body.size() == 2);
  CHECK(bot.get(forge.repository + "/git/matching-refs/heads/none").body == Json::array());
  CHECK(bot.get(forge.repository + "/git/ref/heads/mlx%2Fone").body["ref"] == "refs/heads/mlx/one");
  CHECK(bot.get(forge.repository + "/branches").body.size() == 3);
  CHECK(bot.get(forge.repository + "/branches/mlx/one").body["commit"]["sha"] == forge.main_sha());
  CHECK(bot.get(forge.repository + "/branches/none").body["message"] == "Branch not found");
}

TEST_CASE("A tree is changed entry by entry") {
  Forge forge;
  Caller bot = forge.as("bot");
  const Json base = bot.get(forge.repository + "/git/trees/main").body["sha"];
  const Json blob =
      bot.post(forge.repository + "/git/blobs", {{"content", "eA=="}, {"encoding", "base64"}}).body["sha"];
  const Reply tree =
      bot.post(forge.repository + "/git/trees",
               {{"base_tree", base},
                {"tree",
                 {entry("src/deep/x.py", {{"sha", blob}}), entry("src/app.py", {{"sha", nullptr}}),
                  entry("run", {{"mode", "100755"}, {"content", "é\n"}})}}});
  REQUIRE(tree.status == 201);
  const Json all =
      bot.get(forge.repository + "/git/trees/" + tree.body["sha"].get<std::string>() + "?recursive=1").body;
  std::vector<std::string> paths;
  for (const Json& one : all["tree"]) paths.push_back(one["path"]);
  CHECK(paths == std::vector<std::string>{"README.md", "run", "src", "src/deep", "src/deep/x.py"});
  CHECK(all["truncated"] == false);
  CHECK(bot.get(forge.repository + "/git/blobs/" + blob.get<std::string>()).body["content"] == "eA==");
}

TEST_CASE("A tree that makes no sense is refused") {
  Forge forge;
  Caller bot = forge.as("bot");
  const Json base = bot.get(forge.repository + "/git/trees/main").body["sha"];
  const auto status = [&](const Json& one) {
    const Reply reply =
        bot.post(forge.repository + "/git/trees", {{"base_tree", base}, {"tree", Json::array({one})}});
    return reply.status;
  };
  CHECK(status(entry("a", {{"content", "x"}})) == 201);
  CHECK(status(entry("a", Json::object())) == 422);
  CHECK(status(entry("a", {{"content", "x"}, {"sha", kNoObject}})) == 422);
  CHECK(status(entry("a", {{"sha", kNoObject}})) == 422);
  CHECK(status(entry("a", {{"content", "x"}, {"mode", "100600"}})) == 422);
  CHECK(status(entry("a", {{"sha", base}, {"mode", "100644"}})) == 422);
  CHECK(status(entry("none.py", {{"sha", nullptr}})) == 422);
  for (const char* path : {"/a", "a//b", "../a", ".git/config", "a/.GIT/x", ""}) {
    CHECK(status(entry(path, {{"content", "x"}})) == 422);
  }
  CHECK(status(entry(".github/workflows/ci.yml", {{"content", "on: push"}})) == 403);
  CHECK(bot.post(forge.repository + "/git/trees",
                 {{"base_tree", kNoObject}, {"tree", {entry("a", {{"content", "x"}})}}})
            .status == 422);
  CHECK(bot.post(forge.repository + "/git/trees", Json::object()).status == 422);
}

TEST_CASE("Commits name their author, and the app's own are signed") {
  Forge forge;
  Caller bot = forge.as("bot");
  const std::string commits = forge.repository + "/git/commits";
  const std::string main = forge.main_sha();
  const Json tree = bot.get(forge.repository + "/git/trees/main").body["sha"];
  const Json own = bot.post(commits, {{"message", "m"}, {"tree", tree}, {"parents", {main}}}).body;
  CHECK(own["author"]["name"] == "mlx-bot[bot]");
  CHECK(own["verification"]["verified"] == true);
  const Json author{{"name", "Mia"}, {"email", "mia@example.com"}, {"date", "2026-01-02T03:04:05+01:00"}};
  const Json given =
      bot.post(commits, {{"message", "m"}, {"tree", tree}, {"parents", {main}}, {"author", author}}).body;
  CHECK(given["author"]["date"] == "2026-01-02T02:04:05Z");
  CHECK(given["verification"]["verified"] == false);
  CHECK(forge.as("writer-will").post(commits, {{"message", "m"}, {"tree", tree}}).body["author"]["name"] ==
        "Will Writer");
  CHECK(bot.post(commits, {{"tree", tree}}).status == 422);
  CHECK(bot.post(commits, {{"message", "m"}, {"tree", kNoObject}}).status == 422);
  CHECK(bot.post(commits, {{"message", "m"}, {"tree", tree}, {"parents", {kNoObject}}}).status == 422);
  CHECK(bot.get(commits + "/" + kNoObject).status == 404);
}

TEST_CASE("History is listed and compared") {
  Forge forge;
  Caller bot = forge.as("bot");
  const std::string main = forge.main_sha();
  const std::string one = forge.commit(main, "src/app.py", "print('two')\n");
  const std::string two = forge.commit(one, "b.py", "b\n");
  forge.branch("mlx/x", two);
  CHECK(bot.get(forge.repository + "/commits?sha=mlx/x").body.size() == 3);
  CHECK(bot.get(forge.repository + "/commits?sha=mlx/x&path=src/app.py").body.size() == 2);
  const Json comparison = bot.get(forge.repository + "/compare/main...mlx/x").body;
  CHECK(comparison["status"] == "ahead");
  CHECK(comparison["ahead_by"] == 2);
  CHECK(comparison["commits"][0]["author"]["login"] == "mlx-bot[bot]");
  CHECK(comparison["merge_base_commit"]["sha"] == main);
  CHECK(comparison["files"].size() == 2);
  CHECK(bot.get(forge.repository + "/compare/mlx/x...main").body["status"] == "behind");
  CHECK(bot.get(forge.repository + "/compare/main...main").body["status"] == "identical");
  CHECK(bot.get(forge.repository + "/compare/main...none").status == 404);
  const Json shown = bot.get(forge.repository + "/commits/" + one).body;
  CHECK(shown["files"][0]["patch"] == "@@ -1 +1 @@\n-print('one')\n+print('two')");
  CHECK(shown["stats"]["total"] == 2);
  CHECK(bot.get(forge.repository + "/commits/none").status == 422);
}

TEST_CASE("Patches that are too large are not shown") {
  Forge forge;
  Caller bot = forge.as("bot");
  std::string lines;
  for (int i = 0; i < 20'001; ++i) lines += "x\n";
  const std::string main = forge.main_sha();
  std::string head = forge.commit(main, "a_bytes.txt", std::string(500'001, 'x') + "\n");
  for (const char* name : {"b.txt", "c.txt"})
    head = forge.commit(head, name, std::string(450'000, 'x') + "\n");
  head = forge.commit(head, "d_lines.txt", lines);
  head = forge.commit(head, "e.txt", std::string(200'000, 'x') + "\n");
  head = forge.commit(head, "f.txt", "short\n");
  forge.branch("mlx/x", head);
  std::string shown;
  const Json comparison = bot.get(forge.repository + "/compare/main...mlx/x").body;
  for (const Json& file : comparison["files"])
    if (file.contains("patch")) shown += file["filename"].get<std::string>() + " ";
  CHECK(shown == "b.txt c.txt f.txt ");
}

TEST_CASE("Contents are files, directories and raw bytes") {
  Forge forge;
  Caller nobody = forge.as("nobody");
  const Json file = nobody.get(forge.repository + "/contents/src/app.py?ref=main").body;
  CHECK(file["encoding"] == "base64");
  CHECK(file["content"] == "cHJpbnQoJ29uZScpCg==\n");
  CHECK(nobody.get(forge.repository + "/contents/src").body[0]["path"] == "src/app.py");
  CHECK(nobody.get(forge.repository + "/contents/").body.size() == 2);
  CHECK(nobody.get(forge.repository + "/contents/none").status == 404);
  CHECK(nobody.get(forge.repository + "/contents/src?ref=none").status == 404);
}

TEST_CASE("An archive is at another address, and holds the files of the commit as git does") {
  ProjectDirectory project;
  project.write("src/app.py", "app = 1\n");
  project.write("data.bin", std::string("\0\xff\n", 3));
  const std::string long_path = std::string(80, 'd') + "/" + std::string(80, 'e') + "/f.py";
  project.write(long_path, "far\n");
  std::filesystem::create_symlink("src/app.py", project.path() / "link");
  Forge forge({.project = project.path()});
  Caller nobody = forge.as("nobody");
  const std::string main = forge.main_sha();
  const Reply found = forge.as("bot").get(forge.repository + "/tarball/main");
  CHECK(found.status == 302);
  CHECK(found.text.empty());
  const std::string address = found.header("Location");
  const std::string url = forge.description["url"];
  REQUIRE(address.starts_with(url + "/_codeload/octo-team/project/legacy.tar.gz/"));
  const Reply archive = nobody.page(address.substr(url.size()));
  REQUIRE(archive.status == 200);
  CHECK(archive.header("Content-Type") == "application/x-gzip");

  const ProjectDirectory place;
  place.write("a.tar.gz", archive.text);
  const auto run = [](const std::string& command) { return std::system(command.c_str()); };
  const std::string directory = place.path().string();
  REQUIRE(run("tar -xzf " + directory + "/a.tar.gz -C " + directory) == 0);
  const std::string top = directory + "/octo-team-project-" + main.substr(0, 7);
  CHECK(run("diff -r --no-dereference " + top + " " + project.path().string()) == 0);

  CHECK(forge.as("bot").get(forge.repository + "/tarball/" + main).header("Location") == address);
  CHECK(forge.as("bot").get(forge.repository + "/tarball/none").status == 404);
  CHECK(nobody.page("/_codeload/octo-team/project/legacy.tar.gz/none").status == 404);
  CHECK(nobody.page("/_codeload/octo-team/other/legacy.tar.gz/main").status == 404);
}

}  // namespace mlx::testing
