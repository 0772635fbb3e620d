#include "action/checkout_repository.h"

#include <unistd.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/bot/forge/scripted_repository.h"
#include "tests/support/git_repository.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;
using namespace mlx::action;
using mlx::bot::ChangedFile;
using mlx::bot::Listing;
using mlx::test::GitRepository;
using mlx::testing::ScriptedRepository;
using Lines = std::vector<std::string>;

namespace {

/// A repository with two commits on main and a branch that parted from the first.
struct Origin {
  TemporaryDirectory directory;
  GitRepository git{directory.path() / "origin"};
  std::string first;
  std::string head;
  std::string main;

  Origin() {
    git.write("src/app.py", "one\ntwo\nthree\n");
    git.write("src/old.py", "moved\nwithout\na\nchange\n");
    git.write("gone.py", "gone\n");
    git.write("data.bin", std::string("\0\1\2", 3));
    first = git.commit("first");
    git.git("checkout -q -b feature");
    git.write("src/app.py", "one\ntwo and a half\nthree\n");
    git.write("new.py", "new");
    git.write("data.bin", std::string("\0\1\3", 3));
    git.git("mv src/old.py src/renamed.py");
    git.git("rm -q gone.py");
    head = git.commit("feature");
    git.git("checkout -q main");
    git.write("later.py", "later\n");
    main = git.commit("later");
    git.git("config uploadpack.allowfilter true");
    git.git("config uploadpack.allowanysha1inwant true");
  }

  /// A clone at `name` with git's own options.
  std::filesystem::path clone(const std::string& name, const std::string& options = "") const {
    const auto path = directory.path() / name;
    git.git("clone -q " + options + " 'file://" + git.path().string() + "' '" + path.string() + "'");
    return path;
  }
};

/// What a job sees of a checkout, and what it had to ask the forge.
struct Seen {
  ScriptedRepository forge;
  std::unique_ptr<GitWorkspace> checkout;
  std::unique_ptr<CheckoutRepository> repository;

  explicit Seen(const std::filesystem::path& path) : checkout(GitWorkspace::open(path).value()) {
    repository = std::make_unique<CheckoutRepository>(*forge.repository, *checkout);
  }

  [[nodiscard]] Result<std::string> read(const std::string& commit, const std::string& path) const {
    return files(commit)->read(RepoPath::parse(path).value());
  }
  [[nodiscard]] std::unique_ptr<Snapshot> files(const std::string& commit) const {
    return repository->snapshot({.sha = commit, .tree = {}}, Listing::kWhole).value();
  }
  [[nodiscard]] bool asked_forge() const { return !forge.http.requests.empty(); }
};

const ChangedFile& file(const bot::Comparison& comparison, const std::string& path) {
  for (const ChangedFile& changed : comparison.changed.files) {
    if (changed.path.str() == path) return changed;
  }
  FAIL("no change of " + path);
  throw std::logic_error("unreachable");
}

}  // namespace

TEST_CASE("a whole clone answers everything by itself") {
  const Origin origin;
  Seen seen(origin.clone("whole"));
  CHECK(seen.read(origin.head, "src/app.py") == "one\ntwo and a half\nthree\n");
  CHECK(seen.read(origin.first, "gone.py") == "gone\n");
  const auto comparison = seen.repository->compare(origin.main, origin.head).value();
  CHECK(comparison.merge_base.sha == origin.first);
  CHECK(comparison.changed.files.size() == 5);
  CHECK(file(comparison, "src/app.py").patch == "@@ -1,3 +1,3 @@\n one\n-two\n+two and a half\n three");
  CHECK(file(comparison, "new.py").status == ChangedFile::Status::kAdded);
  CHECK(file(comparison, "new.py").patch == "@@ -0,0 +1 @@\n+new\n\\ No newline at end of file");
  CHECK(file(comparison, "gone.py").status == ChangedFile::Status::kRemoved);
  CHECK(file(comparison, "src/renamed.py").status == ChangedFile::Status::kRenamed);
  CHECK(file(comparison, "src/renamed.py").previous_path == RepoPath::parse("src/old.py").value());
  CHECK_FALSE(file(comparison, "data.bin").patch);
  CHECK(seen.repository->merge_base(origin.main, origin.head)->sha == origin.first);
  CHECK_FALSE(seen.asked_forge());
}

TEST_CASE("only what a checkout does not have is prepared by the forge") {
  const Origin origin;
  const std::vector<RepoPath> paths = {RepoPath::parse("new.py").value(),
                                       RepoPath::parse("src/app.py").value()};
  Seen whole(origin.clone("whole"));
  whole.files(origin.head)->prepare(paths);
  CHECK_FALSE(whole.asked_forge());
  Seen partial(origin.clone("partial", "--filter=blob:none --no-checkout"));
  partial.forge.then(200, {{"tree", nlohmann::json::array()}});
  partial.files(origin.head)->prepare(paths);
  CHECK(partial.forge.http.lines() == Lines{"GET /repos/o/r/git/trees/" + origin.head + "?recursive=1"});
}

TEST_CASE("the patches are what makes the one side of the other") {
  const Origin origin;
  Seen seen(origin.clone("whole"));
  const auto comparison = seen.repository->compare(origin.main, origin.head).value();
  for (const ChangedFile& changed : comparison.changed.files) {
    if (!changed.patch || changed.status == ChangedFile::Status::kRemoved) continue;
    const auto before = seen.read(origin.first, changed.path.str()).value_or("");
    CHECK(bot::apply_patch(before, *changed.patch) == seen.read(origin.head, changed.path.str()).value());
  }
}

TEST_CASE("a shallow clone asks the forge where commits parted, and reads what it has") {
  const Origin origin;
  Seen seen(origin.clone("shallow", "--depth=1"));
  CHECK(seen.checkout->is_shallow());
  CHECK(seen.read(origin.main, "later.py") == "later\n");
  CHECK_FALSE(seen.asked_forge());
  CHECK_FALSE(seen.repository->compare(origin.main, origin.head));
  CHECK(seen.forge.http.lines() ==
        Lines{"GET /repos/o/r/compare/" + origin.main + "..." + origin.head + "?per_page=1"});
}

TEST_CASE("a shallow clone knows where a commit and an ancestor of it parted") {
  Origin origin;
  origin.git.git("checkout -q feature");
  origin.git.write("more.py", "more\n");
  const std::string next = origin.git.commit("more");
  Seen seen(origin.clone("shallow", "--depth=2 --branch=feature"));
  REQUIRE(seen.checkout->is_shallow());
  for (const auto& [base, head] : {std::pair(origin.head, next), std::pair(next, origin.head)})
    CHECK(seen.repository->compare(base, head).value().merge_base.sha == origin.head);
  CHECK(seen.repository->compare(origin.head, next).value().changed.files.size() == 1);
  CHECK_FALSE(seen.asked_forge());
}

TEST_CASE("of a commit that is not here the forge lists the files, and known contents are read here") {
  const Origin origin;
  Seen seen(origin.clone("shallow", "--depth=1"));
  const std::string blob = origin.git.git("rev-parse " + origin.head + ":data.bin");
  const std::string known = origin.git.git("rev-parse " + origin.main + ":src/app.py");
  const nlohmann::json entries = {{{"path", "app.py"}, {"mode", "100644"}, {"sha", known}},
                                  {{"path", "data.bin"}, {"mode", "100644"}, {"sha", blob}}};
  seen.forge.then(200, {{"tree", entries}});
  const auto files = seen.repository->snapshot({.sha = origin.head, .tree = {}}, Listing::kWhole).value();
  CHECK(files->read(RepoPath::parse("app.py").value()) == "one\ntwo\nthree\n");
  CHECK(seen.forge.http.lines() == Lines{"GET /repos/o/r/git/trees/" + origin.head + "?recursive=1"});
  seen.forge.then(200, {{"content", "AAED"}, {"encoding", "base64"}});
  CHECK(files->read(RepoPath::parse("data.bin").value()) == std::string("\0\1\3", 3));
}

TEST_CASE("contents that a partial clone leaves out come from the forge") {
  const Origin origin;
  Seen seen(origin.clone("partial", "--filter=blob:none --no-checkout"));
  CHECK(seen.checkout->has_commit(origin.head));
  const std::string blob = origin.git.git("rev-parse " + origin.head + ":new.py");
  const nlohmann::json entry = {{"path", "new.py"}, {"mode", "100644"}, {"sha", blob}};
  seen.forge.then(200, {{"tree", nlohmann::json::array({entry})}});
  seen.forge.then(200, {{"content", "bmV3"}, {"encoding", "base64"}});
  CHECK(seen.read(origin.head, "new.py") == "new");
}

TEST_CASE("sparse checkouts, detached heads and linked work trees have all objects") {
  const Origin origin;
  const auto path = origin.clone("clone");
  const GitRepository clone(path);
  SECTION("sparse") {
    clone.git("sparse-checkout set --cone docs");
    CHECK_FALSE(std::filesystem::exists(path / "src/app.py"));
    Seen seen(path);
    CHECK(seen.read(origin.head, "src/app.py") == "one\ntwo and a half\nthree\n");
    CHECK_FALSE(seen.asked_forge());
  }
  SECTION("detached") {
    clone.git("checkout -q --detach " + origin.head);
    Seen seen(path);
    CHECK(seen.repository->compare(origin.main, origin.head)->merge_base.sha == origin.first);
  }
  SECTION("a linked work tree") {
    const auto linked = origin.directory.path() / "linked";
    clone.git("worktree add -q '" + linked.string() + "' " + origin.head);
    Seen seen(linked);
    CHECK(seen.repository->compare(origin.main, origin.head)->changed.files.size() == 5);
    CHECK_FALSE(seen.asked_forge());
  }
  SECTION("a submodule beside the files") {
    clone.git("submodule --quiet add 'file://" + origin.git.path().string() + "' sub");
    const std::string commit = clone.commit("with a submodule");
    Seen seen(path);
    CHECK(seen.read(commit, "later.py") == "later\n");
    const auto comparison = seen.repository->compare(origin.main, commit).value();
    CHECK(comparison.changed.files.size() == 1);  // .gitmodules
    Seen within(path / "sub");
    CHECK(within.read(origin.main, "later.py") == "later\n");
  }
}

TEST_CASE("a checkout of another user is read, and nothing that its configuration names is run") {
  const Origin origin;
  const auto path = origin.clone("foreign");
  const auto witness = origin.directory.path() / "witness";
  const GitRepository clone(path);
  clone.git("config core.fsmonitor 'touch " + witness.string() + "'");
  clone.git("config core.hooksPath '" + origin.directory.path().string() + "'");
  clone.git("config diff.external 'touch " + witness.string() + "'");
  clone.git("config filter.evil.smudge 'touch " + witness.string() + "'");
  if (::geteuid() == 0) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
      REQUIRE(::lchown(entry.path().c_str(), 12345, 12345) == 0);
    REQUIRE(::lchown(path.c_str(), 12345, 12345) == 0);
  }
  Seen seen(path);
  CHECK(seen.read(origin.head, "new.py") == "new");
  CHECK(seen.repository->compare(origin.main, origin.head)->changed.files.size() == 5);
  CHECK_FALSE(std::filesystem::exists(witness));
}

TEST_CASE("a directory without git is no checkout") {
  const TemporaryDirectory directory;
  const auto opened = GitWorkspace::open(directory.path());
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ErrorCode::kNotFound);
}
