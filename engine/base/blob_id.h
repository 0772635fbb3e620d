#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace mlx {

/// The name that git gives to a file's bytes: SHA-1 of `blob SIZE\0` and the bytes,
/// as 40 lower-case hexadecimal digits. Two files are equal if their ids are.
class BlobId {
 public:
  [[nodiscard]] static BlobId of(std::string_view bytes);
  [[nodiscard]] static Result<BlobId> parse(std::string_view hex);

  [[nodiscard]] const std::string& hex() const { return hex_; }
  auto operator<=>(const BlobId&) const = default;

 private:
  explicit BlobId(std::string hex) : hex_(std::move(hex)) {}
  std::string hex_;
};

}  // namespace mlx
