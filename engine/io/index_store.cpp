#include "engine/io/index_store.h"

#include <fcntl.h>

#include <ctime>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "engine/io/directory.h"
#include "engine/io/sqlite_database.h"

namespace mlx {
namespace fs = std::filesystem;
namespace {

using sqlite::Blob;
using sqlite::Database;
using sqlite::Rows;
using sqlite::Statement;

constexpr std::int64_t kStoreFormat = 1;
constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::int64_t kRaceSeconds = 2;

constexpr const char* kSchema =
    "CREATE TABLE IF NOT EXISTS facts (content TEXT PRIMARY KEY, facts BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS files (directory TEXT NOT NULL, path TEXT NOT NULL, stamp TEXT NOT NULL,"
    " content TEXT NOT NULL, PRIMARY KEY (directory, path)) WITHOUT ROWID;";

struct KnownFile {
  std::string stamp;
  std::string content;
};
using KnownFiles = std::unordered_map<std::string, KnownFile>;

/// Whatever changes when a file is written: size, both times, inode.
std::string stamp_of(const struct stat& status) {
  const auto time = [](const timespec& t) { return std::to_string(t.tv_sec * kNanoseconds + t.tv_nsec); };
  return std::to_string(status.st_size) + " " + time(status.st_mtim) + " " + time(status.st_ctim) + " " +
         std::to_string(status.st_ino);
}

bool may_still_change(const struct stat& status) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return status.st_mtim.tv_sec + kRaceSeconds >= now.tv_sec ||
         status.st_ctim.tv_sec + kRaceSeconds >= now.tv_sec;
}

/// A directory whose files are hashed only when their stamp is new.
class StampedDirectory final : public Snapshot {
 public:
  StampedDirectory(std::unique_ptr<Snapshot> files, Directory directory, KnownFiles known, KnownFiles& learnt)
      : files_(std::move(files)),
        directory_(std::move(directory)),
        known_(std::move(known)),
        learnt_(learnt) {}

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override { return files_->kind(path); }
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override { return files_->read(path); }
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override {
    return files_->children(directory);
  }

  [[nodiscard]] Result<BlobId> blob_id(const RepoPath& path) const override {
    struct stat status{};
    // The path was listed without links; a link that has come since has another stamp, and is refused by
    // read().
    const bool is_there =
        ::fstatat(directory_.descriptor(), path.str().c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!is_there || !S_ISREG(status.st_mode)) return Snapshot::blob_id(path);
    std::string stamp = stamp_of(status);
    const auto known = known_.find(path.str());
    if (known != known_.end() && known->second.stamp == stamp) {
      if (auto content = BlobId::parse(known->second.content)) return *content;
    }
    BlobId content = MLX_TRY(Snapshot::blob_id(path));
    if (!may_still_change(status)) {
      learnt_.insert_or_assign(path.str(), KnownFile{.stamp = std::move(stamp), .content = content.hex()});
    }
    return content;
  }

 private:
  std::unique_ptr<Snapshot> files_;
  Directory directory_;
  KnownFiles known_;
  KnownFiles& learnt_;
};

class SqliteIndexStore final : public IndexStore {
 public:
  explicit SqliteIndexStore(Database database) : database_(std::move(database)) {}

  Result<void> prepare() {
    // Losing the last writes costs reading a few files again.
    MLX_CHECK(database_.execute("PRAGMA synchronous = OFF; PRAGMA mmap_size = 268435456;"));
    if (MLX_TRY(database_.number("PRAGMA user_version")) != kStoreFormat) {
      MLX_CHECK(database_.execute("DROP TABLE IF EXISTS facts; DROP TABLE IF EXISTS files;"));
    }
    MLX_CHECK(database_.execute(kSchema));
    MLX_CHECK(database_.execute("PRAGMA user_version = 1"));
    find_ = MLX_TRY(database_.prepare("SELECT facts FROM facts WHERE content = ?"));
    store_ = MLX_TRY(database_.prepare("INSERT OR REPLACE INTO facts VALUES (?, ?)"));
    return {};
  }

  [[nodiscard]] std::optional<std::string> find(const BlobId& content) override {
    std::optional<std::string> facts;
    const auto found =
        find_.each([&](const Rows& row) { facts = row.text(0); }, std::string_view(content.hex()));
    return found ? facts : std::nullopt;
  }

  void store(const BlobId& content, std::string_view facts) override {
    if (!is_writing_) is_writing_ = database_.execute("BEGIN IMMEDIATE").has_value();
    if (is_writing_) std::ignore = store_.run(std::string_view(content.hex()), Blob{facts});
  }

  [[nodiscard]] Result<std::unique_ptr<Snapshot>> open_directory(const fs::path& path) override {
    auto files = MLX_TRY(open_directory_snapshot(path));
    Directory directory = MLX_TRY(Directory::open(path));
    std::error_code ignored;
    directory_name_ = fs::canonical(path, ignored).string();
    KnownFiles known;
    auto rows = database_.prepare("SELECT path, stamp, content FROM files WHERE directory = ?");
    if (rows) {
      std::ignore = rows->each(
          [&](const Rows& row) {
            known.emplace(row.text(0), KnownFile{.stamp = row.text(1), .content = row.text(2)});
          },
          std::string_view(directory_name_));
    }
    return std::make_unique<StampedDirectory>(std::move(files), std::move(directory), std::move(known),
                                              learnt_);
  }

  void save() override {
    if (!learnt_.empty() && !is_writing_) is_writing_ = database_.execute("BEGIN IMMEDIATE").has_value();
    if (!is_writing_) return;
    if (auto insert = database_.prepare("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)")) {
      for (const auto& [path, file] : learnt_) {
        std::ignore = insert->run(std::string_view(directory_name_), std::string_view(path),
                                  std::string_view(file.stamp), std::string_view(file.content));
      }
    }
    std::ignore = database_.execute("COMMIT");
    is_writing_ = false;
    learnt_.clear();
  }

 private:
  Database database_;
  Statement find_;
  Statement store_;
  std::string directory_name_;
  KnownFiles learnt_;
  bool is_writing_ = false;
};

Result<std::unique_ptr<IndexStore>> open_store(const fs::path& file) {
  auto store = std::make_unique<SqliteIndexStore>(MLX_TRY(Database::open(file.string())));
  MLX_CHECK(store->prepare());
  return store;
}

}  // namespace

Result<std::unique_ptr<IndexStore>> IndexStore::open(const fs::path& file) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  auto store = open_store(file);
  if (store) return store;
  // Damaged, as far as we care: nothing in it is worth keeping.
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(file.string() + suffix, error);
  return open_store(file);
}

}  // namespace mlx
