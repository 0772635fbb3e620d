// Any bytes as an archive, packed and unpacked: they are read or refused, with the same result in whatever
// pieces they come, and nothing is told of that was not asked for.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/forge/archived_files.h"
#include "bot/forge/tar_reader.h"

namespace {

using mlx::bot::TarReader;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Read {
  TarReader::State state = TarReader::State::kMore;
  std::vector<std::pair<std::string, std::string>> files = {};

  bool operator==(const Read&) const = default;
};

Read read(std::string_view bytes, std::size_t piece) {
  constexpr std::uint64_t kLargestFile = 4096;
  constexpr std::size_t kMostEntries = 100;
  Read result;
  std::uint64_t wanted_size = 0;
  TarReader reader({.wants =
                        [&](std::string_view, std::uint64_t size) {
                          wanted_size = size;
                          return size <= kLargestFile;
                        },
                    .take =
                        [&](std::string_view path, std::string content) {
                          require(content.size() == wanted_size);
                          result.files.emplace_back(path, std::move(content));
                        }},
                   kMostEntries);
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    result.state = reader.feed(bytes.substr(at, piece));
  require(result.files.size() <= kMostEntries);
  return result;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Read whole = read(bytes, std::max<std::size_t>(size, 1));
  require(whole == read(bytes, 1));
  require(whole == read(bytes, 513));

  mlx::bot::ArchivedFiles files({{"a.py", {.id = std::string(40, 'a'), .size = 1}}}, {.bytes = 1U << 20U});
  files.feed(bytes);
  require(files.found().empty());
  return 0;
}
