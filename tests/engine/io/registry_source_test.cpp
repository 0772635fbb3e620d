#include "engine/io/registry_source.h"

#include <fstream>

#include <catch2/catch.hpp>

#include "engine/io/http_client.h"
#include "tests/support/file_server.h"
#include "tests/support/git_repository.h"
#include "tests/support/git_server.h"
#include "tests/support/registry_builder.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;
using namespace mlx::test;
namespace fs = std::filesystem;

namespace {

/// Writes a registry's files through something that writes files.
template <typename Write>
void write_registry(const TestRegistry& registry, const std::string& prefix, Write&& write) {
  const auto copy = [&](const std::string& path) {
    write(prefix + path, registry.files().read(RepoPath::parse(path).value()).value());
  };
  copy("registry.json");
  for (const RegistryItem& item : registry.get().items()) {
    copy(item.component.str());
    const Component component = registry.get().component(item.name).value();
    for (const ComponentFile& file : component.files) copy(item.name + "/" + file.path.str());
  }
}

struct World {
  TemporaryDirectory directory;
  std::unique_ptr<HttpClient> http = make_registry_http_client();
  std::unique_ptr<HttpClient> git_http = make_git_http_client();

  [[nodiscard]] std::shared_ptr<RegistrySource> source(const RegistrySettings& settings) const {
    const RegistryAccess access{.http = *http,
                                .git_http = *git_http,
                                .cache_directory = directory.path() / "cache",
                                .variable = [](const std::string& name) -> std::optional<std::string> {
                                  if (name == "TOKEN") return "s3cret";
                                  return std::nullopt;
                                }};
    return make_registry_source(settings, directory.path(), access).value();
  }
  [[nodiscard]] GitRepository repository(const std::string& prefix) const {
    GitRepository made(directory.path() / "repository");
    write_registry(TestRegistry{{.name = "web"}}, prefix,
                   [&](const std::string& path, const std::string& text) { made.write(path, text); });
    return made;
  }
};

Error error_of(RegistrySource& source) {
  const auto registry = source.open();
  REQUIRE_FALSE(registry);
  return registry.error();
}

}  // namespace

TEST_CASE("a directory is relative to the project, and is called as it is configured") {
  const World world;
  write_registry(TestRegistry{{.name = "web"}}, "", [&](const std::string& path, const std::string& text) {
    const fs::path file = world.directory.path() / "own" / path;
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  });
  const auto source = world.source({.address = "own"});
  const Registry* registry = source->open().value();
  CHECK(registry->name() == "own");
  CHECK(registry->revision().empty());
  CHECK(registry->component("web"));
  CHECK(source->open().value() == registry);
  CHECK(error_of(*world.source({.address = "absent"})).code == ErrorCode::kNotFound);
}

TEST_CASE("the builtin catalogue is a source") {
  CHECK(World().source({.address = "builtin"})->open().value()->name() == "builtin");
}

TEST_CASE("a git registry is at the top, in mlx-components, or where the address says") {
  const World world;
  const auto [prefix, fragment] = GENERATE(
      table<std::string, std::string>({{"", ""}, {"mlx-components/", ""}, {"a/b/", "#subdirectory=a/b"}}));
  const GitRepository repository = world.repository(prefix);
  const std::string commit = repository.commit();
  repository.git("tag v1");
  const std::string address = "git+file://" + repository.path().string() + "@v1" + fragment;
  const auto source = world.source({.address = address});
  const Registry* registry = source->open().value();
  CHECK(registry->name() == address);
  CHECK(registry->revision() == commit);
  const Component component = registry->component("web").value();
  CHECK(registry->template_text(component, component.files.front()));
}

TEST_CASE("a git repository without a registry.json says where one was looked for") {
  const World world;
  const GitRepository repository(world.directory.path() / "empty");
  repository.commit();
  const std::string address = "git+file://" + repository.path().string();
  const Error error = error_of(*world.source({.address = address}));
  CHECK(error.code == ErrorCode::kNotFound);
  CHECK(error.message.find("#subdirectory=") != std::string::npos);
  CHECK(error_of(*world.source({.address = address + "#subdirectory=x"})).code == ErrorCode::kNotFound);
  CHECK(error_of(*world.source({.address = address + "@v9"})).message.find("v9") != std::string::npos);
}

TEST_CASE("a git registry is used from the cache with a warning when its server is gone") {
  const World world;
  const GitRepository repository = world.repository("");
  repository.commit();
  GitServer server(repository);
  const RegistrySettings settings{.address = "git+" + server.url() + "@main",
                                  .headers = {{"Authorization", "Bearer ${TOKEN}"}}};
  CHECK(world.source(settings)->open());
  CHECK(server.requests().front().get_header_value("Authorization") == "Bearer s3cret");
  server.stop();
  const auto source = world.source(settings);
  CHECK(source->open().value()->component("web"));
  REQUIRE(source->findings().size() == 1);
  CHECK(source->findings().front().code == "registry-unreachable");
  CHECK(source->findings().front().message.find("s3cret") == std::string::npos);
}

TEST_CASE("a git registry can be opened as it was at a commit") {
  const World world;
  const GitRepository repository = world.repository("");
  const std::string first = repository.commit();
  write_registry(TestRegistry{{.name = "web", .version = "2.0.0"}}, "",
                 [&](const std::string& path, const std::string& text) { repository.write(path, text); });
  repository.commit();
  const GitServer server(repository);
  const auto source = world.source({.address = "git+" + server.url() + "@main"});
  CHECK(to_string(source->open().value()->item("web")->version) == "2.0.0");
  const Registry* const older = source->open_at(first).value();
  CHECK(to_string(older->item("web")->version) == "1.0.0");
  CHECK(older->revision() == first);
  CHECK(older->release("web", {.major = 1}));
  CHECK(source->open_at(first).value() == older);
  CHECK_FALSE(source->open_at(std::string(40, 'a')));
  CHECK(source->open_at("main").error().code == ErrorCode::kNotFound);
}

TEST_CASE("a damaged file in the copy of a git registry is fetched again") {
  const World world;
  const GitRepository repository = world.repository("");
  repository.commit();
  const GitServer server(repository);
  const RegistrySettings settings{.address = "git+" + server.url() + "@main"};
  CHECK(world.source(settings)->open());
  for (const auto& entry : fs::recursive_directory_iterator(world.directory.path() / "cache/git")) {
    if (entry.path().extension() != ".pack") continue;
    fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::add);
    std::fstream pack(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
    // Somewhere in every object, behind the pack's own header.
    for (std::uintmax_t at = 16; at + 32 < fs::file_size(entry.path()); at += 24) {
      pack.seekp(static_cast<std::streamoff>(at));
      pack.put('\x5a');
    }
  }
  const auto source = world.source(settings);
  const auto registry = source->open();
  REQUIRE(registry);
  const Component component = (*registry)->component("web").value();
  CHECK((*registry)->template_text(component, component.files.front()));
  CHECK(source->findings().empty());
}

TEST_CASE("headers take variables from the environment, and nobody sees their values") {
  const World world;
  FileServer server;
  server.put("/registry.json", {.status = 403});
  const std::string url = server.url("/registry.json");
  const Error refused =
      error_of(*world.source({.address = url, .headers = {{"X-Key", "a ${TOKEN}${TOKEN} b"}}}));
  CHECK(server.requests().front().get_header_value("X-Key") == "a s3crets3cret b");
  CHECK(refused.code == ErrorCode::kUnauthorized);
  CHECK(to_string(refused).find("s3cret") == std::string::npos);
  const Error unset = error_of(*world.source({.address = url, .headers = {{"X-Key", "${OTHER}"}}}));
  CHECK(unset.message.find("OTHER") != std::string::npos);
  CHECK(error_of(*world.source({.address = url, .headers = {{"X-Key", "${TOKEN"}}})).message.find("`}`") !=
        std::string::npos);
  CHECK(server.requests().size() == 1);
}
