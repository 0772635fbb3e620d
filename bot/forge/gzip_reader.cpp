#include "bot/forge/gzip_reader.h"

#include <zlib.h>

#include <array>
#include <new>

namespace mlx::bot {
namespace {

constexpr int kLargestWindow = 15;
constexpr int kGzipOnly = 16;

}  // namespace

void GzipReader::End::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

GzipReader::GzipReader(std::uint64_t most_bytes) : left_(most_bytes) {
  auto stream = std::make_unique<z_stream>();
  if (inflateInit2(stream.get(), kLargestWindow + kGzipOnly) != Z_OK) throw std::bad_alloc();
  stream_.reset(stream.release());
}

GzipReader::State GzipReader::feed(std::string_view packed, const ByteSink& take) {
  if (state_ == State::kMore) state_ = unpack(packed, take);
  return state_;
}

GzipReader::State GzipReader::unpack(std::string_view packed, const ByteSink& take) {
  std::array<char, 32768> buffer;
  // zlib only reads what it is given.
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream_->avail_in = static_cast<uInt>(packed.size());
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_->avail_out = static_cast<uInt>(buffer.size());
    const int result = inflate(stream_.get(), Z_NO_FLUSH);
    // No progress was possible: it has all that it was given.
    if (result == Z_BUF_ERROR) return State::kMore;
    if (result != Z_OK && result != Z_STREAM_END) return State::kBroken;
    const std::size_t size = buffer.size() - stream_->avail_out;
    if (size > left_) return State::kBroken;
    left_ -= size;
    const bool is_over = !take({buffer.data(), size}) || result == Z_STREAM_END;
    if (is_over) return State::kEnd;
  } while (stream_->avail_in > 0 || stream_->avail_out == 0);
  return State::kMore;
}

}  // namespace mlx::bot
