#include "bot/forge/tar_reader.h"

#include <map>

#include <catch2/catch.hpp>

#include "tests/support/tar_builder.h"

using namespace mlx::bot;
using mlx::test::TarBuilder;
using State = TarReader::State;

namespace {

using Files = std::map<std::string, std::string>;

struct Read {
  State state = State::kMore;
  Files files = {};
};

Read read(std::string_view tar, std::size_t piece = 100'000, std::size_t most_entries = 1'000) {
  Read result;
  TarReader reader({.wants = [](std::string_view path, std::uint64_t) { return !path.ends_with(".bin"); },
                    .take = [&](std::string_view path,
                                std::string bytes) { result.files.emplace(path, std::move(bytes)); }},
                   most_entries);
  for (std::size_t at = 0; at < tar.size(); at += piece) result.state = reader.feed(tar.substr(at, piece));
  return result;
}

State state_of(const TarBuilder::Member& member) {
  TarBuilder archive;
  archive.add(member);
  return read(archive.tar()).state;
}

}  // namespace

TEST_CASE("files of an archive are read, in whatever pieces it comes") {
  TarBuilder archive;
  archive.add({.path = "pax_global_header",
               .type = 'g',
               .content = "52 comment=0123456789012345678901234567890123456789\n"});
  archive.add({.path = "top/", .type = '5'});
  archive.file("top/empty.py", "");
  archive.file("top/a.py", "a");
  archive.file("top/large.bin", std::string(5'000, 'b'));
  archive.file("top/block.py", std::string(512, 'c'));
  archive.add({.path = "top/link", .type = '2'});
  archive.add({.path = "name.py", .content = "prefixed", .prefix = "top/far"});
  archive.extended("17 path=top/long\n");
  archive.file("top/lo", "extended");
  archive.file("top/after.py", "d");
  const std::size_t piece = GENERATE(as<std::size_t>{}, 1, 3, 511, 512, 513, 100'000);
  const Read result = read(archive.tar(), piece);
  CHECK(result.state == State::kEnd);
  CHECK(result.files == Files{{"top/empty.py", ""},
                              {"top/a.py", "a"},
                              {"top/block.py", std::string(512, 'c')},
                              {"top/far/name.py", "prefixed"},
                              {"top/long", "extended"},
                              {"top/after.py", "d"}});
}

TEST_CASE("paths are told as they are") {
  TarBuilder archive;
  for (const char* path : {"../../etc/passwd", "/etc/passwd", "top/../a.py", "C:\\a"})
    archive.file(path, "x");
  CHECK(read(archive.tar()).files.size() == 4);
  CHECK(read(archive.tar()).files.contains("../../etc/passwd"));
}

TEST_CASE("an archive that ends early has what came") {
  TarBuilder archive;
  archive.file("a", "1");
  archive.file("b", std::string(2'000, 'x'));
  const Read result = read(archive.tar().substr(0, 2'000));
  CHECK(result.state == State::kMore);
  CHECK(result.files == Files{{"a", "1"}});
}

TEST_CASE("what git does not write is broken") {
  CHECK(state_of({.path = "a", .content = "x"}) == State::kEnd);
  CHECK(state_of({.path = "a", .check_sum_error = 1}) == State::kBroken);
  CHECK(state_of({.path = "a", .magic = "other"}) == State::kBroken);
  for (const char* size : {"-0000000001", "0000000008", "12 4", "\x80\x01", "77777777777777777", " "}) {
    CAPTURE(size);
    CHECK(state_of({.path = "a", .size = size}) == State::kBroken);
  }
  for (const char type : {'1', '3', '4', '6', '7', 'L', 'K', 'S', 'A'}) {
    CAPTURE(type);
    CHECK(state_of({.path = "a", .type = type}) == State::kBroken);
  }
  CHECK(state_of({.path = "link", .type = '2', .content = "x"}) == State::kBroken);
  CHECK(state_of({.path = "directory", .type = '5', .content = "x"}) == State::kBroken);
  CHECK(read(std::string(512, 'x')).state == State::kBroken);
}

TEST_CASE("extended headers that make no sense are broken") {
  for (const char* records :
       {"x", "17", "999 path=x\n", "0 path=x\n", "3 path=x\n", "-1 path=x\n", "11 path=x\n", "9 path=xy",
        "8 nothing\n", "9 size=x\n", "18446744073709551616 a=b\n", "31 size=99999999999999999999999\n",
        "25 size=9999999999999999\n"}) {
    CAPTURE(records);
    TarBuilder archive;
    archive.extended(records);
    archive.file("a", "");
    CHECK(read(archive.tar()).state == State::kBroken);
  }
  TarBuilder large;
  large.extended("70009 path=" + std::string(69'997, 'x') + "\n");
  CHECK(read(large.tar()).state == State::kBroken);
}

TEST_CASE("a size in an extended header is that of the next file") {
  TarBuilder archive;
  archive.extended("9 size=3\n");
  archive.add({.path = "a", .content = "abc", .size = "00000000000"});
  archive.file("b", "d");
  CHECK(read(archive.tar()).files == Files{{"a", "abc"}, {"b", "d"}});
}

TEST_CASE("an archive of more entries than was said is broken") {
  TarBuilder archive;
  for (int i = 0; i < 10; ++i) archive.file(std::to_string(i), "");
  CHECK(read(archive.tar(), 1'000, 10).state == State::kEnd);
  const Read result = read(archive.tar(), 1'000, 9);
  CHECK(result.state == State::kBroken);
  CHECK(result.files.size() == 9);
}
