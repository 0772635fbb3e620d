#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"

namespace mlx {

/// A version of a Python distribution, or of Python itself, as PEP 440 defines it:
/// `1!2.0rc1.post2.dev3+local`.
struct PythonVersion {
  enum class Stage { kAlpha, kBeta, kCandidate };

  struct Prerelease {
    Stage stage = Stage::kAlpha;
    std::uint64_t number = 0;

    auto operator<=>(const Prerelease&) const = default;
  };

  std::uint64_t epoch = 0;
  std::vector<std::uint64_t> release;  ///< as written, trailing zeros included
  std::optional<Prerelease> prerelease;
  std::optional<std::uint64_t> post;
  std::optional<std::uint64_t> dev;
  std::vector<std::string> local;  ///< lower case; numbers without leading zeros, of any length

  /// Takes every spelling that PEP 440 normalizes (`v1.0-ALPHA_1`, ` 1.0-1 `). A number of more than 18
  /// digits is refused, outside of the local part. Fails with kInvalidInput and the column.
  [[nodiscard]] static Result<PythonVersion> parse(std::string_view text);

  /// Alphas, betas, candidates and development releases are; post-releases are not.
  [[nodiscard]] bool is_prerelease() const { return prerelease.has_value() || dev.has_value(); }

  /// PEP 440's order: 1.dev0 < 1a0.dev0 < 1a0 < 1a0.post0 < 1rc0 < 1 < 1+local < 1.post0.dev0 < 1.post0
  /// < 1.0.1. 1, 1.0 and 1.0.0 are the same version.
  std::weak_ordering operator<=>(const PythonVersion& other) const;
  bool operator==(const PythonVersion& other) const { return is_eq(*this <=> other); }
};

/// The canonical spelling: `1!2.0rc1.post2.dev3+local`.
[[nodiscard]] std::string to_string(const PythonVersion& version);

}  // namespace mlx
