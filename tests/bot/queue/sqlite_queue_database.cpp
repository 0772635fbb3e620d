#include <cstdlib>
#include <filesystem>

#include "bot/queue/sqlite_queue.h"
#include "tests/bot/queue/job_queue_contract.h"

namespace mlx::bot::test {
namespace {

class SqliteQueueDatabase final : public QueueDatabase {
 public:
  SqliteQueueDatabase() {
    std::string name = (std::filesystem::temp_directory_path() / "mlx-queue-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    directory_ = name;
  }
  SqliteQueueDatabase(const SqliteQueueDatabase&) = delete;
  SqliteQueueDatabase& operator=(const SqliteQueueDatabase&) = delete;
  ~SqliteQueueDatabase() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  std::unique_ptr<JobQueue> open() override {
    auto queue = open_sqlite_queue(directory_ / "queue.db");
    if (!queue) throw std::runtime_error(to_string(queue.error()));
    return std::move(*queue);
  }

 private:
  std::filesystem::path directory_;
};

}  // namespace

std::unique_ptr<QueueDatabase> make_queue_database() { return std::make_unique<SqliteQueueDatabase>(); }

}  // namespace mlx::bot::test
