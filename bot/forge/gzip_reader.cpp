#include "bot/forge/gzip_reader.h"

// It only reads what it is given.
#define ZLIB_CONST
#include <zlib.h>

#include <array>
#include <new>

namespace mlx::bot {
namespace {

constexpr int kLargestWindow = 15;
constexpr int kGzipOnly = 16;

}  // namespace

struct GzipReader::Stream {
  z_stream zlib = {};
};

void GzipReader::End::operator()(Stream* stream) const {
  inflateEnd(&stream->zlib);
  delete stream;
}

GzipReader::GzipReader(std::uint64_t most_bytes) : left_(most_bytes) {
  auto stream = std::make_unique<Stream>();
  if (inflateInit2(&stream->zlib, kLargestWindow + kGzipOnly) != Z_OK) throw std::bad_alloc();
  stream_.reset(stream.release());
}

GzipReader::State GzipReader::feed(std::string_view packed, const ByteSink& take) {
  if (state_ == State::kMore) state_ = unpack(packed, take);
  return state_;
}

GzipReader::State GzipReader::unpack(std::string_view packed, const ByteSink& take) {
  std::array<char, 32768> buffer;
  z_stream& zlib = stream_->zlib;
  zlib.next_in = reinterpret_cast<const Bytef*>(packed.data());
  zlib.avail_in = static_cast<uInt>(packed.size());
  do {
    zlib.next_out = reinterpret_cast<Bytef*>(buffer.data());
    zlib.avail_out = static_cast<uInt>(buffer.size());
    const int result = inflate(&zlib, Z_NO_FLUSH);
    // No progress was possible: it has all that it was given.
    if (result == Z_BUF_ERROR) return State::kMore;
    if (result != Z_OK && result != Z_STREAM_END) return State::kBroken;
    const std::size_t size = buffer.size() - zlib.avail_out;
    if (size > left_) return State::kBroken;
    left_ -= size;
    const bool is_over = !take({buffer.data(), size}) || result == Z_STREAM_END;
    if (is_over) return State::kEnd;
  } while (zlib.avail_in > 0 || zlib.avail_out == 0);
  return State::kMore;
}

}  // namespace mlx::bot
