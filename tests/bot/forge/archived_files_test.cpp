#include "bot/forge/archived_files.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "engine/base/blob_id.h"
#include "tests/support/git_repository.h"
#include "tests/support/tar_builder.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;
using namespace mlx::bot;
using mlx::test::TarBuilder;

namespace {

using Wanted = std::map<std::string, WantedFile, std::less<>>;
using Contents = std::map<std::string, std::string>;  ///< by blob id

WantedFile like(std::string_view text) { return {.id = BlobId::of(text).hex(), .size = text.size()}; }

Contents contents(const std::vector<std::string>& texts) {
  Contents all;
  for (const std::string& text : texts) all.emplace(BlobId::of(text).hex(), text);
  return all;
}

/// Feeds it until it wants no more; tells how much of it was wanted.
std::size_t feed(ArchivedFiles& files, std::string_view archive) {
  std::size_t fed = 0;
  constexpr std::size_t kPiece = 700;
  while (fed < archive.size()) {
    const std::string_view piece = archive.substr(fed, kPiece);
    fed += piece.size();
    if (!files.feed(piece)) break;
  }
  return fed;
}

Contents found_in(const TarBuilder& archive, Wanted wanted, ArchiveLimits limits = {}) {
  ArchivedFiles files(std::move(wanted), limits);
  feed(files, archive.tar_gz());
  return files.found();
}

}  // namespace

TEST_CASE("only what is wanted is found, below whatever directory") {
  TarBuilder archive;
  archive.file("o-r-1234567/a.py", "a");
  archive.file("o-r-1234567/src/b.py", "bb");
  archive.file("o-r-1234567/c.py", "ccc");
  CHECK(found_in(archive, {{"a.py", like("a")}, {"src/b.py", like("bb")}, {"none.py", like("n")}}) ==
        contents({"a", "bb"}));
}

TEST_CASE("a content is taken for what is wanted if its blob id says so") {
  TarBuilder archive;
  SECTION("another one of this size") { archive.file("top/a.py", "b"); }
  SECTION("another size") { archive.file("top/a.py", "aa"); }
  SECTION("a symbolic link") { archive.add({.path = "top/a.py", .type = '2'}); }
  SECTION("a directory") { archive.add({.path = "top/a.py", .type = '5'}); }
  SECTION("at another path") {
    for (const char* path : {"a.py", "/a.py/x", "top/../a.py", "top/./a.py", "top//a.py", "../x/a.py",
                             "top/a.py/", "top/A.py"}) {
      archive.file(path, "a");
    }
  }
  SECTION("nowhere") {}
  CHECK(found_in(archive, {{"a.py", like("a")}}).empty());
}

TEST_CASE("a wrong content does not stand in the way of the right one") {
  TarBuilder archive;
  archive.file("top/a.py", "b");
  archive.file("top/a.py", "a");
  CHECK(found_in(archive, {{"a.py", like("a")}}) == contents({"a"}));
}

TEST_CASE("equal files are found once") {
  TarBuilder archive;
  archive.file("top/a/__init__.py", "");
  archive.file("top/b/__init__.py", "");
  ArchivedFiles files({{"a/__init__.py", like("")}, {"b/__init__.py", like("")}});
  feed(files, archive.tar_gz());
  CHECK(files.has_all());
  CHECK(files.found() == contents({""}));
}

TEST_CASE("an archive is read no further than needed") {
  TarBuilder archive;
  archive.file("top/a.py", "a");
  for (int i = 0; i < 1'000; ++i) archive.file("top/" + std::to_string(i), std::to_string(i * 7919));
  ArchivedFiles files({{"a.py", like("a")}});
  CHECK(feed(files, archive.tar_gz()) < archive.tar_gz().size() / 2);
  CHECK(files.has_all());
}

TEST_CASE("what lies beyond the limits is not found") {
  TarBuilder archive;
  archive.file("top/a.py", "a");
  std::string noise;
  for (int i = 0; i < 100'000; ++i) noise += static_cast<char>(i * i % 251 ^ i % 13);
  archive.file("top/noise", noise);
  archive.file("top/z.py", "z");
  const Wanted wanted = {{"a.py", like("a")}, {"z.py", like("z")}};
  CHECK(found_in(archive, wanted) == contents({"a", "z"}));
  CHECK(found_in(archive, wanted, {.packed_bytes = archive.tar_gz().size() - 1'000}) == contents({"a"}));
  CHECK(found_in(archive, wanted, {.bytes = 50'000}) == contents({"a"}));
  CHECK(found_in(archive, wanted, {.entries = 2}) == contents({"a"}));
}

TEST_CASE("the archives that git makes are read, with long names and names in any letters") {
  const TemporaryDirectory directory;
  const test::GitRepository repository(directory.path() / "repository");
  const std::string long_path =
      std::string(90, 'd') + "/" + std::string(90, 'e') + "/" + std::string(90, 'f') + ".py";
  const std::string prefixed_path = std::string(80, 'd') + "/" + std::string(60, 'e') + ".py";
  Wanted wanted;
  for (const std::string& path :
       {std::string("a.py"), long_path, prefixed_path, std::string("grüße/你好.py")}) {
    repository.write(path, "# " + path + "\n");
    wanted.emplace(path, like("# " + path + "\n"));
  }
  std::filesystem::create_symlink(std::string(150, 't'), repository.path() / "link");
  const std::string commit = repository.commit();
  const auto file = directory.path() / "a.tar.gz";
  static_cast<void>(repository.git("archive --format=tar.gz --prefix=o-r-" + commit.substr(0, 7) + "/ -o " +
                                   file.string() + " HEAD"));
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(stream), {});
  ArchivedFiles files(wanted);
  feed(files, bytes);
  CHECK(files.has_all());
  CHECK(files.found().size() == 4);
}
