#include "action/checkout_repository.h"

#include <type_traits>
#include <utility>

namespace mlx::action {
namespace {

using bot::ChangedFile;

/// Has the forge bring those of `paths` whose contents the checkout does not have.
void prepare_missing(std::span<const RepoPath> paths, const Snapshot& files, const GitWorkspace& checkout,
                     const Snapshot& remote) {
  std::vector<RepoPath> missing;
  for (const RepoPath& path : paths) {
    const auto id = files.blob_id(path);
    if (id && !checkout.has_blob(*id)) missing.push_back(path);
  }
  // It would look through its files first.
  if (!missing.empty()) remote.prepare(missing);
}

/// A snapshot of the forge whose contents are looked for in the checkout first.
class RemoteSnapshot final : public Snapshot {
 public:
  RemoteSnapshot(std::unique_ptr<Snapshot> remote, const GitWorkspace& checkout)
      : remote_(std::move(remote)), checkout_(checkout) {}

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override { return remote_->kind(path); }
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override {
    const BlobId id = MLX_TRY(remote_->blob_id(path));
    if (auto here = checkout_.blob(id)) return *std::move(here);
    return remote_->read(path);
  }
  [[nodiscard]] Result<BlobId> blob_id(const RepoPath& path) const override { return remote_->blob_id(path); }
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override {
    return remote_->children(directory);
  }
  void prepare(std::span<const RepoPath> paths) const override {
    prepare_missing(paths, *remote_, checkout_, *remote_);
  }

 private:
  std::unique_ptr<Snapshot> remote_;
  const GitWorkspace& checkout_;
};

/// A commit of the checkout, some of whose trees and contents may be missing there: the forge has them.
class LocalSnapshot final : public Snapshot {
 public:
  LocalSnapshot(std::unique_ptr<Snapshot> local, std::unique_ptr<Snapshot> remote,
                const GitWorkspace& checkout)
      : local_(std::move(local)), remote_(std::move(remote)), checkout_(checkout) {}

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override {
    return first([&](const Snapshot& files) { return files.kind(path); });
  }
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override {
    return first([&](const Snapshot& files) { return files.read(path); });
  }
  [[nodiscard]] Result<BlobId> blob_id(const RepoPath& path) const override {
    return first([&](const Snapshot& files) { return files.blob_id(path); });
  }
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override {
    return first([&](const Snapshot& files) { return files.children(directory); });
  }
  void prepare(std::span<const RepoPath> paths) const override {
    prepare_missing(paths, *this, checkout_, *remote_);
  }

 private:
  template <typename Ask>
  [[nodiscard]] std::invoke_result_t<const Ask&, const Snapshot&> first(const Ask& ask) const {
    auto here = ask(*local_);
    const bool is_missing = !here && here.error().code == ErrorCode::kIo;
    return is_missing ? ask(*remote_) : here;
  }

  std::unique_ptr<Snapshot> local_;
  std::unique_ptr<Snapshot> remote_;
  const GitWorkspace& checkout_;
};

ChangedFile::Status status_of(GitChange::Status status) {
  switch (status) {
    case GitChange::Status::kAdded: return ChangedFile::Status::kAdded;
    case GitChange::Status::kModified: return ChangedFile::Status::kModified;
    case GitChange::Status::kRemoved: return ChangedFile::Status::kRemoved;
    case GitChange::Status::kRenamed: return ChangedFile::Status::kRenamed;
  }
  return ChangedFile::Status::kModified;
}

bot::ChangedFiles changed_files(std::vector<GitChange> changes) {
  bot::ChangedFiles result;
  for (GitChange& change : changes) {
    auto path = RepoPath::parse(change.path);
    if (!path) {
      ++result.skipped;
      continue;
    }
    ChangedFile file{.path = *std::move(path),
                     .status = status_of(change.status),
                     .blob = std::move(change.blob),
                     .patch = std::move(change.patch)};
    if (change.status == GitChange::Status::kRenamed) {
      auto previous = RepoPath::parse(change.previous_path);
      if (previous) file.previous_path = *std::move(previous);
    }
    result.files.push_back(std::move(file));
  }
  return result;
}

}  // namespace

Result<std::unique_ptr<Snapshot>> CheckoutRepository::snapshot(const bot::CommitRef& commit,
                                                               bot::Listing listing) {
  auto remote = MLX_TRY(inner().snapshot(commit, listing));
  auto local = checkout_.snapshot(commit.sha);
  if (local) return std::make_unique<LocalSnapshot>(*std::move(local), std::move(remote), checkout_);
  return std::make_unique<RemoteSnapshot>(std::move(remote), checkout_);
}

Result<std::optional<std::string>> CheckoutRepository::blob(const BlobId& id) {
  if (auto here = checkout_.blob(id)) return here;
  return inner().blob(id);
}

Result<bot::CommitRef> CheckoutRepository::merge_base(std::string_view base, std::string_view head) {
  const auto here = checkout_.compare(std::string(base), std::string(head));
  if (!here) return inner().merge_base(base, head);
  return bot::CommitRef{.sha = here->merge_base, .tree = here->merge_base_tree};
}

Result<bot::Comparison> CheckoutRepository::compare(std::string_view base, std::string_view head) {
  auto here = checkout_.compare(std::string(base), std::string(head));
  if (!here) return inner().compare(base, head);
  return bot::Comparison{.merge_base = {.sha = here->merge_base, .tree = here->merge_base_tree},
                         .changed = changed_files(std::move(here->changes))};
}

}  // namespace mlx::action
