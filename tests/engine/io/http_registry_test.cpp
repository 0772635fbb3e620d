#include "engine/io/http_registry.h"

#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "engine/io/http_client.h"
#include "tests/engine/io/raw_server.h"
#include "tests/support/file_server.h"
#include "tests/support/registry_builder.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;
using namespace mlx::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr HttpClientOptions kImpatient{.connect_timeout = std::chrono::milliseconds(500),
                                       .answer_timeout = std::chrono::milliseconds(300),
                                       .largest_answer = 100'000,
                                       .whole_timeout = std::chrono::milliseconds(400)};

std::string text_of(const TestRegistry& registry, const std::string& path) {
  return registry.files().read(RepoPath::parse(path).value()).value();
}

json served_item(const TestRegistry& registry, const std::string& name) {
  json files = json::array();
  const Component component = registry.get().component(name).value();
  for (const ComponentFile& file : component.files) {
    files.push_back(
        {{"path", file.path.str()}, {"content", text_of(registry, name + "/" + file.path.str())}});
  }
  return {{"name", name},
          {"type", "registry:item"},
          {"files", std::move(files)},
          {"meta", {{"mlx", {{"component", text_of(registry, name + "/component.json")}}}}}};
}

/// Serves a registry as `mlx registry build` writes it.
void serve(FileServer& server, const TestRegistry& registry, const std::string& etag = "") {
  FileServer::Answer index{.body = text_of(registry, "registry.json")};
  if (!etag.empty()) index.headers.emplace("ETag", etag);
  server.put("/r/registry.json", index);
  for (const RegistryItem& item : registry.get().items()) {
    const std::string text = served_item(registry, item.name).dump();
    server.put("/r/" + item.name + ".json", {.body = text});
    server.put("/r/" + item.name + "@" + to_string(item.version) + ".json", {.body = text});
  }
}

/// One command that asks a registry: a new client, an old cache.
struct Visit {
  std::unique_ptr<HttpClient> http = make_http_client(kImpatient);
  std::unique_ptr<HttpRegistrySnapshot> files;
  std::optional<Error> error;

  Visit(const std::string& url, const fs::path& cache, bool is_offline = false) {
    auto opened =
        HttpRegistrySnapshot::open({.url = url, .is_offline = is_offline}, *http, RegistryCache(cache));
    if (opened) {
      files = *std::move(opened);
    } else {
      error = opened.error();
    }
  }
  [[nodiscard]] Registry registry() const {
    REQUIRE(files != nullptr);
    return Registry::open(*files, "acme").value();
  }
  [[nodiscard]] std::vector<std::string> codes() const {
    std::vector<std::string> found;
    for (const Finding& finding : files->findings()) found.push_back(finding.code);
    return found;
  }
};

using Paths = std::vector<std::string>;
const TestRegistry& two() {
  static const TestRegistry registry{{.name = "web"}, {.name = "log", .version = "2.0.0-rc.1"}};
  return registry;
}

}  // namespace

TEST_CASE("only the index is fetched, then the component that is needed, once") {
  FileServer server;
  serve(server, two());
  const TemporaryDirectory cache;
  const Visit visit(server.url("/r/registry.json"), cache.path());
  const Registry registry = visit.registry();
  CHECK(registry.items().size() == 2);
  CHECK(server.take_paths() == Paths{"/r/registry.json"});
  const Component component = registry.component("log").value();
  CHECK(registry.template_text(component, component.files.front()) == "NAME = \"log\"\n");
  CHECK(server.take_paths() == Paths{"/r/log@2.0.0-rc.1.json"});
  CHECK(visit.files->kind(RepoPath::parse("log/templates").value()) == EntryKind::kDirectory);
  CHECK(visit.files->kind(RepoPath::parse("absent").value()) == EntryKind::kAbsent);
  CHECK(visit.files->children("log")->size() == 2);
  CHECK(visit.codes().empty());
}

TEST_CASE("a registry that keeps no versions is asked for the latest") {
  FileServer server;
  serve(server, two());
  server.remove("/r/web@1.0.0.json");
  const TemporaryDirectory cache;
  CHECK(Visit(server.url("/r/registry.json"), cache.path()).registry().component("web"));
  CHECK(server.take_paths().back() == "/r/web.json");
}

TEST_CASE("older versions are fetched when they are asked for, and kept") {
  const TestRegistry registry{{.name = "web"}, {.name = "web", .version = "1.1.0"}};
  FileServer server;
  serve(server, registry);
  server.put("/r/web@1.0.0.json", {.body = text_of(registry, "r/web@1.0.0.json")});
  const TemporaryDirectory cache;
  {
    const Visit visit(server.url("/r/registry.json"), cache.path());
    CHECK(visit.registry().release("web", {.major = 1})->templates.at("templates/src/web.py") ==
          "NAME = \"web\"\n");
    CHECK(visit.registry().release("web", {.major = 1}));
    CHECK(server.take_paths() == Paths{"/r/registry.json", "/r/web@1.0.0.json"});
    CHECK(visit.registry().release("web", {.major = 1, .minor = 7}).error().code == ErrorCode::kNotFound);
    CHECK(server.take_paths() == Paths{"/r/web@1.7.0.json"});
  }
  {
    const Visit later(server.url("/r/registry.json"), cache.path());
    CHECK(later.registry().release("web", {.major = 1}));
    CHECK(server.take_paths() == Paths{"/r/registry.json"});
  }
  const Visit offline(server.url("/r/registry.json"), cache.path(), true);
  CHECK(offline.registry().release("web", {.major = 1}));
  CHECK(offline.registry().release("web", {.major = 1, .minor = 7}).error().message.contains("--offline"));
}

TEST_CASE("the second time the index is asked for by its ETag, and a component not at all") {
  FileServer server;
  serve(server, two(), "\"one\"");
  const TemporaryDirectory cache;
  const std::string url = server.url("/r/registry.json");
  CHECK(Visit(url, cache.path()).registry().component("web"));
  static_cast<void>(server.take_paths());
  CHECK(Visit(url, cache.path()).registry().component("web"));
  REQUIRE(server.requests().size() == 1);
  CHECK(server.requests().front().get_header_value("If-None-Match") == "\"one\"");
}

TEST_CASE("without a network what is in the cache is used, and nothing else") {
  const TemporaryDirectory cache;
  FileServer server;
  serve(server, two());
  const std::string url = server.url("/r/registry.json");
  CHECK(Visit(url, cache.path()).registry().component("web"));
  const bool is_offline = GENERATE(true, false);
  if (!is_offline) server.stop();
  static_cast<void>(server.take_paths());
  const Visit visit(url, cache.path(), is_offline);
  const Registry registry = visit.registry();
  CHECK(registry.component("web"));
  const auto missing = registry.component("log");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::kUnavailable);
  CHECK(visit.codes() == (is_offline ? Paths{} : Paths{"registry-unreachable"}));
  CHECK(server.take_paths().empty());
  const TemporaryDirectory empty;
  const Visit first(url, empty.path(), is_offline);
  REQUIRE(first.error);
  CHECK(first.error->code == ErrorCode::kUnavailable);
}

TEST_CASE("a cache that is damaged is filled again") {
  FileServer server;
  serve(server, two(), "\"one\"");
  const TemporaryDirectory cache;
  const std::string url = server.url("/r/registry.json");
  CHECK(Visit(url, cache.path()).registry().component("web"));
  for (const auto& entry : fs::recursive_directory_iterator(cache.path() / "contents")) {
    if (entry.is_regular_file()) std::ofstream(entry.path()) << "{\"items\": []}";
  }
  static_cast<void>(server.take_paths());
  CHECK(Visit(url, cache.path()).registry().component("web"));
  CHECK(server.take_paths() == Paths{"/r/registry.json", "/r/web@1.0.0.json"});
  server.stop();
  CHECK(Visit(url, cache.path()).registry().component("web"));
}

TEST_CASE("a digest that does not match is refused, and not kept") {
  FileServer server;
  serve(server, two());
  json item = served_item(two(), "web");
  const bool is_template = GENERATE(true, false);
  if (is_template) {
    item["files"][0]["content"] = "import os\n";
  } else {
    item["meta"]["mlx"]["component"] = item["meta"]["mlx"]["component"].get<std::string>() + " ";
  }
  server.put("/r/web@1.0.0.json", {.body = item.dump()});
  const TemporaryDirectory cache;
  const std::string url = server.url("/r/registry.json");
  {
    const Visit visit(url, cache.path());
    const Registry registry = visit.registry();
    const auto component = registry.component("web");
    CHECK(component.has_value() == is_template);
    if (component) CHECK_FALSE(registry.template_text(*component, component->files.front()));
  }
  serve(server, two());  // mended
  const Visit visit(url, cache.path());
  const Registry registry = visit.registry();
  const Component component = registry.component("web").value();
  CHECK(registry.template_text(component, component.files.front()));
}

TEST_CASE("a published version whose content changed is an error finding, and stays one") {
  FileServer server;
  serve(server, two());
  const TemporaryDirectory cache;
  const std::string url = server.url("/r/registry.json");
  CHECK(Visit(url, cache.path()).registry().component("web"));
  serve(server, TestRegistry{{.name = "web", .distributions = {"evil"}}});
  for (int i = 0; i < 2; ++i) {
    const Visit visit(url, cache.path());
    CHECK(visit.registry().component("web"));
    CHECK(visit.codes() == Paths{"published-version-changed"});
    CHECK(visit.files->findings().front().severity == Severity::kError);
  }
}

TEST_CASE("an index that is none is an error with its address, and is not kept") {
  FileServer server;
  const auto [body, type] =
      GENERATE(table<std::string, std::string>({{"{", "application/json"},
                                                {"[]", "application/json"},
                                                {"{\"items\": [{}]}", "application/json"},
                                                {"<html></html>", "text/html"}}));
  server.put("/r/registry.json", {.body = body, .type = type});
  const TemporaryDirectory cache;
  const std::string url = server.url("/r/registry.json");
  const Visit visit(url, cache.path());
  REQUIRE(visit.error);
  CHECK(visit.error->code == ErrorCode::kInvalidInput);
  CHECK(to_string(*visit.error).find(url) != std::string::npos);
  CHECK_FALSE(RegistryCache(cache.path()).index(url));
}

TEST_CASE("a component that offers a path outside is refused") {
  FileServer server;
  serve(server, two());
  json item = served_item(two(), "web");
  item["files"].push_back({{"path", "../../evil"}, {"content", "x"}});
  server.put("/r/web@1.0.0.json", {.body = item.dump()});
  const TemporaryDirectory cache;
  const auto component = Visit(server.url("/r/registry.json"), cache.path()).registry().component("web");
  REQUIRE_FALSE(component);
  CHECK(component.error().location.field == "files[1].path");
}

TEST_CASE("a cache that cannot be written is worth a warning") {
  FileServer server;
  serve(server, two());
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "x";
  const Visit visit(server.url("/r/registry.json"), directory.path() / "file");
  CHECK(visit.registry().component("web"));
  CHECK(visit.codes() == Paths{"cache-unwritable"});
}

TEST_CASE("two gigabytes are refused while they are read") {
  const bool is_chunked = GENERATE(true, false);
  const RawServer server([&](RawServer::Connection& connection) {
    connection.read_head();
    connection.write(is_chunked ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                : "HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n");
    for (int i = 0; i < 100; ++i) {
      connection.write((is_chunked ? "2710\r\n" : "") + std::string(10'000, ' ') +
                       (is_chunked ? "\r\n" : ""));
    }
  });
  const TemporaryDirectory cache;
  const Visit visit(server.url() + "/registry.json", cache.path());
  REQUIRE(visit.error);
  CHECK(visit.error->message.find("more than 100000 bytes") != std::string::npos);
}

TEST_CASE("a server that drips is given up, within the time for the whole") {
  const std::string head =
      GENERATE(as<std::string>{}, "", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
  const RawServer server([&](RawServer::Connection& connection) {
    connection.read_head();
    connection.write(head);
    // A byte before every timeout, for as long as somebody listens.
    while (connection.write_byte_and_wait('x', std::chrono::milliseconds(50))) {
    }
  });
  const TemporaryDirectory cache;
  const auto begin = std::chrono::steady_clock::now();
  const Visit visit(server.url() + "/registry.json", cache.path());
  REQUIRE(visit.error);
  CHECK(visit.error->code == ErrorCode::kUnavailable);
  CHECK(visit.error->message.find("longer than 400 ms") != std::string::npos);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
}
