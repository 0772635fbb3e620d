#include "bot/forge/blob_cache.h"

#include <catch2/catch.hpp>

using mlx::bot::BlobCache;

TEST_CASE("what is asked after counts as used, like what is found") {
  BlobCache cache(10);
  cache.put("a", "12345");
  cache.put("b", "12345");
  CHECK(cache.contains("a"));
  CHECK_FALSE(cache.contains("c"));
  cache.put("c", "12345");
  CHECK(cache.contains("a"));
  CHECK_FALSE(cache.contains("b"));
}

TEST_CASE("what was put is found by its id") {
  BlobCache cache(100);
  CHECK_FALSE(cache.find("a"));
  cache.put("a", "one");
  cache.put("b", "");
  CHECK(cache.find("a") == "one");
  CHECK(cache.find("b") == "");
  CHECK_FALSE(cache.find("c"));
}

TEST_CASE("what was used least recently goes first") {
  BlobCache cache(10);
  cache.put("a", "aaaa");
  cache.put("b", "bbbb");
  CHECK(cache.find("a"));
  cache.put("c", "cccc");
  CHECK(cache.find("a") == "aaaa");
  CHECK_FALSE(cache.find("b"));
  CHECK(cache.find("c") == "cccc");
}

TEST_CASE("as many go as must") {
  BlobCache cache(10);
  for (const char* id : {"a", "b", "c", "d", "e"}) cache.put(id, "xx");
  cache.put("f", "ffffff");
  CHECK_FALSE(cache.find("c"));
  CHECK(cache.find("d"));
  CHECK(cache.find("e"));
  CHECK(cache.find("f"));
}

TEST_CASE("what is larger than everything is not kept, and drives nothing out") {
  BlobCache cache(4);
  cache.put("a", "aaaa");
  cache.put("b", "bbbbb");
  CHECK(cache.find("a"));
  CHECK_FALSE(cache.find("b"));
}

TEST_CASE("putting a blob twice counts once") {
  BlobCache cache(10);
  cache.put("a", "aaaa");
  cache.put("a", "aaaa");
  cache.put("b", "bbbbbb");
  CHECK(cache.find("a"));
  CHECK(cache.find("b"));
}
