#include <catch2/catch.hpp>

#include "action/job.h"
#include "tests/action/job_values.h"

using namespace mlx;
using namespace mlx::action;
using namespace mlx::testing;

namespace {

Result<JobInputs> read(const Values& values) {
  return read_inputs([&](std::string_view name) { return lookup_in(values)(name).value_or(""); });
}

std::string complaint(const Values& values) {
  const auto inputs = read(values);
  REQUIRE_FALSE(inputs);
  CHECK(inputs.error().code == ErrorCode::kInvalidInput);
  return inputs.error().message;
}

}  // namespace

TEST_CASE("inputs that are not given say nothing") { CHECK(read({}).value() == JobInputs()); }

TEST_CASE("every input is read") {
  const auto inputs = read({{"mode", " add "},
                            {"components", "api-serving, @acme/store\nplugins"},
                            {"registry", "git+https://example.com/r@v1"},
                            {"token", "ghs_x\n"},
                            {"fail-on", "never"},
                            {"dry-run", "true"},
                            {"sync", "true"},
                            {"working-directory", "./services/api/"},
                            {"config", "ci/mlx.toml"}});
  REQUIRE(inputs);
  CHECK(*inputs == JobInputs{.mode = Mode::kAdd,
                             .components = {"api-serving", "@acme/store", "plugins"},
                             .registry = "git+https://example.com/r@v1",
                             .token = "ghs_x",
                             .fail_on = FailOn{},
                             .is_dry_run = true,
                             .runs_tools = true,
                             .working_directory = "services/api",
                             .configuration = "ci/mlx.toml"});
}

TEST_CASE("a mode that there is not is refused with one that is near") {
  const std::string message = complaint({{"mode", "chek"}});
  CHECK(message.contains("`mode`"));
  CHECK(message.contains("did you mean `check`"));
  CHECK(complaint({{"mode", "commands"}}).contains("review, add, update, extract, check"));
}

TEST_CASE("inputs with other values are refused by their names") {
  CHECK(complaint({{"fail-on", "fatal"}}).contains("`fail-on`"));
  CHECK(complaint({{"dry-run", "yes"}}).contains("`dry-run`"));
  CHECK(complaint({{"sync", "1"}}).contains("`sync`"));
  CHECK(complaint({{"working-directory", "../other"}}).contains("`working-directory`"));
  CHECK(complaint({{"working-directory", "/etc"}}).contains("`working-directory`"));
  CHECK(complaint({{"config", "a/../../b"}}).contains("`config`"));
}

TEST_CASE("names of components are names, however hostile the text") {
  CHECK(read({{"components", " , \n\t"}}).value().components.empty());
  for (const char* text : {"api;rm", "$(id)", "../x", "-x", "a/b", "@acme", "`x`", "a::b"})
    CHECK(complaint({{"components", text}}).contains("`components`"));
  std::string many;
  for (int i = 0; i < 51; ++i) many += "c" + std::to_string(i) + " ";
  CHECK(complaint({{"components", many}}).contains("more than 50"));
  CHECK(complaint({{"components", std::string(100'000, '!')}}).size() < 400);
}
