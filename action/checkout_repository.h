#pragma once

#include "bot/forge/forwarding_repository.h"
#include "engine/io/git_workspace.h"

namespace mlx::action {

/// A repository of which a checkout is at hand: commits, contents and comparisons are taken from there if
/// they are there, and asked of the forge if not, as in a clone that is too shallow. What is known by an id
/// is the same in both places. Both must outlive it.
class CheckoutRepository final : public bot::ForwardingRepository {
 public:
  CheckoutRepository(bot::ForgeRepository& forge, const GitWorkspace& checkout)
      : ForwardingRepository(forge), checkout_(checkout) {}

  using ForgeRepository::snapshot;
  Result<std::unique_ptr<Snapshot>> snapshot(const bot::CommitRef& commit, bot::Listing listing) override;
  Result<std::optional<std::string>> blob(const BlobId& id) override;
  Result<bot::CommitRef> merge_base(std::string_view base, std::string_view head) override;
  Result<bot::Comparison> compare(std::string_view base, std::string_view head) override;

 private:
  const GitWorkspace& checkout_;
};

}  // namespace mlx::action
