#include "engine/io/download.h"

#include <catch2/catch.hpp>

#include "engine/io/http_client.h"
#include "tests/support/file_server.h"

using namespace mlx;
using mlx::test::FileServer;

namespace {

Error error_of(const std::string& url) {
  const auto client = make_http_client();
  const auto download =
      download_json(*client, {.url = url, .private_headers = {{"Authorization", "Bearer s3cret"}}});
  REQUIRE_FALSE(download);
  CHECK(download.error().message.find(url) != std::string::npos);
  CHECK(download.error().message.find("s3cret") == std::string::npos);
  return download.error();
}

}  // namespace

TEST_CASE("a download has its body and its ETag, and private headers go along") {
  FileServer server;
  server.put("/r/registry.json", {.body = "{}", .headers = {{"ETag", "\"one\""}}});
  const auto client = make_http_client();
  const DownloadRequest request{.url = server.url("/r/registry.json"), .private_headers = {{"X-Key", "k"}}};
  const Download download = download_json(*client, request).value();
  CHECK(download.body == "{}");
  CHECK(download.etag == "\"one\"");
  CHECK(server.requests().front().get_header_value("X-Key") == "k");
  const auto again = download_json(*client, {.url = request.url, .etag = "\"one\""});
  CHECK(again->is_unchanged);
}

TEST_CASE("what is no answer of a registry says so") {
  FileServer server;
  const auto [answer, code] = GENERATE(table<FileServer::Answer, ErrorCode>(
      {{{.status = 404}, ErrorCode::kNotFound},
       {{.status = 410}, ErrorCode::kNotFound},
       {{.status = 401}, ErrorCode::kUnauthorized},
       {{.status = 403}, ErrorCode::kUnauthorized},
       {{.status = 429}, ErrorCode::kUnavailable},
       {{.status = 503}, ErrorCode::kUnavailable},
       {{.status = 204}, ErrorCode::kInvalidInput},
       {{.status = 304}, ErrorCode::kInvalidInput},
       {{.body = "<!doctype html>", .type = "text/html; charset=utf-8"}, ErrorCode::kInvalidInput},
       {{.body = "\n <html>", .type = "application/json"}, ErrorCode::kInvalidInput}}));
  CAPTURE(answer.status, answer.body);
  server.put("/r/registry.json", answer);
  CHECK(error_of(server.url("/r/registry.json")).code == code);
}

TEST_CASE("redirects on the same host are followed, with private headers") {
  FileServer server;
  const std::string location = GENERATE(as<std::string>{}, "/b/registry.json", "../b/registry.json", "FULL");
  if (location.starts_with("..")) {
    server.put("/a/registry.json", {.status = 302, .headers = {{"Location", "moved.json"}}});
    server.put("/a/moved.json", {.status = 308, .headers = {{"Location", "/b/registry.json"}}});
  } else {
    const std::string target = location == "FULL" ? server.url("/b/registry.json") : location;
    server.put("/a/registry.json", {.status = 302, .headers = {{"Location", target}}});
  }
  server.put("/b/registry.json", {.body = "{}"});
  const auto client = make_http_client();
  const auto download =
      download_json(*client, {.url = server.url("/a/registry.json"), .private_headers = {{"X-Key", "k"}}});
  CHECK(download->body == "{}");
  CHECK(server.requests().back().get_header_value("X-Key") == "k");
}

TEST_CASE("private headers stay behind when a redirect leads to another origin, also on the way back") {
  FileServer home;
  FileServer other;
  home.put("/registry.json", {.status = 302, .headers = {{"Location", other.url("/x.json")}}});
  other.put("/x.json", {.status = 302, .headers = {{"Location", home.url("/back.json")}}});
  home.put("/back.json", {.body = "{}"});
  const auto client = make_http_client();
  CHECK(download_json(*client, {.url = home.url("/registry.json"), .private_headers = {{"X-Key", "k"}}}));
  CHECK(home.requests().front().has_header("X-Key"));
  CHECK_FALSE(other.requests().front().has_header("X-Key"));
  CHECK_FALSE(home.requests().back().has_header("X-Key"));
}

TEST_CASE("redirects that lead elsewhere or in circles are not followed") {
  FileServer server;
  const std::string location =
      GENERATE(as<std::string>{}, "file:///etc/passwd", "ftp://127.0.0.1/x", "http://10.0.0.1/registry.json",
               "http://example.invalid/registry.json", "/registry.json", "");
  CAPTURE(location);
  server.put("/registry.json", {.status = 302, .headers = {{"Location", location}}});
  CHECK(error_of(server.url("/registry.json")).code == ErrorCode::kInvalidInput);
  CHECK(server.requests().size() <= 6);
}
