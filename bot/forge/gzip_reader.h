#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/base/http.h"

namespace mlx::bot {

/// Unpacks gzip that comes piece by piece, in a buffer of constant size.
class GzipReader {
 public:
  enum class State { kMore, kEnd, kBroken };

  /// Unpacks `most_bytes` at most; more make it a broken one.
  explicit GzipReader(std::uint64_t most_bytes);

  /// The next packed bytes; what they hold goes to `take`. If that wants no more, nor does this: kEnd.
  State feed(std::string_view packed, const ByteSink& take);

 private:
  State unpack(std::string_view packed, const ByteSink& take);

  struct Stream;  ///< zlib's
  struct End {
    void operator()(Stream* stream) const;
  };
  std::unique_ptr<Stream, End> stream_;
  std::uint64_t left_;
  State state_ = State::kMore;
};

}  // namespace mlx::bot
