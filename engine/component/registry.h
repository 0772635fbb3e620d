#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/component/component.h"
#include "engine/component/release.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// What the index of a registry says of one component.
struct RegistryItem {
  std::string name;
  Version version;
  std::string title;
  std::string description;
  ComponentType type = ComponentType::kUtility;
  std::vector<std::string> categories;
  RepoPath component;             ///< where its component.json is, in the registry
  std::string sha256;             ///< of that file
  std::vector<Version> versions;  ///< that are to be had, oldest first; its own is among them
};

/// A catalogue of components, read from a snapshot whose top holds `registry.json`.
/// Refers to the snapshot, which must outlive it. Everything that is read from it is
/// checked against the digests that the index and the components give.
class Registry {
 public:
  /// Reads the index only. `name` is what users and the lock call this registry; `revision` the
  /// commit that the snapshot is of, if it is one.
  [[nodiscard]] static Result<Registry> open(const Snapshot& snapshot, std::string name,
                                             std::string revision = "");

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Empty if the registry is not in git.
  [[nodiscard]] const std::string& revision() const { return revision_; }
  /// Sorted by name.
  [[nodiscard]] const std::vector<RegistryItem>& items() const { return items_; }
  /// kNotFound, with a did-you-mean, for a name that the index does not have.
  [[nodiscard]] Result<RegistryItem> item(std::string_view name) const;
  [[nodiscard]] Result<Component> component(std::string_view name) const;
  [[nodiscard]] Result<std::string> template_text(const Component& component,
                                                  const ComponentFile& file) const;

  /// The rest of a component that component() gave.
  [[nodiscard]] Result<Release> current_release(Component component) const;
  /// A component in one of its versions, whole. kNotFound if the registry does not have that (any more).
  [[nodiscard]] Result<Release> release(std::string_view name, const Version& version) const;

 private:
  Registry(const Snapshot& snapshot, std::string name, std::string revision)
      : snapshot_(&snapshot), name_(std::move(name)), revision_(std::move(revision)) {}

  const Snapshot* snapshot_;
  std::string name_;
  std::string revision_;
  std::vector<RegistryItem> items_;
};

}  // namespace mlx
