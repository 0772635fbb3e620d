#include "engine/plan/closure.h"

#include <catch2/catch.hpp>

#include "tests/support/registry_builder.h"

using namespace mlx;
using mlx::test::TestRegistry;

namespace {

/// `name` or `name<required by`, in order.
std::vector<std::string> closure(const std::vector<std::string>& names, const TestRegistry& registry) {
  std::vector<std::string> found;
  const auto entries = required_closure(names, registry.get()).value();
  found.reserve(entries.size());
  for (const ClosureEntry& entry : entries) {
    std::string text = entry.component.name;
    if (!entry.required_by.empty()) text += "<" + entry.required_by;
    found.push_back(std::move(text));
  }
  return found;
}

Error error_of(const std::vector<std::string>& names, const TestRegistry& registry) {
  const auto found = required_closure(names, registry.get());
  REQUIRE_FALSE(found);
  return found.error();
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("requirements come first, the rest in the order asked for") {
  const TestRegistry registry{{.name = "app", .components = {{"web", "^1"}, {"config", "^1"}}},
                              {.name = "web", .components = {{"log", "*"}}},
                              {.name = "config"},
                              {.name = "log"},
                              {.name = "alone"}};
  CHECK(closure({"app"}, registry) == Names{"config<app", "log<web", "web<app", "app"});
  CHECK(closure({"log", "alone"}, registry) == Names{"log", "alone"});
  CHECK(closure({"alone", "log"}, registry) == Names{"alone", "log"});
  CHECK(closure({}, registry).empty());
}

TEST_CASE("a diamond and a name given twice come in once") {
  const TestRegistry registry{{.name = "top", .components = {{"left", "*"}, {"right", "*"}}},
                              {.name = "left", .components = {{"base", "*"}}},
                              {.name = "right", .components = {{"base", "*"}}},
                              {.name = "base"}};
  CHECK(closure({"top"}, registry) == Names{"base<left", "left<top", "right<top", "top"});
  CHECK(closure({"base", "base", "left"}, registry) == Names{"base", "left"});
}

TEST_CASE("what was asked for is required by nobody, wherever it comes in") {
  const TestRegistry registry{{.name = "top", .components = {{"base", "*"}}}, {.name = "base"}};
  CHECK(closure({"top", "base"}, registry) == Names{"base", "top"});
}

TEST_CASE("a circle is an error that shows it") {
  const TestRegistry registry{{.name = "in", .components = {{"a", "*"}}},
                              {.name = "a", .components = {{"b", "*"}}},
                              {.name = "b", .components = {{"c", "*"}}},
                              {.name = "c", .components = {{"a", "*"}}},
                              {.name = "self", .components = {{"self", "*"}}}};
  const Error error = error_of({"in"}, registry);
  CHECK(error.code == ErrorCode::kInvalidInput);
  CHECK(error.message.ends_with("a → b → c → a"));
  CHECK(error_of({"self"}, registry).message.ends_with(": self → self"));
}

TEST_CASE("an unknown component is an error that says who wants it") {
  const TestRegistry registry{{.name = "a", .components = {{"confg", "*"}}}, {.name = "config"}};
  const Error missing = error_of({"a"}, registry);
  CHECK(missing.code == ErrorCode::kNotFound);
  CHECK(missing.message.starts_with("`a` requires `confg`"));
  CHECK(missing.message.ends_with("did you mean `config`?"));
  CHECK(error_of({"nothing"}, registry).code == ErrorCode::kNotFound);
}

TEST_CASE("a version that does not satisfy a requirement is an error that names both") {
  const TestRegistry registry{{.name = "a", .components = {{"b", "^2.1"}}},
                              {.name = "b", .version = "2.0.9"}};
  const Error error = error_of({"a"}, registry);
  CHECK(error.code == ErrorCode::kInvalidInput);
  CHECK(error.message.find("^2.1") != std::string::npos);
  CHECK(error.message.find("2.0.9") != std::string::npos);
}
