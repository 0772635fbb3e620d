#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "engine/base/http.h"
#include "engine/component/registry_address.h"

namespace mlx {

struct GitMirrorOptions {
  GitRegistry address;
  HttpHeaders private_headers = {};
  std::filesystem::path directory;  ///< where the bare copy is kept; its parent is made
  bool is_offline = false;
  std::size_t largest_transfer = 256U << 20U;
};

struct GitCheckout {
  std::filesystem::path repository;
  std::string commit;
  std::optional<Error> unreachable;  ///< why this is what was there before
};

/// Brings the revision of a repository here and says which commit it is. Only what the revision needs is
/// fetched, with its history; a whole commit id that is here already asks nobody. A copy that is damaged is
/// made anew. Processes that share the copy wait for each other. A `file://` repository is used where it
/// is.
///
/// kNotFound if there is no such revision, kUnavailable if the server cannot be reached (or may not be asked)
/// and the copy does not have it.
[[nodiscard]] Result<GitCheckout> fetch_revision(const GitMirrorOptions& options, HttpClient& http);

}  // namespace mlx
