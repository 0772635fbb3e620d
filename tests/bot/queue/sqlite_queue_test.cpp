// What is particular to the queue in a SQLite file: the file itself, and what can be wrong with it.

#include "bot/queue/sqlite_queue.h"

#include <sqlite3.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/bot/queue/job_queue_contract.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::bot::test;
namespace fs = std::filesystem;

namespace {

struct Directory {
  fs::path path;
  std::string file;

  Directory() {
    std::string name = (fs::temp_directory_path() / "mlx-sqlite-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
    file = path / "queue.db";
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() { fs::remove_all(path); }
};

void execute(const std::string& file, const char* sql) {
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &handle) == SQLITE_OK);
  CHECK(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(handle);
}

template <typename T>
void check_io_error(const Result<T>& result, const std::string& file, const std::string& advice) {
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::kIo);
  CHECK(result.error().location.file == file);
  CHECK_THAT(result.error().message, Catch::Contains(advice));
}

}  // namespace

TEST_CASE_METHOD(Directory, "a new database and its log can be read by their owner only") {
  const auto before = ::umask(0);
  const auto queue = open_sqlite_queue(file);
  REQUIRE(queue);
  REQUIRE((*queue)->enqueue(delivery("a"), at(0)));
  ::umask(before);
  for (const auto& entry : fs::directory_iterator(path)) {
    INFO(entry.path());
    CHECK(entry.status().permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  }
  CHECK(fs::exists(file + "-wal"));
}

TEST_CASE_METHOD(Directory, "the body of a completed delivery leaves the database") {
  const auto queue = std::move(*open_sqlite_queue(file));
  REQUIRE(queue->enqueue(delivery("a", "a body that nobody needs any more"), at(0)));
  const auto job = queue->claim(at(0), at(1));
  REQUIRE(queue->complete(**job, "done", at(1)));
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &handle) == SQLITE_OK);
  int bodies = -1;
  const auto read = [](void* count, int, char** values, char**) {
    *static_cast<int*>(count) = std::stoi(values[0]);
    return 0;
  };
  REQUIRE(sqlite3_exec(handle, "SELECT count(body) FROM deliveries", read, &bodies, nullptr) == SQLITE_OK);
  sqlite3_close(handle);
  CHECK(bodies == 0);
}

TEST_CASE_METHOD(Directory, "a database of a newer schema is refused and left alone") {
  REQUIRE(open_sqlite_queue(file));
  execute(file, "PRAGMA user_version = 99");
  const auto queue = open_sqlite_queue(file);
  REQUIRE_FALSE(queue);
  CHECK(queue.error().code == ErrorCode::kRefused);
  CHECK(queue.error().location.file == file);
  CHECK_THAT(queue.error().message, Catch::Contains("99") && Catch::Contains("newer MLX"));
}

TEST_CASE_METHOD(Directory, "somebody else's database is refused and left alone") {
  execute(file, "CREATE TABLE customers (name TEXT)");
  const auto size = fs::file_size(file);
  const auto queue = open_sqlite_queue(file);
  REQUIRE_FALSE(queue);
  CHECK(queue.error().code == ErrorCode::kRefused);
  CHECK(fs::file_size(file) == size);
}

TEST_CASE_METHOD(Directory, "files that are no database are errors with advice") {
  SECTION("text") {
    std::ofstream(file) << std::string(4096, 'x');
    check_io_error(open_sqlite_queue(file), file, ".recover");
  }
  SECTION("a directory") {
    fs::create_directory(file);
    check_io_error(open_sqlite_queue(file), file, "cannot be written");
  }
  SECTION("in no directory") {
    const std::string nowhere = path / "missing" / "queue.db";
    check_io_error(open_sqlite_queue(nowhere), nowhere, "directory");
  }
}

TEST_CASE_METHOD(Directory, "a database that was damaged is an error with advice, not a crash") {
  {
    const auto queue = std::move(*open_sqlite_queue(file));
    for (int i = 0; i < 100; ++i)
      REQUIRE(queue->enqueue(delivery(std::to_string(i), std::string(5000, 'x')), at(0)));
  }
  // Every page but the first, which says that this is a database.
  std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
  out.seekp(4096);
  const std::string noise(fs::file_size(file) - 4096, '\x5a');
  out << noise << std::flush;
  const auto queue = open_sqlite_queue(file);
  if (!queue) {
    check_io_error(queue, file, ".recover");
    return;
  }
  check_io_error((*queue)->enqueue(delivery("new"), at(0)), file, ".recover");
  check_io_error((*queue)->claim(at(0), at(1)), file, ".recover");
  check_io_error((*queue)->stats(), file, ".recover");
}

TEST_CASE_METHOD(Directory, "a database that another process keeps locked is an error with advice") {
  const auto queue = std::move(*open_sqlite_queue(file));
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &handle) == SQLITE_OK);
  REQUIRE(sqlite3_exec(handle, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  check_io_error(queue->enqueue(delivery("a"), at(0)), file, "another process");
  REQUIRE(sqlite3_exec(handle, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(handle);
  CHECK(queue->enqueue(delivery("a"), at(0)) == EnqueueResult::kStored);
}

TEST_CASE_METHOD(Directory, "a full disk is an error that stores nothing, and passes") {
  // A limit on the size of files stands for the disk; in a child, since it cannot be undone for the
  // tests' own output otherwise.
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const auto queue = std::move(*open_sqlite_queue(file));
    bool is_good = queue->enqueue(delivery("small"), at(0)) == EnqueueResult::kStored;
    const rlimit limit{.rlim_cur = 1024UL * 1024, .rlim_max = RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto large = queue->enqueue(delivery("large", std::string(8UL * 1024 * 1024, 'x')), at(0));
    is_good =
        is_good && !large && large.error().code == ErrorCode::kIo && large.error().location.file == file;
    const rlimit unlimited{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &unlimited);
    is_good = is_good && queue->enqueue(delivery("large"), at(0)) == EnqueueResult::kStored;
    is_good = is_good && queue->stats()->waiting == 2;
    ::_exit(is_good ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
}
