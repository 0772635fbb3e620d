#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "engine/base/error.h"

namespace mlx {

/// The catalogue that came with this program.
struct BuiltinRegistry {
  bool operator==(const BuiltinRegistry&) const = default;
};
/// A directory that holds a registry.json.
struct DirectoryRegistry {
  std::string path;
  bool operator==(const DirectoryRegistry&) const = default;
};
/// `git+https://host/owner/repository@REVISION#subdirectory=DIR`, also `git+file://`.
struct GitRegistry {
  std::string url;           ///< without `git+`, revision and subdirectory
  std::string revision;      ///< tag, branch or whole commit id; empty: the default branch
  std::string subdirectory;  ///< a valid RepoPath; empty: to be found
  bool operator==(const GitRegistry&) const = default;
};
/// `https://host/r/registry.json`, with `NAME.json` and `NAME@VERSION.json` beside it.
struct HttpRegistry {
  std::string url;
  bool operator==(const HttpRegistry&) const = default;
};

using RegistryAddress = std::variant<BuiltinRegistry, DirectoryRegistry, GitRegistry, HttpRegistry>;

/// Reads an address as a user writes it. kInvalidInput, saying what to write instead, for
/// another scheme, for plain HTTP to another machine (the digests come with what they prove, so only
/// the connection vouches for them), and for an address with a password or a query in it: addresses are
/// written into the lock.
[[nodiscard]] Result<RegistryAddress> parse_registry_address(std::string_view text);

/// What stays the same about a registry when its revision changes: two addresses with the same
/// identity are the same registry. An address that cannot be read is its own identity.
[[nodiscard]] std::string registry_identity(std::string_view address);

/// `https://host:port` of an absolute address, in lower case, without a port that the scheme implies.
[[nodiscard]] std::string origin_of(std::string_view url);

/// May this be asked: HTTPS, or plain HTTP to this machine itself?
[[nodiscard]] bool is_safe_url(std::string_view url);

}  // namespace mlx
