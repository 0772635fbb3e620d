#include "sandbox/git/tar_archive.h"

#include <zlib.h>

#include <cstdint>

namespace mlx::sandbox {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kEnd = 2 * kBlock;

struct Member {
  std::string path;
  char type = '0';
  unsigned mode = 0664;
  std::int64_t seconds = 0;
  std::string content = {};
  std::string target = {};  ///< of a symbolic link
};

void put(std::string& header, std::size_t at, std::string_view text) {
  text.copy(header.data() + at, text.size());
}

std::string octal(std::uint64_t value, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t at = digits; at > 0; --at, value >>= 3U)
    text[at - 1] = static_cast<char>('0' + (value & 7U));
  return text;
}

void append(std::string& archive, const Member& member) {
  std::string header(kBlock, '\0');
  put(header, 0, std::string_view(member.path).substr(0, kLongestName));
  put(header, 100, octal(member.mode, 7));
  put(header, 108, octal(0, 7));
  put(header, 116, octal(0, 7));
  put(header, 124, octal(member.content.size(), 11));
  put(header, 136, octal(static_cast<std::uint64_t>(member.seconds), 11));
  put(header, 148, "        ");
  header[156] = member.type;
  put(header, 157, std::string_view(member.target).substr(0, kLongestName));
  put(header, 257, std::string_view("ustar\00000", 8));
  put(header, 265, "root");
  put(header, 297, "root");
  std::uint64_t sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(header, 148, octal(sum, 7) + '\0');
  archive += header;
  archive += member.content;
  archive.append((kBlock - member.content.size() % kBlock) % kBlock, '\0');
}

/// `LENGTH KEY=VALUE`, where the length counts itself.
std::string record(std::string_view key, std::string_view value) {
  const std::string rest = " " + std::string(key) + "=" + std::string(value) + "\n";
  std::size_t length = rest.size();
  while (length != rest.size() + std::to_string(length).size())
    length = rest.size() + std::to_string(length).size();
  return std::to_string(length) + rest;
}

void append_with_long_names(std::string& archive, const Member& member) {
  std::string records;
  if (member.path.size() > kLongestName) records += record("path", member.path);
  if (member.target.size() > kLongestName) records += record("linkpath", member.target);
  if (!records.empty()) {
    append(archive, {.path = "pax_header", .type = 'x', .seconds = member.seconds, .content = records});
  }
  append(archive, member);
}

Result<std::string> gzip(std::string& bytes) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  constexpr int kMemory = 8;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return fail(ErrorCode::kIo, "zlib cannot be used");
  }
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) return fail(ErrorCode::kIo, "the archive cannot be packed");
  return packed;
}

}  // namespace

Result<std::string> tar_gz(const GitStore& git, const std::string& commit, const std::string& directory) {
  const std::int64_t seconds = MLX_TRY(git.read_commit(commit)).committer.seconds;
  std::string archive;
  append(
      archive,
      {.path = "pax_global_header", .type = 'g', .seconds = seconds, .content = record("comment", commit)});
  append(archive, {.path = directory + "/", .type = '5', .mode = 0775, .seconds = seconds});
  for (const TreeEntry& entry : MLX_TRY(git.read_tree(commit, true))) {
    Member member{.path = directory + "/" + entry.path, .seconds = seconds};
    switch (entry.mode) {
      case 0040000:
      case 0160000:  // a submodule is an empty directory
        member.path += "/";
        member.type = '5';
        member.mode = 0775;
        break;
      case 0120000:
        member.type = '2';
        member.mode = 0777;
        member.target = MLX_TRY(git.read_blob(entry.sha));
        break;
      default:
        if (entry.mode == 0100755) member.mode = 0775;
        member.content = MLX_TRY(git.read_blob(entry.sha));
    }
    append_with_long_names(archive, member);
  }
  archive.append(kEnd, '\0');
  return gzip(archive);
}

}  // namespace mlx::sandbox
