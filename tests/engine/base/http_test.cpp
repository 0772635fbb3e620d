#include "engine/base/http.h"

#include <catch2/catch.hpp>

using namespace mlx;

TEST_CASE("header names compare without regard to case") {
  const HttpResponse response{.status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = ""};
  CHECK(response.header("content-type") == "text/plain");
  CHECK(response.header("CONTENT-TYPE") == "text/plain");
  CHECK(response.header("content-typ").empty());
  CHECK(response.header("").empty());
}

TEST_CASE("percent-encoding leaves only what is unreserved") {
  CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
  CHECK(percent_encode("a b/c?d#e%f+g&h=i:j") == "a%20b%2Fc%3Fd%23e%25f%2Bg%26h%3Di%3Aj");
  CHECK(percent_encode("ü\n") == "%C3%BC%0A");
  CHECK(percent_encode(std::string_view("\0", 1)) == "%00");
  CHECK(percent_encode("").empty());
}
