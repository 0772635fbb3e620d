#include "engine/index/repo_index.h"

#include <map>

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"

using namespace mlx;

namespace {

using Files = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

class MemoryCache final : public IndexCache {
 public:
  [[nodiscard]] std::optional<std::string> find(const BlobId& content) override {
    const auto found = facts.find(content.hex());
    return found == facts.end() ? std::nullopt : std::optional(found->second);
  }
  void store(const BlobId& content, std::string_view bytes) override {
    facts.insert_or_assign(content.hex(), std::string(bytes));
  }
  std::map<std::string, std::string> facts;
};

RepoIndex index_of(const Snapshot& snapshot, IndexCache& cache) {
  return RepoIndex::build(snapshot, cache, {"", "src"}).value();
}

RepoIndex index_of(Files files) {
  NoIndexCache cache;
  const MemorySnapshot snapshot(std::move(files));
  return index_of(snapshot, cache);
}

/// What the first import of a file means: paths, or `external NAME`.
std::string meaning(const RepoIndex& index, const std::string& file) {
  const FileId id = index.find(file).value();
  const ResolvedImport resolved = index.resolve(id, index.module(id).imports.front());
  if (!resolved.files.empty()) return index.python()[resolved.files.back()].str();
  return resolved.external.empty() ? "nothing" : "external " + resolved.external;
}

}  // namespace

TEST_CASE("after one changed file one file is read, after a renamed one none") {
  MemoryCache cache;
  Files files = {{"src/a.py", "x = 1\n"}, {"src/b.py", "import a\n"}, {"src/c.py", "y = 2\n"}};
  CHECK(index_of(MemorySnapshot(files), cache).read_count() == 3);
  CHECK(index_of(MemorySnapshot(files), cache).read_count() == 0);
  files["src/a.py"] = "x = 2\n";
  CHECK(index_of(MemorySnapshot(files), cache).read_count() == 1);
  files["src/renamed.py"] = files["src/b.py"];
  files.erase("src/b.py");
  const MemorySnapshot renamed(files);
  const RepoIndex index = index_of(renamed, cache);
  CHECK(index.read_count() == 0);
  CHECK(meaning(index, "src/renamed.py") == "src/a.py");
}

TEST_CASE("a cache that gives back nonsense is not believed") {
  MemoryCache cache;
  const MemorySnapshot snapshot(Files{{"a.py", "import json\n"}, {"b.py", "import os\n"}});
  const RepoIndex before = index_of(snapshot, cache);
  for (auto& [content, facts] : cache.facts) facts.resize(facts.size() / 2);
  const RepoIndex after = index_of(snapshot, cache);
  CHECK(after.read_count() == 2);
  for (FileId file = 0; file < 2; ++file) CHECK(after.module(file) == before.module(file));
  CHECK(index_of(snapshot, cache).read_count() == 0);
}

TEST_CASE("modules are called as imports call them") {
  const RepoIndex index = index_of(Files{{"src/pkg/__init__.py", ""},
                                         {"src/pkg/deep/x.py", ""},
                                         {"src/loose.py", ""},
                                         {"top.py", ""},
                                         {"app/api/y.py", ""},
                                         {"src/pkg/not-a-name.py", ""},
                                         {"lib/inner/__init__.py", ""},
                                         {"lib/inner/z.py", ""}});
  const auto name = [&](const std::string& path) { return index.module_name(index.find(path).value()); };
  CHECK(name("src/pkg/__init__.py") == "pkg");
  CHECK(name("src/pkg/deep/x.py") == "pkg.deep.x");
  CHECK(name("src/loose.py") == "loose");
  CHECK(name("top.py") == "top");
  CHECK(name("app/api/y.py") == "app.api.y");
  CHECK(name("src/pkg/not-a-name.py").empty());
  CHECK(name("lib/inner/z.py") == "inner.z");
  CHECK(index.python()[index.file_of_module("pkg.deep.x").value()].str() == "src/pkg/deep/x.py");
  CHECK_FALSE(index.file_of_module("pkg.none").has_value());
}

TEST_CASE("imports lead to files, or outside") {
  const auto with = [](const std::string& text) {
    return index_of(Files{{"pkg/__init__.py", ""},
                          {"pkg/a/__init__.py", "VALUE = 1\n"},
                          {"pkg/a/b.py", ""},
                          {"pkg/a.py", ""},
                          {"pkg/here/user.py", text},
                          {"pkg/here/beside.py", ""}});
  };
  const auto means = [&](const std::string& text) { return meaning(with(text), "pkg/here/user.py"); };
  CHECK(means("import pkg.a.b") == "pkg/a/b.py");
  CHECK(means("from pkg.a import b") == "pkg/a/b.py");
  CHECK(means("from pkg.a import VALUE") == "pkg/a/__init__.py");
  CHECK(means("from pkg import a") == "pkg/a/__init__.py");  // a package hides a module
  CHECK(means("from pkg.a import *") == "pkg/a/__init__.py");
  CHECK(means("from . import beside") == "pkg/here/beside.py");
  CHECK(means("from .beside import x") == "pkg/here/beside.py");
  CHECK(means("from ..a import b") == "pkg/a/b.py");
  CHECK(means("from .. import nothing") == "pkg/__init__.py");
  CHECK(means("from .....far import x") == "nothing");
  CHECK(means("import numpy.linalg") == "external numpy.linalg");
  CHECK(means("from google.cloud import storage") == "external google.cloud.storage");
  CHECK(means("import pkg.none") == "external pkg.none");
}

TEST_CASE("what stands beside a script is found before other roots") {
  const RepoIndex index = index_of(Files{{"jobs/one/run.py", "import helper\n"},
                                         {"jobs/one/helper.py", ""},
                                         {"helper.py", ""},
                                         {"jobs/two/run.py", "import helper\n"}});
  CHECK(meaning(index, "jobs/one/run.py") == "jobs/one/helper.py");
  CHECK(meaning(index, "jobs/two/run.py") == "helper.py");
}

TEST_CASE("directories that hold no source are passed over") {
  const RepoIndex index = index_of(Files{{"a.py", ""},
                                         {".hidden/b.py", ""},
                                         {"node_modules/c.py", ""},
                                         {"x/__pycache__/d.py", ""},
                                         {"env/pyvenv.cfg", ""},
                                         {"env/lib/e.py", ""},
                                         {"data.csv", ""}});
  CHECK(index.python().size() == 1);
  CHECK(index.has_file("data.csv"));
  CHECK_FALSE(index.has_file("env/lib/e.py"));
  CHECK_FALSE(index.find("data.csv").has_value());
}

TEST_CASE("templates of a catalogue are copies, and no source") {
  const RepoIndex index = index_of({{"src/api/__init__.py", ""},
                                    {"tests/test_api.py", "import src.api\n"},
                                    {"mlx-components/api/component.json", "{}"},
                                    {"mlx-components/api/templates/src/api/__init__.py", "X = 1\n"}});
  CHECK(meaning(index, "tests/test_api.py") == "src/api/__init__.py");
  CHECK(index.python().size() == 2);
}

TEST_CASE("links are no files of the index") {
  MemorySnapshot snapshot(Files{{"a.py", ""}});
  snapshot.put("b.py", {.bytes = "a.py", .kind = EntryKind::kSymlink});
  snapshot.put("loop", {.bytes = ".", .kind = EntryKind::kSymlink});
  NoIndexCache cache;
  CHECK(index_of(snapshot, cache).python().size() == 1);
}

TEST_CASE("an empty repository has an empty index") {
  const RepoIndex index = index_of(Files{});
  CHECK(index.files().empty());
  CHECK(index.python().empty());
  CHECK_FALSE(index.file_of_module("").has_value());
}

TEST_CASE("no name is no module, also where a root is a package") {
  NoIndexCache cache;
  const MemorySnapshot files(Files{{"src/__init__.py", ""}, {"src/a.py", ""}});
  const RepoIndex index = RepoIndex::build(files, cache, {"src"}).value();
  CHECK(index.file_of_module("a").has_value());
  CHECK_FALSE(index.file_of_module("").has_value());
}

TEST_CASE("the snapshot is told which files are read, before they are") {
  class Told final : public Snapshot {
   public:
    explicit Told(Files files) : files_(std::move(files)) {}
    Result<EntryKind> kind(const RepoPath& path) const override { return files_.kind(path); }
    Result<BlobId> blob_id(const RepoPath& path) const override { return files_.blob_id(path); }
    Result<std::vector<Entry>> children(std::string_view directory) const override {
      return files_.children(directory);
    }
    Result<std::string> read(const RepoPath& path) const override {
      said.push_back("read " + path.str());
      return files_.read(path);
    }
    void prepare(std::span<const RepoPath> paths) const override {
      for (const RepoPath& path : paths) said.push_back("prepare " + path.str());
    }
    mutable std::vector<std::string> said;

   private:
    MemorySnapshot files_;
  };
  using Said = std::vector<std::string>;
  MemoryCache cache;
  const Told first(Files{{"a.py", "A = 1\n"}, {"b.py", "B = 1\n"}, {"c.txt", ""}});
  static_cast<void>(index_of(first, cache));
  CHECK(first.said == Said{"prepare a.py", "prepare b.py", "read a.py", "read b.py"});
  const Told second(Files{{"a.py", "A = 1\n"}, {"b.py", "B = 2\n"}});
  static_cast<void>(index_of(second, cache));
  CHECK(second.said == Said{"prepare b.py", "read b.py"});
  const Told third(Files{{"a.py", "A = 1\n"}});
  static_cast<void>(index_of(third, cache));
  CHECK(third.said.empty());
}
