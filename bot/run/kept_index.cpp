#include "bot/run/kept_index.h"

#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "bot/run/index_memory.h"
#include "engine/index/module_codec.h"
#include "engine/io/index_store.h"

namespace mlx::bot {
namespace {

class KeptIndex final : public IndexCache {
 public:
  explicit KeptIndex(std::unique_ptr<IndexStore> store) : store_(std::move(store)) {}
  KeptIndex(const KeptIndex&) = delete;
  KeptIndex& operator=(const KeptIndex&) = delete;
  ~KeptIndex() override { store_->save(); }

  [[nodiscard]] std::optional<std::string> find(const BlobId& content) override {
    if (auto facts = memory_.find(content)) return facts;
    auto facts = [&] {
      const std::scoped_lock lock(mutex_);
      return store_->find(content);
    }();
    // What is damaged would stand in the way of what is read in its place.
    if (facts && is_encoded_module(*facts)) memory_.store(content, *facts);
    return facts;
  }

  void store(const BlobId& content, std::string_view facts) override {
    memory_.store(content, facts);
    const std::scoped_lock lock(mutex_);
    store_->store(content, facts);
  }

  void save() override {
    const std::scoped_lock lock(mutex_);
    store_->save();
  }

 private:
  IndexMemory memory_;
  std::mutex mutex_;  ///< of the store, which is for one thread
  std::unique_ptr<IndexStore> store_;
};

}  // namespace

Result<std::shared_ptr<IndexCache>> open_kept_index(const std::filesystem::path& file) {
  return std::make_shared<KeptIndex>(MLX_TRY(IndexStore::open(file, {.is_mapped = false})));
}

}  // namespace mlx::bot
