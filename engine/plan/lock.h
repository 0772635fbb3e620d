#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/blob_id.h"
#include "engine/base/error.h"
#include "engine/component/version.h"
#include "engine/manifest/edit_origins.h"

namespace mlx {

/// A file that was injected, by the path where it is now.
struct LockedFile {
  BlobId base;         ///< the file exactly as it was injected
  std::string source;  ///< the template, inside the component's directory; empty if there is none

  bool operator==(const LockedFile&) const = default;
};

/// Lines that a component added to a file that is not its own.
struct AddedLines {
  std::string source;                  ///< the template, inside the component's directory
  std::string text;                    ///< the template, as it was rendered for this project
  std::vector<std::string> locations;  ///< of its statements, in order

  bool operator==(const AddedLines&) const = default;
};

struct LockedComponent {
  Version version;
  std::string registry;
  std::string revision;  ///< the git commit that it came from, else the SHA-256 of its component.json
  std::string sha256;    ///< of its component.json, if the revision is a commit
  std::string import_root;
  std::map<std::string, LockedFile> files;       ///< by path
  std::map<std::string, AddedLines> lines = {};  ///< by path of the file that holds them
  std::vector<std::string> distributions;        ///< that the project did not declare before
  std::vector<std::string> environment;          ///< names of variables, likewise

  /// The SHA-256 of the component.json that it came from; empty if the lock does not say.
  [[nodiscard]] const std::string& digest() const { return sha256.empty() ? revision : sha256; }

  bool operator==(const LockedComponent&) const = default;
};

/// `mlx.lock`: what was injected, from where, and the pristine base of every file
/// (docs/formats.md). Written sorted and with one line for each file, so that it merges well.
struct Lock {
  static constexpr std::string_view kPath = "mlx.lock";
  static constexpr int kFormat = 1;

  std::map<std::string, LockedComponent> components;  ///< by name
  /// By file of the project's own that MLX edited: what its removal needs to know.
  std::map<std::string, EditOrigins> edits = {};

  bool operator==(const Lock&) const = default;
};

/// Errors name the field; a lock of a newer format is kInvalidInput and says to update MLX.
[[nodiscard]] Result<Lock> read_lock(std::string_view text);
[[nodiscard]] std::string write_lock(const Lock& lock);

}  // namespace mlx
