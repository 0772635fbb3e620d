#include "bot/forge/gzip_reader.h"

#include <catch2/catch.hpp>

#include "tests/support/tar_builder.h"

using namespace mlx::bot;
using mlx::test::gzipped;
using State = GzipReader::State;

namespace {

constexpr std::uint64_t kEnough = 10'000'000;

struct Unpacked {
  State state = State::kMore;
  std::string bytes;
};

Unpacked unpack(const std::string& packed, std::size_t piece, std::uint64_t most = kEnough) {
  GzipReader reader(most);
  Unpacked result;
  for (std::size_t at = 0; at < packed.size(); at += piece) {
    result.state = reader.feed(std::string_view(packed).substr(at, piece), [&](std::string_view bytes) {
      result.bytes += bytes;
      return true;
    });
  }
  return result;
}

}  // namespace

TEST_CASE("gzip is unpacked, in whatever pieces it comes") {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i * i % 977);
  const std::size_t piece = GENERATE(as<std::size_t>{}, 1, 7, 4096, 10'000'000);
  const Unpacked result = unpack(gzipped(text), piece);
  CHECK(result.state == State::kEnd);
  CHECK(result.bytes == text);
  CHECK(unpack(gzipped(""), piece).state == State::kEnd);
}

TEST_CASE("gzip that is cut off has what came, and waits for more") {
  const std::string packed = gzipped(std::string(100'000, 'x') + "end");
  const Unpacked result = unpack(packed.substr(0, packed.size() - 9), 100);
  CHECK(result.state == State::kMore);
  CHECK(result.bytes.size() <= 100'003);
}

TEST_CASE("bytes that are no gzip are broken") {
  std::string damaged = gzipped("text");
  damaged[damaged.size() - 6] ^= 1;  // the check sum
  for (const std::string& bytes : {std::string("not gzip"), std::string(100, '\0'), damaged}) {
    CHECK(unpack(bytes, 3).state == State::kBroken);
  }
  // zlib's own format, which would be read by a reader that is not told better.
  CHECK(unpack("\x78\x9c\x03", 3).state == State::kBroken);
}

TEST_CASE("no more is unpacked than was said") {
  const std::string packed = gzipped(std::string(5'000'000, '\0'));
  REQUIRE(packed.size() < 10'000);
  const Unpacked result = unpack(packed, 100, 1'000'000);
  CHECK(result.state == State::kBroken);
  CHECK(result.bytes.size() <= 1'000'000);
  CHECK(unpack(packed, 100, 5'000'000).state == State::kEnd);
  CHECK(unpack(packed, 100, 4'999'999).state == State::kBroken);
}

TEST_CASE("who wants no more gets no more") {
  GzipReader reader(kEnough);
  const std::string packed = gzipped(std::string(1'000'000, 'x'));
  int calls = 0;
  const auto take = [&](std::string_view) {
    ++calls;
    return false;
  };
  CHECK(reader.feed(packed, take) == State::kEnd);
  CHECK(reader.feed(packed, take) == State::kEnd);
  CHECK(calls == 1);
}
