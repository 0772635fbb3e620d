#include "engine/io/directory.h"

#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "tests/support/temporary_directory.h"

using namespace mlx;
namespace fs = std::filesystem;

namespace {

RepoPath path(std::string_view text) { return RepoPath::parse(text).value(); }

void put(const fs::path& file, std::string_view bytes) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

/// A directory with one of everything.
class DirectoryWithEverything {
 public:
  DirectoryWithEverything() {
    put(top() / "a/b/file.txt", "text\n");
    put(top() / "binary", std::string("\0\xff\r\n\0", 5));
    put(top() / "empty", "");
    put(top() / "run.sh", "#!/bin/sh\n");
    fs::permissions(top() / "run.sh", fs::perms::owner_exec, fs::perm_options::add);
    put(top() / ".git/config", "[core]\n");
    put(top() / ".gitignore", "x\n");
    fs::create_directory(top() / "nothing");
    put(outside() / "secret", "secret");
    fs::create_symlink(outside(), top() / "out");
    fs::create_symlink("b", top() / "a/link");
    fs::create_symlink(outside() / "secret", top() / "a/secret");
    fs::create_symlink("nowhere", top() / "dangling");
    REQUIRE(::mkfifo((top() / "fifo").c_str(), 0600) == 0);
    snapshot_ = open_directory_snapshot(top()).value();
  }

  [[nodiscard]] fs::path top() const { return directory_.path() / "top"; }
  [[nodiscard]] const Snapshot& snapshot() const { return *snapshot_; }
  [[nodiscard]] ErrorCode read_error(std::string_view text) const {
    const auto bytes = snapshot_->read(path(text));
    REQUIRE_FALSE(bytes.has_value());
    return bytes.error().code;
  }

 private:
  [[nodiscard]] fs::path outside() const { return directory_.path() / "outside"; }

  TemporaryDirectory directory_;
  std::unique_ptr<Snapshot> snapshot_;
};

}  // namespace

TEST_CASE("files are read to the byte") {
  const DirectoryWithEverything directory;
  const Snapshot& snapshot = directory.snapshot();
  CHECK(snapshot.read(path("a/b/file.txt")) == "text\n");
  CHECK(snapshot.read(path("binary")) == std::string("\0\xff\r\n\0", 5));
  CHECK(snapshot.read(path("empty")) == "");
  const std::string large(3'000'001, 'x');
  put(directory.top() / "large", large);
  CHECK(snapshot.read(path("large")) == large);
}

TEST_CASE("what is there has its kind") {
  const DirectoryWithEverything directory;
  const auto [text, kind] =
      GENERATE(values<std::pair<std::string, EntryKind>>({{"a/b/file.txt", EntryKind::kFile},
                                                          {"run.sh", EntryKind::kExecutable},
                                                          {"a/b", EntryKind::kDirectory},
                                                          {"nothing", EntryKind::kDirectory},
                                                          {"fifo", EntryKind::kOther},
                                                          {"absent", EntryKind::kAbsent},
                                                          {"absent/x", EntryKind::kAbsent},
                                                          {"empty/x", EntryKind::kAbsent},
                                                          {"empty/x/y", EntryKind::kAbsent},
                                                          {"out", EntryKind::kSymlink},
                                                          {"out/secret", EntryKind::kSymlink},
                                                          {"out/absent/x", EntryKind::kSymlink},
                                                          {"a/secret", EntryKind::kSymlink},
                                                          {"a/link/file.txt", EntryKind::kSymlink},
                                                          {"dangling", EntryKind::kSymlink},
                                                          {"dangling/x", EntryKind::kSymlink}}));
  CAPTURE(text);
  CHECK(directory.snapshot().kind(path(text)) == kind);
}

TEST_CASE("nothing is read through a link, at the end or on the way") {
  const DirectoryWithEverything directory;
  const std::string text = GENERATE(as<std::string>{}, "out", "out/secret", "a/secret", "a/link",
                                    "a/link/file.txt", "dangling", "dangling/x");
  CAPTURE(text);
  CHECK(directory.read_error(text) == ErrorCode::kRefused);
}

TEST_CASE("what is no file is not found, and nothing waits for a FIFO") {
  const DirectoryWithEverything directory;
  const std::string text =
      GENERATE(as<std::string>{}, "fifo", "a", "nothing", "absent", "absent/x", "empty/x");
  CAPTURE(text);
  CHECK(directory.read_error(text) == ErrorCode::kNotFound);
  CHECK(read_if_present(directory.snapshot(), path(text)).value() == std::nullopt);
}

TEST_CASE("a socket is no file") {
  const DirectoryWithEverything directory;
  const fs::path place = directory.top() / "socket";
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  REQUIRE(place.native().size() < sizeof(address.sun_path));
  std::memcpy(address.sun_path, place.c_str(), place.native().size() + 1);
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK(directory.snapshot().kind(path("socket")) == EntryKind::kOther);
  CHECK(directory.read_error("socket") == ErrorCode::kNotFound);
}

TEST_CASE("a directory lists what it holds, sorted, without git's own") {
  const DirectoryWithEverything directory;
  CHECK(directory.snapshot().children("").value() == std::vector<Entry>{{".gitignore", EntryKind::kFile},
                                                                        {"a", EntryKind::kDirectory},
                                                                        {"binary", EntryKind::kFile},
                                                                        {"dangling", EntryKind::kSymlink},
                                                                        {"empty", EntryKind::kFile},
                                                                        {"fifo", EntryKind::kOther},
                                                                        {"nothing", EntryKind::kDirectory},
                                                                        {"out", EntryKind::kSymlink},
                                                                        {"run.sh", EntryKind::kExecutable}});
  CHECK(directory.snapshot().children("a").value() == std::vector<Entry>{{"b", EntryKind::kDirectory},
                                                                         {"link", EntryKind::kSymlink},
                                                                         {"secret", EntryKind::kSymlink}});
  for (const char* text : {"nothing", "absent", "empty", "out", "a/link", "fifo", "absent/x"}) {
    CAPTURE(text);
    CHECK(directory.snapshot().children(text).value().empty());
  }
}

TEST_CASE("a snapshot can be asked again and again") {
  const DirectoryWithEverything directory;
  for (int i = 0; i < 2000; ++i) {
    REQUIRE(directory.snapshot().children("a"));
    REQUIRE(directory.snapshot().read(path("a/b/file.txt")));
    REQUIRE(directory.snapshot().kind(path("out/x")));
  }
}

TEST_CASE("a directory that is not there cannot be opened") {
  const TemporaryDirectory directory;
  CHECK(Directory::open(directory.path() / "absent").error().code == ErrorCode::kIo);
  put(directory.path() / "file", "");
  CHECK(Directory::open(directory.path() / "file").error().code == ErrorCode::kIo);
}

TEST_CASE("descriptors close with their owner, once") {
  int raw = -1;
  {
    FileDescriptor first(::dup(0));
    raw = first.get();
    REQUIRE(first.is_open());
    FileDescriptor second(std::move(first));
    CHECK(second.get() == raw);
    FileDescriptor third;
    third = std::move(second);
    CHECK(third.get() == raw);
  }
  struct stat status{};
  CHECK(::fstat(raw, &status) != 0);
}

TEST_CASE("around a directory is the git repository that it lies in") {
  const TemporaryDirectory temporary;
  const fs::path top = temporary.path() / "repository";
  put(top / ".git/HEAD", "");
  put(top / "uv.lock", "lock");
  put(top / "packages/shop/a.py", "");
  const auto shop = open_directory_snapshot(top / "packages/shop").value();
  const auto around = shop->surroundings().value();
  REQUIRE(around);
  CHECK(around->directory == "packages/shop");
  CHECK(around->whole.read(path("uv.lock")) == "lock");
  CHECK_FALSE(open_directory_snapshot(top).value()->surroundings().value());
  // Whatever way leads there.
  fs::create_directory_symlink(top / "packages", temporary.path() / "way");
  CHECK(open_directory_snapshot(temporary.path() / "way/shop").value()->surroundings().value()->directory ==
        "packages/shop");
}
