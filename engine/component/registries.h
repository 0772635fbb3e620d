#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/finding.h"
#include "engine/component/registry.h"

namespace mlx {

/// A component as a user names it: `feature-store`, or `@acme/feature-store` for that of a
/// registry which the project calls `acme`.
struct ComponentName {
  std::string registry;  ///< empty: the default one
  std::string name;

  /// kInvalidInput for anything that begins with `@` and is not of this form. `@default/x` is `x`.
  [[nodiscard]] static Result<ComponentName> parse(std::string_view text);
  auto operator<=>(const ComponentName&) const = default;
};

[[nodiscard]] std::string to_string(const ComponentName& name);

/// Port: a registry that is opened when it is first needed.
class RegistrySource {
 public:
  RegistrySource() = default;
  RegistrySource(const RegistrySource&) = delete;
  RegistrySource& operator=(const RegistrySource&) = delete;
  virtual ~RegistrySource() = default;

  /// The same registry every time; it lives as long as the source.
  [[nodiscard]] virtual Result<const Registry*> open() = 0;
  /// The registry as it was at a revision that it had. kNotFound for one that keeps no history.
  [[nodiscard]] virtual Result<const Registry*> open_at(const std::string& revision);
  /// What is to be known of how it was read so far: a copy that may be old, a published
  /// version that changed.
  [[nodiscard]] virtual std::vector<Finding> findings() const = 0;
};

/// A component of a registry, found.
struct FoundComponent {
  ComponentName name;
  const Registry* registry = nullptr;
  RegistryItem item;
};

/// The registries that a project takes components from, by the names that it gives them.
class Registries {
 public:
  /// One registry alone, as the default, which must outlive this. Converts, so that whoever
  /// knows one registry only need not know more.
  Registries(const Registry& only);
  /// A default registry, for others to be added to. The sources' addresses are what the lock calls them.
  Registries(std::string address, std::shared_ptr<RegistrySource> source);

  void add(std::string name, std::string address, std::shared_ptr<RegistrySource> source);

  /// Names of all, the default one (the empty name) first, the others sorted.
  [[nodiscard]] std::vector<std::string> names() const;
  /// The registry of a name. kNotFound, with a did-you-mean, for one that the project does not name.
  [[nodiscard]] Result<const Registry*> registry(std::string_view name) const;

  /// The same registry as it was when the lock took its revision; kNotFound if that cannot be had.
  [[nodiscard]] Result<const Registry*> registry_at(std::string_view name, const std::string& revision) const;

  /// A component that was asked for.
  [[nodiscard]] Result<FoundComponent> find(const ComponentName& name) const;
  /// A component that one of the registry `of` requires: from there, or, if it has none of that
  /// name, from the default registry. A registry cannot know what the project calls others.
  [[nodiscard]] Result<FoundComponent> find_required(std::string_view name, std::string_view of) const;

  /// The name of the registry with this address, at whatever revision; nothing if none has it.
  [[nodiscard]] std::optional<std::string> name_of(std::string_view address) const;

  /// What is to be known of how the registries were read so far.
  [[nodiscard]] std::vector<Finding> findings() const;

 private:
  struct Named {
    std::string name;
    std::string address;
    std::shared_ptr<RegistrySource> source;
  };
  [[nodiscard]] const Named* named(std::string_view name) const;

  std::vector<Named> registries_;
  bool is_closed_ = false;  ///< others cannot be configured here
};

}  // namespace mlx
