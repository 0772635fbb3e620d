#include "engine/base/digest.h"

#include <catch2/catch.hpp>

#include "engine/base/blob_id.h"

using namespace mlx;

TEST_CASE("digests agree with published values") {
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // The example in GitHub's documentation of webhook signatures.
  CHECK(hmac_sha256_hex("It's a Secret to Everybody", "Hello, World!") ==
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
  CHECK(BlobId::of("").hex() == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  CHECK(BlobId::of("hello\n").hex() == "ce013625030ba8dba906f756967f9e9ca394464a");
}

TEST_CASE("a blob id is 40 lower-case hexadecimal digits") {
  CHECK(BlobId::parse("ce013625030ba8dba906f756967f9e9ca394464a"));
  CHECK_FALSE(BlobId::parse("CE013625030ba8dba906f756967f9e9ca394464a"));
  CHECK_FALSE(BlobId::parse("ce01"));
}

TEST_CASE("base64url has no padding and a safe alphabet") {
  CHECK(base64url("").empty());
  CHECK(base64url("f") == "Zg");
  CHECK(base64url("fo") == "Zm8");
  CHECK(base64url("foo") == "Zm9v");
  CHECK(base64url("\xff\xef\xfe") == "_-_-");
}

TEST_CASE("comparison in constant time compares") {
  CHECK(equal_in_constant_time("abc", "abc"));
  CHECK_FALSE(equal_in_constant_time("abc", "abd"));
  CHECK_FALSE(equal_in_constant_time("abc", "ab"));
}
