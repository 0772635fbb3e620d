#include "tests/support/tar_builder.h"

#include <zlib.h>

#include <cstdio>

namespace mlx::test {
namespace {

std::string octal(std::size_t value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%0*zo", digits, value);
  return text;
}

}  // namespace

std::string gzipped(const std::string& bytes) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  std::string copy = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

void TarBuilder::add(const Member& member) {
  std::string header(512, '\0');
  const auto put = [&header](std::size_t at, std::string_view text) {
    text.copy(header.data() + at, text.size());
  };
  put(0, member.path);
  put(100, "0000664");
  put(124, member.size.empty() ? octal(member.content.size(), 11) : member.size);
  put(136, octal(0, 11));
  put(148, "        ");
  header[156] = member.type;
  put(257, member.magic);
  put(263, "00");
  put(345, member.prefix);
  int sum = member.check_sum_error;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(148, octal(static_cast<std::size_t>(sum), 6) + std::string("\0 ", 2));
  bytes_ += header + member.content;
  bytes_.append((512 - member.content.size() % 512) % 512, '\0');
}

}  // namespace mlx::test
