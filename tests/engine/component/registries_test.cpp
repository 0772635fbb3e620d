#include "engine/component/registries.h"

#include <catch2/catch.hpp>

#include "tests/support/registry_builder.h"
#include "tests/support/several_registries.h"

using namespace mlx;
using mlx::test::CountedSource;
using mlx::test::TestRegistry;

TEST_CASE("names of components") {
  CHECK(ComponentName::parse("web").value() == ComponentName{.registry = "", .name = "web"});
  CHECK(ComponentName::parse("@acme/web").value() == ComponentName{.registry = "acme", .name = "web"});
  CHECK(ComponentName::parse("@default/web").value() == ComponentName{.registry = "", .name = "web"});
  CHECK(to_string(ComponentName{.registry = "acme", .name = "web"}) == "@acme/web");
  CHECK(to_string(ComponentName{.registry = "", .name = "web"}) == "web");
  const std::string wrong = GENERATE("@", "@acme", "@/web", "@acme/", "@acme/a/b", "@Acme/web", "@acme/../x");
  CHECK_FALSE(ComponentName::parse(wrong));
}

TEST_CASE("a registry is opened when it is needed, and not before") {
  const TestRegistry own{{.name = "web"}};
  const TestRegistry acme{{.name = "store"}};
  const auto first = std::make_shared<CountedSource>(own.get());
  const auto second = std::make_shared<CountedSource>(acme.get());
  Registries registries("builtin", first);
  registries.add("acme", "https://acme.example/registry.json", second);
  CHECK(registries.names() == std::vector<std::string>{"", "acme"});
  CHECK(registries.find({.registry = "", .name = "web"}));
  CHECK(second->opened == 0);
  CHECK(registries.find({.registry = "acme", .name = "store"})->registry == &acme.get());
  CHECK(second->opened == 1);
}

TEST_CASE("a requirement is looked for in its own registry, then in the default one") {
  const TestRegistry own{{.name = "config"}, {.name = "log"}};
  const TestRegistry acme{{.name = "store"}, {.name = "log", .version = "2.0.0"}};
  Registries registries("builtin", std::make_shared<CountedSource>(own.get()));
  registries.add("acme", "acme", std::make_shared<CountedSource>(acme.get()));
  CHECK(registries.find_required("log", "acme")->name.registry == "acme");
  CHECK(registries.find_required("config", "acme")->name.registry.empty());
  // Never the other way round: nobody can slip something under a default component.
  CHECK_FALSE(registries.find_required("store", ""));
  const auto missing = registries.find_required("stor", "acme");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.find("`store`") != std::string::npos);
}

TEST_CASE("an unknown registry is an error that says what to do") {
  const TestRegistry own{{.name = "web"}};
  Registries registries("builtin", std::make_shared<CountedSource>(own.get()));
  registries.add("acme", "acme", std::make_shared<CountedSource>(own.get()));
  const auto unknown = registries.find({.registry = "acne", .name = "web"});
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == ErrorCode::kNotFound);
  CHECK(unknown.error().message.find("did you mean `acme`?") != std::string::npos);
  CHECK(unknown.error().message.find("mlx.toml") != std::string::npos);
  // One registry that somebody else chose: mlx.toml would not help.
  const auto only = Registries(own.get()).find({.registry = "acme", .name = "web"});
  REQUIRE_FALSE(only);
  CHECK(only.error().message.find("mlx.toml") == std::string::npos);
  CHECK(only.error().message.find("`test`") != std::string::npos);
}

TEST_CASE("a registry is known by its address, at whatever revision") {
  const TestRegistry own{{.name = "web"}};
  Registries registries("builtin", std::make_shared<CountedSource>(own.get()));
  registries.add("acme", "git+https://acme.example/o/r@v2", std::make_shared<CountedSource>(own.get()));
  CHECK(registries.name_of("git+https://acme.example/o/r@v1") == "acme");
  CHECK(registries.name_of("builtin") == "");
  CHECK_FALSE(registries.name_of("elsewhere"));
}
