#include "engine/io/index_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "engine/io/sqlite_database.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;
namespace fs = std::filesystem;

namespace {

RepoPath path(std::string_view text) { return RepoPath::parse(text).value(); }

void put(const fs::path& file, std::string_view bytes) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

/// Makes a file as old as one that nobody is writing any more. The time of its last change of state cannot be
/// set, so that the store still sees it as new: what it learns of it is not kept.
void set_modified(const fs::path& file, std::time_t seconds) {
  const timespec times[2] = {{.tv_sec = seconds, .tv_nsec = 0}, {.tv_sec = seconds, .tv_nsec = 0}};
  REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times, 0) == 0);
}

class Store {
 public:
  [[nodiscard]] fs::path file() const { return directory_.path() / "cache" / "index.db"; }
  [[nodiscard]] fs::path project() const { return directory_.path() / "project"; }
  [[nodiscard]] std::unique_ptr<IndexStore> open() const { return IndexStore::open(file()).value(); }

 private:
  TemporaryDirectory directory_;
};

const BlobId kContent = BlobId::of("content");

}  // namespace

TEST_CASE("facts that were saved are there the next time, others are not") {
  const Store place;
  {
    const auto store = place.open();
    store->store(kContent, std::string("facts\0with zero", 15));
    store->save();
    store->store(BlobId::of("other"), "not saved");
  }
  const auto store = place.open();
  CHECK(store->find(kContent) == std::string("facts\0with zero", 15));
  CHECK_FALSE(store->find(BlobId::of("other")).has_value());
  CHECK_FALSE(store->find(BlobId::of("never")).has_value());
}

TEST_CASE("facts are written in between, when there are many") {
  const Store place;
  const auto store = place.open();
  const auto other = place.open();
  store->store(kContent, std::string(8U << 20U, 'x'));
  CHECK(other->find(kContent).has_value());
}

TEST_CASE("the file is the user's own") {
  const Store place;
  static_cast<void>(place.open());
  CHECK((fs::status(place.file()).permissions() & (fs::perms::group_all | fs::perms::others_all)) ==
        fs::perms::none);
}

TEST_CASE("a damaged file is begun again") {
  const Store place;
  for (const std::string& bytes :
       {std::string("not a database"), std::string(8192, '\xff'), std::string(100, '\0'),
        std::string("SQLite format 3\0and then nothing of it", 38)}) {
    put(place.file(), bytes);
    {
      const auto store = place.open();
      CHECK_FALSE(store->find(kContent).has_value());
      store->store(kContent, "facts");
      store->save();
    }
    CHECK(place.open()->find(kContent) == "facts");
    fs::remove_all(place.file().parent_path());
  }
}

TEST_CASE("damage that shows later costs the store, and nothing else") {
  const Store place;
  {
    const auto store = place.open();
    for (int i = 0; i < 2000; ++i) store->store(BlobId::of(std::to_string(i)), std::string(200, 'x'));
    store->save();
  }
  {
    std::fstream file(place.file(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(4096);
    file << std::string(fs::file_size(place.file()) - 4096, '\x5a');
  }
  {
    auto opened = IndexStore::open(place.file());
    REQUIRE(opened.has_value());
    for (int i = 0; i < 2000; ++i) {
      const auto facts = (*opened)->find(BlobId::of(std::to_string(i)));
      if (facts) CHECK(*facts == std::string(200, 'x'));
    }
    (*opened)->store(kContent, "facts");
    (*opened)->save();
  }
  const auto again = place.open();
  again->store(kContent, "facts");
  again->save();
  CHECK(place.open()->find(kContent) == "facts");
}

TEST_CASE("a file of another version is emptied") {
  const Store place;
  {
    const auto store = place.open();
    store->store(kContent, "facts");
    store->save();
  }
  {
    auto database = sqlite::Database::open(place.file().string()).value();
    REQUIRE(database.execute("PRAGMA user_version = 77").has_value());
  }
  const auto store = place.open();
  CHECK_FALSE(store->find(kContent).has_value());
  store->store(kContent, "facts");
  store->save();
  CHECK(place.open()->find(kContent) == "facts");
}

TEST_CASE("a store cannot be where a directory is, or below a file") {
  const Store place;
  fs::create_directories(place.file());
  CHECK_FALSE(IndexStore::open(place.file()).has_value());
  put(place.project(), "");
  CHECK_FALSE(IndexStore::open(place.project() / "index.db").has_value());
}

TEST_CASE("two stores on one file write side by side") {
  const Store place;
  const auto first = place.open();
  const auto second = place.open();
  first->store(BlobId::of("1"), "one");
  second->store(BlobId::of("2"), "two");
  first->save();
  second->save();
  first->store(kContent, "same");
  second->store(kContent, "same");
  second->save();
  first->save();
  CHECK(first->find(BlobId::of("2")) == "two");
  CHECK(second->find(BlobId::of("1")) == "one");
  CHECK(first->find(kContent) == "same");
}

TEST_CASE("a directory is the same through the store as without it") {
  const Store place;
  put(place.project() / "a/b.py", "text");
  fs::create_symlink("a", place.project() / "link");
  const auto store = place.open();
  const auto files = store->open_directory(place.project()).value();
  CHECK(files->kind(path("a/b.py")) == EntryKind::kFile);
  CHECK(files->read(path("a/b.py")) == "text");
  CHECK(files->blob_id(path("a/b.py")) == BlobId::of("text"));
  CHECK(files->children("").value().size() == 2);
  CHECK_FALSE(files->blob_id(path("link/b.py")).has_value());
  CHECK_FALSE(files->blob_id(path("none")).has_value());
  CHECK_FALSE(store->open_directory(place.project() / "none").has_value());
}

TEST_CASE("a file that was just written is never taken as unchanged") {
  const Store place;
  const fs::path file = place.project() / "a.py";
  put(file, "old!");
  set_modified(file, 1'600'000'000);
  {
    const auto store = place.open();
    CHECK(store->open_directory(place.project()).value()->blob_id(path("a.py")) == BlobId::of("old!"));
    store->save();
  }
  put(file, "new!");  // of the same size, and given the same time
  set_modified(file, 1'600'000'000);
  const auto store = place.open();
  CHECK(store->open_directory(place.project()).value()->blob_id(path("a.py")) == BlobId::of("new!"));
}

TEST_CASE("what is known of a file holds for its stamp only") {
  const Store place;
  const fs::path file = place.project() / "a.py";
  put(file, "text");
  static_cast<void>(place.open());
  {
    auto database = sqlite::Database::open(place.file().string()).value();
    auto insert = database.prepare("INSERT INTO files VALUES (?, ?, ?, ?)").value();
    const std::string directory = fs::canonical(place.project()).string();
    REQUIRE(insert
                .run(std::string_view(directory), std::string_view("a.py"), std::string_view("no stamp"),
                     std::string_view(BlobId::of("lie").hex()))
                .has_value());
  }
  const auto store = place.open();
  CHECK(store->open_directory(place.project()).value()->blob_id(path("a.py")) == BlobId::of("text"));
}

namespace {

BlobId numbered(int number) { return BlobId::of(std::to_string(number)); }

/// Facts that cannot be packed into less.
std::string facts_of(int number) {
  std::string facts;
  while (facts.size() < 20'000) facts += BlobId::of(std::to_string(number) + facts.substr(0, 40)).hex();
  return facts;
}

std::uintmax_t size_of(const fs::path& file) {
  std::uintmax_t size = 0;
  for (const char* suffix : {"", "-wal"}) {
    std::error_code none;
    const auto part = fs::file_size(file.string() + suffix, none);
    if (!none) size += part;
  }
  return size;
}

/// Runs in a child with files that cannot become larger than this; true if `is_good` said so.
template <typename IsGood>
bool with_small_files(rlim_t bytes, const IsGood& is_good) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto unlimit = [] {
      const rlimit unlimited{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
      ::setrlimit(RLIMIT_FSIZE, &unlimited);
    };
    ::_exit(is_good(unlimit) ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0;
}

}  // namespace

TEST_CASE("a store keeps to its size, and drops what was not asked for longest") {
  const Store place;
  constexpr std::int64_t kLargest = 4LL << 20U;
  const auto store = IndexStore::open(place.file(), {.largest_bytes = kLargest, .is_mapped = false}).value();
  store->store(numbered(-1), facts_of(-1));
  for (int i = 0; i < 1'000; ++i) {
    store->store(numbered(i), facts_of(i));
    store->save();
    if (i % 20 == 0) {
      const auto used = store->find(numbered(-1));
      if (!used) FAIL("dropped what is asked for, after " << i);
    }
  }
  CHECK(size_of(place.file()) < 3 * kLargest);
  CHECK(store->find(numbered(-1)) == facts_of(-1));
  CHECK(store->find(numbered(999)) == facts_of(999));
  CHECK(store->find(numbered(900)) == facts_of(900));
  CHECK_FALSE(store->find(numbered(0)));
  CHECK_FALSE(store->find(numbered(500)));
}

TEST_CASE("a store that stays open goes on after its file was damaged") {
  const Store place;
  const auto store = IndexStore::open(place.file(), {.is_mapped = false}).value();
  for (int i = 0; i < 500; ++i) store->store(numbered(i), facts_of(i));
  store->save();
  REQUIRE(sqlite::Database::open(place.file().string()).value().number("PRAGMA wal_checkpoint(TRUNCATE)"));
  {
    std::fstream file(place.file(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(0);
    file << std::string(fs::file_size(place.file()), '\x5a');
  }
  // Some page may be remembered still, but what is found is right.
  for (int i = 0; i < 500; ++i) {
    const auto facts = store->find(numbered(i));
    if (facts && *facts != facts_of(i)) FAIL_CHECK(i);
  }
  store->save();
  store->store(kContent, "facts");
  store->save();
  CHECK(store->find(kContent) == "facts");
  CHECK(place.open()->find(kContent) == "facts");
}

TEST_CASE("a store that stays open goes on after its file was removed, or begun anew by others") {
  const Store place;
  const auto store = place.open();
  store->store(numbered(1), "one");
  store->save();
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(place.file().string() + suffix);
  std::unique_ptr<IndexStore> other;
  SECTION("by others") {
    other = place.open();
    other->store(numbered(2), "two");
    other->save();
  }
  SECTION("removed") {}
  store->store(kContent, "facts");
  store->save();
  CHECK(place.open()->find(kContent) == "facts");
  if (other) {
    CHECK(store->find(numbered(2)) == "two");
    CHECK(other->find(kContent) == "facts");
  }
}

TEST_CASE("a full disk costs what could not be written, and nothing else") {
  const Store place;
  {
    const auto store = place.open();
    store->store(numbered(1), "one");
    store->save();
  }
  const bool is_left_alone = with_small_files(1U << 20U, [&](const auto& unlimit) {
    const auto store = IndexStore::open(place.file(), {.is_mapped = false});
    if (!store) return false;
    for (int i = 100; i < 600; ++i) (*store)->store(numbered(i), facts_of(i));
    (*store)->save();
    bool is_good = (*store)->find(numbered(1)) == "one";
    // The file is not held: others can write.
    unlimit();
    const auto other = place.open();
    other->store(numbered(2), "two");
    other->save();
    is_good = is_good && other->find(numbered(2)) == "two";
    (*store)->store(numbered(3), "three");
    (*store)->save();
    return is_good && other->find(numbered(3)) == "three";
  });
  CHECK(is_left_alone);
  CHECK(place.open()->find(numbered(1)) == "one");
}
