#include "bot/forge/github/snapshot.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "tests/support/scripted_http_client.h"
#include "tests/support/tar_builder.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using nlohmann::json;

namespace {

using Lines = std::vector<std::string>;

struct Node {
  std::string path;
  std::string mode;
  std::string sha;
};

std::string listing(const std::vector<Node>& nodes, bool is_truncated = false) {
  json tree = json::array();
  for (const Node& node : nodes) {
    const std::string type = node.mode == "040000" ? "tree" : node.mode == "160000" ? "commit" : "blob";
    tree.push_back({{"path", node.path}, {"mode", node.mode}, {"type", type}, {"sha", node.sha}});
  }
  return json{{"sha", "root"}, {"tree", tree}, {"truncated", is_truncated}}.dump();
}

std::string blob(const std::string& base64) {
  return json{{"content", base64}, {"encoding", "base64"}, {"size", 1}}.dump();
}

RepoPath path(const char* text) { return RepoPath::parse(text).value(); }

struct World {
  ScriptedHttpClient http;
  GithubApi api{http,
                {.api_url = std::string(ScriptedHttpClient::kApi),
                 .credentials = GithubToken{"token"},
                 .now = [] { return std::chrono::sys_seconds(); }}};
  BlobCache cache{1'000'000};
  GithubSnapshot snapshot = make();

  GithubSnapshot make(const std::string& tree = "root") {
    return {api,
            {.repository = {.owner = "o", .name = "r"}, .installation = 0},
            {.sha = {}, .tree = tree},
            cache};
  }

  void tree(const std::string& request, int status, const std::string& body) {
    http.always("GET /repos/o/r/git/trees/" + request, status, body);
  }
  void blob_is(const std::string& sha, int status, const std::string& body) {
    http.always("GET /repos/o/r/git/blobs/" + sha, status, body);
  }
  [[nodiscard]] EntryKind kind(const char* text) const { return snapshot.kind(path(text)).value(); }
  [[nodiscard]] std::vector<Entry> children(const char* directory) const {
    return snapshot.children(directory).value();
  }
};

const std::vector<Node> kTree = {
    {"README.md", "100644", "b1"},  {"bin", "040000", "t1"},     {"bin/run", "100755", "b2"},
    {"latest", "120000", "b3"},     {"src", "040000", "t2"},     {"src-old.txt", "100644", "b4"},
    {"src.txt", "100664", "b5"},    {"src/app", "040000", "t3"}, {"src/app/main.py", "100644", "b6"},
    {"src/app.py", "100644", "b7"}, {"src0", "100644", "b8"},    {"vendor", "160000", "c1"}};

}  // namespace

TEST_CASE_METHOD(World, "a tree is listed by one request") {
  tree("root?recursive=1", 200, listing(kTree));
  CHECK(kind("README.md") == EntryKind::kFile);
  CHECK(kind("bin/run") == EntryKind::kExecutable);
  CHECK(kind("src.txt") == EntryKind::kFile);
  CHECK(kind("src") == EntryKind::kDirectory);
  CHECK(kind("src/app/main.py") == EntryKind::kFile);
  CHECK(kind("latest") == EntryKind::kSymlink);
  CHECK(kind("vendor") == EntryKind::kOther);
  CHECK(kind("absent") == EntryKind::kAbsent);
  CHECK(kind("src/absent/deep") == EntryKind::kAbsent);
  CHECK(http.lines() == Lines{"GET /repos/o/r/git/trees/root?recursive=1"});
}

TEST_CASE_METHOD(World, "nothing is behind a file, a symbolic link or a submodule") {
  tree("root?recursive=1", 200, listing(kTree));
  CHECK(kind("README.md/x") == EntryKind::kAbsent);
  CHECK(kind("latest/x/y") == EntryKind::kSymlink);
  CHECK(kind("vendor/x") == EntryKind::kAbsent);
}

TEST_CASE_METHOD(World, "a directory's entries are those directly in it, by name") {
  tree("root?recursive=1", 200, listing(kTree));
  CHECK(children("") == std::vector<Entry>{{"README.md", EntryKind::kFile},
                                           {"bin", EntryKind::kDirectory},
                                           {"latest", EntryKind::kSymlink},
                                           {"src", EntryKind::kDirectory},
                                           {"src-old.txt", EntryKind::kFile},
                                           {"src.txt", EntryKind::kFile},
                                           {"src0", EntryKind::kFile},
                                           {"vendor", EntryKind::kOther}});
  CHECK(children("src") == std::vector<Entry>{{"app", EntryKind::kDirectory}, {"app.py", EntryKind::kFile}});
  CHECK(children("bin") == std::vector<Entry>{{"run", EntryKind::kExecutable}});
  CHECK(children("absent").empty());
  CHECK(children("README.md").empty());
}

TEST_CASE_METHOD(World, "a listing that GitHub cuts short is asked for directory by directory") {
  tree("root?recursive=1", 200, listing({kTree[0]}, true));
  tree("root", 200,
       listing({{"README.md", "100644", "b1"},
                {"link", "120000", "b3"},
                {"src", "040000", "t2"},
                {"src-old.txt", "100644", "b4"}}));
  tree("t2", 200, listing({{"app", "040000", "t3"}, {"app.py", "100644", "b7"}}));
  tree("t3", 200, listing({{"main.py", "100755", "b6"}}));
  CHECK(kind("README.md") == EntryKind::kFile);
  CHECK(http.requests.size() == 2);
  CHECK(kind("src/app/main.py") == EntryKind::kExecutable);
  CHECK(kind("src/app/absent.py") == EntryKind::kAbsent);
  CHECK(kind("src/absent/x.py") == EntryKind::kAbsent);
  CHECK(kind("link/x") == EntryKind::kSymlink);
  CHECK(children("src") == std::vector<Entry>{{"app", EntryKind::kDirectory}, {"app.py", EntryKind::kFile}});
  CHECK(children("").size() == 4);
  CHECK(http.lines() == Lines{"GET /repos/o/r/git/trees/root?recursive=1", "GET /repos/o/r/git/trees/root",
                              "GET /repos/o/r/git/trees/t2", "GET /repos/o/r/git/trees/t3"});
}

TEST_CASE_METHOD(World, "a directory that cannot be listed at all is no empty one") {
  tree("root?recursive=1", 200, listing({}, true));
  SECTION("the top") {
    tree("root", 200, listing({}, true));
    CHECK(snapshot.kind(path("a")).error().code == ErrorCode::kUnavailable);
  }
  SECTION("one below") {
    tree("root", 200, listing({{"src", "040000", "t2"}}));
    tree("t2", 200, listing({}, true));
    CHECK(snapshot.kind(path("src/a")).error().code == ErrorCode::kUnavailable);
    CHECK(snapshot.children("src").error().code == ErrorCode::kUnavailable);
  }
}

TEST_CASE_METHOD(World, "files are base64, with or without line breaks") {
  tree("root?recursive=1", 200, listing(kTree));
  blob_is("b1", 200, blob("aGVs\nbG8=\n"));
  blob_is("b2", 200, blob("AP8K"));
  blob_is("b4", 200, blob(""));
  blob_is("b7", 200, json{{"content", "plain"}, {"encoding", "utf-8"}}.dump());
  CHECK(snapshot.read(path("README.md")) == "hello");
  CHECK(snapshot.read(path("bin/run")) == std::string("\0\xFF\n", 3));
  CHECK(snapshot.read(path("src-old.txt")) == "");
  CHECK(snapshot.read(path("src/app.py")) == "plain");
}

TEST_CASE_METHOD(World, "only regular files are read") {
  tree("root?recursive=1", 200, listing(kTree));
  CHECK(snapshot.read(path("absent")).error().code == ErrorCode::kNotFound);
  CHECK(snapshot.read(path("src")).error().code == ErrorCode::kNotFound);
  CHECK(snapshot.read(path("vendor")).error().code == ErrorCode::kNotFound);
  CHECK(snapshot.read(path("latest")).error().code == ErrorCode::kRefused);
  CHECK(snapshot.read(path("latest/x")).error().code == ErrorCode::kRefused);
  CHECK(http.requests.size() == 1);
}

TEST_CASE_METHOD(World, "a file is fetched once, whatever its path and revision") {
  tree("root?recursive=1", 200, listing({{"a.py", "100644", "b1"}, {"copy.py", "100644", "b1"}}));
  tree("other?recursive=1", 200, listing({{"moved.py", "100644", "b1"}}));
  blob_is("b1", 200, blob("aGVsbG8="));
  CHECK(snapshot.read(path("a.py")) == "hello");
  CHECK(snapshot.read(path("a.py")) == "hello");
  CHECK(snapshot.read(path("copy.py")) == "hello");
  GithubSnapshot other = make("other");
  CHECK(other.read(path("moved.py")) == "hello");
  CHECK(http.lines() == Lines{"GET /repos/o/r/git/trees/root?recursive=1", "GET /repos/o/r/git/blobs/b1",
                              "GET /repos/o/r/git/trees/other?recursive=1"});
}

TEST_CASE_METHOD(World, "a tree is listed once, whoever asks for it") {
  tree("root?recursive=1", 200,
       listing({{"src", "040000", "s1"}, {"src/a b.py", "100755", "a1"}, {"link", "120000", "l1"}}));
  CHECK(kind("src/a b.py") == EntryKind::kExecutable);
  const GithubSnapshot again = make();
  CHECK(again.kind(path("src/a b.py")) == EntryKind::kExecutable);
  CHECK(again.kind(path("link")) == EntryKind::kSymlink);
  CHECK(again.kind(path("src")) == EntryKind::kDirectory);
  CHECK(again.children("")->size() == 2);
  CHECK(http.requests.size() == 1);
  tree("other?recursive=1", 200, listing({}));
  CHECK(make("other").kind(path("link")) == EntryKind::kAbsent);
  CHECK(http.requests.size() == 2);
}

TEST_CASE_METHOD(World, "directories are listed once each, wherever they are") {
  const std::string top = "root?recursive=1";
  tree(top, 200, listing({}, true));
  tree("root", 200, listing({{"a", "040000", "d1"}, {"b", "040000", "d1"}}));
  tree("d1", 200, listing({{"x.py", "100644", "x1"}}));
  CHECK(kind("a/x.py") == EntryKind::kFile);
  CHECK(kind("b/x.py") == EntryKind::kFile);
  CHECK(http.requests.size() == 3);
}

TEST_CASE_METHOD(World, "what the tree names and GitHub does not have is a failure, not an absent file") {
  // Object stores lag behind each other; the file is there, and must not be planned anew.
  SECTION("a tree") {
    tree("root?recursive=1", 404, R"({"message": "Not Found"})");
    CHECK(snapshot.kind(path("a.py")).error().code == ErrorCode::kUnavailable);
    CHECK(snapshot.children("").error().code == ErrorCode::kUnavailable);
    CHECK(read_if_present(snapshot, path("a.py")).error().code == ErrorCode::kUnavailable);
  }
  SECTION("a blob") {
    tree("root?recursive=1", 200, listing(kTree));
    blob_is("b1", 404, R"({"message": "Not Found"})");
    CHECK(snapshot.read(path("README.md")).error().code == ErrorCode::kUnavailable);
    CHECK(read_if_present(snapshot, path("README.md")).error().code == ErrorCode::kUnavailable);
  }
}

TEST_CASE_METHOD(World, "failures are passed on, and not remembered") {
  tree("root?recursive=1", 500, "{}");
  CHECK(snapshot.kind(path("a")).error().code == ErrorCode::kUnavailable);
  tree("root?recursive=1", 403, "{}");
  CHECK(snapshot.kind(path("a")).error().code == ErrorCode::kRefused);
  tree("root?recursive=1", 200, listing(kTree));
  CHECK(kind("README.md") == EntryKind::kFile);
  blob_is("b1", 502, "{}");
  CHECK(snapshot.read(path("README.md")).error().code == ErrorCode::kUnavailable);
  blob_is("b1", 200, blob("aGVsbG8="));
  CHECK(snapshot.read(path("README.md")) == "hello");
}

TEST_CASE_METHOD(World, "answers of another shape are failures") {
  for (const char* body : {"[]", R"({"tree": {}})", R"({"tree": [{"path": 7}]})",
                           R"({"tree": [{"path": "a"}]})", R"({"tree": [], "truncated": "yes"})"}) {
    INFO(body);
    tree("root?recursive=1", 200, body);
    CHECK_FALSE(snapshot.kind(path("a")));
  }
  tree("root?recursive=1", 200, listing(kTree));
  for (const char* body : {"[]", "{}", R"({"content": 7})", R"({"content": "%%%", "encoding": "base64"})"}) {
    INFO(body);
    blob_is("b1", 200, body);
    CHECK_FALSE(snapshot.read(path("README.md")));
  }
}

TEST_CASE_METHOD(World, "the name of a file's content is known without fetching it") {
  const std::string sha(40, 'a');
  tree("root?recursive=1", 200,
       listing({{.path = "a.py", .mode = "100644", .sha = sha},
                {.path = "broken.py", .mode = "100644", .sha = "b1"},
                {.path = "link.py", .mode = "120000", .sha = sha},
                {.path = "src", .mode = "040000", .sha = sha}}));
  CHECK(snapshot.blob_id(path("a.py"))->hex() == sha);
  CHECK(http.requests.size() == 1);
  CHECK_FALSE(snapshot.blob_id(path("broken.py")));
  CHECK(snapshot.blob_id(path("link.py")).error().code == ErrorCode::kRefused);
  CHECK(snapshot.blob_id(path("src")).error().code == ErrorCode::kNotFound);
  CHECK(snapshot.blob_id(path("none.py")).error().code == ErrorCode::kNotFound);
}

namespace {

/// A repository with files of which nothing is known, and its archive.
struct Unknown : World {
  explicit Unknown(int count, long long size = 5) {
    json tree = json::array();
    for (int i = 0; i < count; ++i) {
      const std::string text = fmt::format("{:05}", i);
      paths.push_back(RepoPath::parse(text + ".py").value());
      archive.file("o-r-1234567/" + text + ".py", text);
      tree.push_back({{"path", text + ".py"},
                      {"mode", "100644"},
                      {"type", "blob"},
                      {"sha", BlobId::of(text).hex()},
                      {"size", size}});
    }
    http.always("GET /repos/o/r/git/trees/t1?recursive=1", 200, json{{"tree", tree}}.dump());
  }

  void archive_is(int status, const std::string& bytes) {
    http.always("GET /repos/o/r/tarball/c1", status, bytes);
  }
  [[nodiscard]] std::size_t archives() const {
    const Lines lines = http.lines();
    return static_cast<std::size_t>(std::ranges::count(lines, "GET /repos/o/r/tarball/c1"));
  }

  test::TarBuilder archive;
  std::vector<RepoPath> paths;
  GithubSnapshot files{api,
                       {.repository = {.owner = "o", .name = "r"}, .installation = 0},
                       {.sha = "c1", .tree = "t1"},
                       cache};
};

struct Many : Unknown {
  Many() : Unknown(21) {}
};

}  // namespace

TEST_CASE_METHOD(Many, "many files that are wanted at once come by one archive") {
  archive_is(200, archive.tar_gz());
  files.prepare(paths);
  CHECK(archives() == 1);
  const std::size_t before = http.requests.size();
  CHECK(files.read(paths.front()) == "00000");
  CHECK(files.read(paths.back()) == "00020");
  CHECK(files.read(paths.back()) == "00020");
  CHECK(http.requests.size() == before);
  SECTION("and not again for those that are there") {
    files.prepare(paths);
    CHECK(archives() == 1);
  }
}

TEST_CASE_METHOD(Many, "few files, and files that are known, are worth no archive") {
  SECTION("few") { files.prepare(std::span(paths).first(20)); }
  SECTION("known") {
    cache.put(BlobId::of("00007").hex(), "00007");
    files.prepare(paths);
  }
  SECTION("not there") {
    std::vector<RepoPath> others;
    others.reserve(50);
    for (int i = 0; i < 50; ++i) others.push_back(RepoPath::parse(fmt::format("other{}.py", i)).value());
    files.prepare(others);
  }
  CHECK(archives() == 0);
}

TEST_CASE("a repository that is large for what its archive would spare is left alone") {
  Unknown large(21, (4LL << 20U) + 1);
  large.files.prepare(large.paths);
  CHECK(large.archives() == 0);
  Unknown largest(300, 4LL << 20U);
  largest.files.prepare(largest.paths);
  CHECK(largest.archives() == 0);
}

TEST_CASE_METHOD(Many, "an archive that gave not all is not asked for again") {
  const int status = GENERATE(200, 403, 500);
  archive_is(status, "no archive");
  files.prepare(paths);
  files.prepare(paths);
  CHECK(archives() == 1);
  const std::string id = BlobId::of("00003").hex();
  blob_is(id, 200, blob("MDAwMDM="));
  CHECK(files.read(paths[3]) == "00003");
}

TEST_CASE_METHOD(World, "there is no archive where the listing is not whole, or no commit is named") {
  std::vector<Node> nodes;
  std::vector<RepoPath> paths;
  for (int i = 0; i < 30; ++i) {
    const std::string name = std::to_string(i) + ".py";
    nodes.push_back({.path = name, .mode = "100644", .sha = BlobId::of(name).hex()});
    paths.push_back(RepoPath::parse(name).value());
  }
  const bool is_truncated = GENERATE(false, true);
  tree("root?recursive=1", 200, listing(nodes, is_truncated));
  tree("root", 200, listing(nodes));
  snapshot.prepare(paths);
  for (const std::string& line : http.lines()) CHECK(line.find("tarball") == std::string::npos);
}
