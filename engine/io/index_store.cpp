#include "engine/io/index_store.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <optional>
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

constexpr std::int64_t kStoreFormat = 2;
constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::int64_t kRaceSeconds = 2;

constexpr std::size_t kBatchBytes = 4U << 20U;

constexpr const char* kSchema =
    "DROP TABLE IF EXISTS facts; DROP TABLE IF EXISTS files;"
    "CREATE TABLE facts (content TEXT PRIMARY KEY, facts BLOB NOT NULL);"
    "CREATE TABLE files (directory TEXT NOT NULL, path TEXT NOT NULL, stamp BLOB NOT NULL,"
    " content TEXT NOT NULL, PRIMARY KEY (directory, path)) WITHOUT ROWID;"
    "PRAGMA user_version = 2";

/// Whatever changes when a file is written: size, both times, inode; as bytes.
using Stamp = std::array<std::int64_t, 4>;

struct KnownFile {
  Stamp stamp = {};
  std::string content;
  bool is_unchanged = false;  ///< as its directory was listed
};
using KnownFiles = std::unordered_map<std::string, KnownFile>;

Stamp stamp_of(const struct stat& status) {
  const auto time = [](const timespec& t) { return t.tv_sec * kNanoseconds + t.tv_nsec; };
  return {status.st_size, time(status.st_mtim), time(status.st_ctim),
          static_cast<std::int64_t>(status.st_ino)};
}

std::string bytes_of(const Stamp& stamp) {
  std::string bytes(sizeof(Stamp), '\0');
  std::memcpy(bytes.data(), stamp.data(), sizeof(Stamp));
  return bytes;
}

/// A stamp that no file has, if the bytes are none.
Stamp parse_stamp(std::string_view bytes) {
  Stamp stamp = {-1};
  if (bytes.size() == sizeof(Stamp)) std::memcpy(stamp.data(), bytes.data(), sizeof(Stamp));
  return stamp;
}

bool may_still_change(const struct stat& status) {
  timespec now{};
  if (::clock_gettime(CLOCK_REALTIME, &now) != 0) return true;
  return status.st_mtim.tv_sec + kRaceSeconds >= now.tv_sec ||
         status.st_ctim.tv_sec + kRaceSeconds >= now.tv_sec;
}

/// A directory whose files are hashed only when their stamp is new.
class StampedDirectory final : public Snapshot {
 public:
  StampedDirectory(Directory directory, KnownFiles known, KnownFiles& learnt)
      : directory_(std::move(directory)), known_(std::move(known)), learnt_(learnt) {}

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override { return directory_.kind(path); }
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override {
    return directory_.read(path);
  }

  /// Looks at every file as it lists them, so that those that are as they were need no other look.
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override {
    std::vector<Entry> entries;
    std::string path = directory.empty() ? std::string() : std::string(directory) + "/";
    const std::size_t prefix = path.size();
    MLX_CHECK(directory_.each_child(directory, [&](const std::string& name, const struct stat& status) {
      entries.push_back({.name = name, .kind = kind_of(status)});
      if (!S_ISREG(status.st_mode)) return;
      path.resize(prefix);
      path += name;
      const auto known = known_.find(path);
      if (known != known_.end()) known->second.is_unchanged = known->second.stamp == stamp_of(status);
    }));
    std::ranges::sort(entries);
    return entries;
  }

  [[nodiscard]] Result<BlobId> blob_id(const RepoPath& path) const override {
    const auto known = known_.find(path.str());
    if (known != known_.end() && known->second.is_unchanged) {
      if (auto content = BlobId::parse(known->second.content)) return *content;
    }
    struct stat status{};
    // The path was listed without links; a link that has come since has another stamp, and is refused by
    // read().
    const bool is_there =
        ::fstatat(directory_.descriptor(), path.str().c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!is_there || !S_ISREG(status.st_mode)) return Snapshot::blob_id(path);
    BlobId content = MLX_TRY(Snapshot::blob_id(path));
    if (!may_still_change(status)) {
      learnt_.insert_or_assign(path.str(), KnownFile{.stamp = stamp_of(status), .content = content.hex()});
    }
    return content;
  }

 private:
  Directory directory_;
  mutable KnownFiles known_;
  KnownFiles& learnt_;
};

void remove_store(const fs::path& file) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(file.string() + suffix, ignored);
}

/// Which file a path means, as long as it is not replaced; nothing if there is none.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;

  bool operator==(const FileIdentity&) const = default;
};
FileIdentity identity_of(const fs::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) return {};
  return {.device = status.st_dev, .inode = status.st_ino};
}

class SqliteIndexStore final : public IndexStore {
 public:
  SqliteIndexStore(fs::path file, IndexStoreOptions options) : file_(std::move(file)), options_(options) {}

  /// Opens the file; one that is damaged is replaced.
  Result<void> connect() {
    const auto connected = connect_once();
    // Nothing in a damaged one is worth keeping.
    if (connected || !is_damaged_) return connected;
    disconnect();
    remove_store(file_);
    return connect_once();
  }

  [[nodiscard]] std::optional<std::string> find(const BlobId& content) override {
    if (!database_) return std::nullopt;
    std::optional<std::string> facts;
    std::int64_t row_id = 0;
    const auto read = [&](const Rows& row) {
      facts = row.text(0);
      row_id = row.integer(1);
    };
    if (!noted(find_.each(read, std::string_view(content.hex())))) return std::nullopt;
    // Written anew it is among the newest.
    if (facts && row_id < oldest_kept_) store(content, *facts);
    return facts;
  }

  void store(const BlobId& content, std::string_view facts) override {
    pending_.emplace_back(content.hex(), facts);
    pending_bytes_ += facts.size();
    if (pending_bytes_ >= kBatchBytes) write();
  }

  [[nodiscard]] Result<std::unique_ptr<Snapshot>> open_directory(const fs::path& path) override {
    Directory directory = MLX_TRY(Directory::open(path));
    std::error_code ignored;
    directory_name_ = fs::canonical(path, ignored).string();
    KnownFiles known;
    if (database_) {
      auto rows = database_->prepare("SELECT path, stamp, content FROM files WHERE directory = ?");
      if (rows) {
        note(rows->each(
            [&](const Rows& row) {
              known.emplace(row.text(0),
                            KnownFile{.stamp = parse_stamp(row.text(1)), .content = row.text(2)});
            },
            std::string_view(directory_name_)));
      }
    }
    return std::make_unique<StampedDirectory>(std::move(directory), std::move(known), learnt_);
  }

  void save() override {
    // Another process may have begun the file anew, or somebody removed it.
    const bool is_replaced = !database_ || identity_of(file_) != identity_;
    if (is_replaced) reconnect();
    write();
    if (!is_damaged_) return;
    if (identity_of(file_) == identity_) remove_store(file_);
    reconnect();
  }

 private:
  /// Remembers if something failed because the file is no sound database.
  template <typename T>
  void note(const Result<T>& result) {
    if (!result) is_damaged_ = is_damaged_ || database_->is_damaged();
  }
  template <typename T>
  [[nodiscard]] Result<T> noted(Result<T> result) {
    note(result);
    return result;
  }

  Result<void> connect_once() {
    is_damaged_ = false;
    database_ = std::make_unique<Database>(MLX_TRY(Database::open(file_.string())));
    identity_ = identity_of(file_);
    // Losing the last writes costs reading a few files again.
    MLX_CHECK(
        noted(database_->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
                                 "PRAGMA journal_size_limit = 16777216")));
    if (options_.is_mapped) MLX_CHECK(noted(database_->execute("PRAGMA mmap_size = 268435456")));
    const auto current = noted(is_current());
    if (!MLX_TRY(current)) MLX_CHECK(noted(begin_anew()));
    find_ = MLX_TRY(noted(database_->prepare("SELECT facts, rowid FROM facts WHERE content = ?")));
    MLX_CHECK(noted(find_oldest_kept()));
    return {};
  }

  void disconnect() {
    find_ = {};
    database_.reset();
  }

  void reconnect() {
    disconnect();
    if (!connect()) disconnect();
  }

  [[nodiscard]] Result<std::int64_t> used_bytes() {
    const std::int64_t pages =
        MLX_TRY(database_->number("PRAGMA page_count")) - MLX_TRY(database_->number("PRAGMA freelist_count"));
    return pages * MLX_TRY(database_->number("PRAGMA page_size"));
  }

  [[nodiscard]] Result<bool> is_current() {
    if (MLX_TRY(database_->number("PRAGMA user_version")) != kStoreFormat) return false;
    return MLX_TRY(used_bytes()) <= options_.largest_bytes;
  }

  Result<void> begin_anew() {
    MLX_CHECK(database_->execute("BEGIN IMMEDIATE"));
    // Another process may have done it meanwhile.
    if (!MLX_TRY(is_current())) MLX_CHECK(database_->execute(kSchema));
    return database_->execute("COMMIT");
  }

  /// As long as there is much room, nothing is written anew.
  Result<void> find_oldest_kept() {
    oldest_kept_ = 0;
    if (MLX_TRY(used_bytes()) <= options_.largest_bytes / 2) return {};
    oldest_kept_ = MLX_TRY(database_->number("SELECT (min(rowid) + max(rowid)) / 2 FROM facts"));
    return {};
  }

  Result<void> write_facts() {
    auto insert = MLX_TRY(database_->prepare("INSERT OR REPLACE INTO facts VALUES (?, ?)"));
    for (const auto& [content, bytes] : pending_) {
      MLX_CHECK(insert.run(std::string_view(content), Blob{bytes}));
    }
    return {};
  }

  Result<void> write_files() {
    if (learnt_.empty()) return {};
    auto insert = MLX_TRY(database_->prepare("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)"));
    for (const auto& [path, file] : learnt_) {
      MLX_CHECK(insert.run(std::string_view(directory_name_), std::string_view(path),
                           Blob{bytes_of(file.stamp)}, std::string_view(file.content)));
    }
    return {};
  }

  /// A row that is written gets the highest number: the lowest are the oldest.
  Result<void> drop_oldest() {
    if (MLX_TRY(used_bytes()) <= options_.largest_bytes) return {};
    return database_->execute(
        "DELETE FROM facts WHERE rowid IN"
        " (SELECT rowid FROM facts ORDER BY rowid LIMIT (SELECT count(*) / 4 + 1 FROM facts))");
  }

  Result<void> write_pending() {
    MLX_CHECK(database_->execute("BEGIN IMMEDIATE"));
    MLX_CHECK(write_facts());
    MLX_CHECK(write_files());
    MLX_CHECK(drop_oldest());
    MLX_CHECK(database_->execute("COMMIT"));
    return find_oldest_kept();
  }

  /// Writes what has come together, holding the file only as long as that takes. What cannot be written, as
  /// another process holds it for long or the disk is full, is read again the next time.
  void write() {
    const bool has_news = !pending_.empty() || !learnt_.empty();
    if (has_news && database_) {
      const auto written = noted(write_pending());
      // Fails where nothing was begun. What is begun would keep all others out.
      if (!written) note(database_->execute("ROLLBACK"));
    }
    pending_.clear();
    pending_bytes_ = 0;
    learnt_.clear();
  }

  fs::path file_;
  IndexStoreOptions options_;
  std::unique_ptr<Database> database_;  ///< null if it could not be opened again
  FileIdentity identity_;
  Statement find_;
  std::int64_t oldest_kept_ = 0;  ///< facts in rows before this one are written anew when they are found
  std::string directory_name_;
  std::vector<std::pair<std::string, std::string>> pending_;  ///< facts by content, not written yet
  std::size_t pending_bytes_ = 0;
  KnownFiles learnt_;
  bool is_damaged_ = false;
};

}  // namespace

Result<std::unique_ptr<IndexStore>> IndexStore::open(const fs::path& file, IndexStoreOptions options) {
  std::error_code ignored;
  fs::create_directories(file.parent_path(), ignored);
  auto store = std::make_unique<SqliteIndexStore>(file, options);
  MLX_CHECK(store->connect());
  return store;
}

}  // namespace mlx
