#include "engine/manifest/compose_file.h"

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

using Words = std::vector<std::string>;

ComposeService service(const std::string& body) {
  const auto services = read_compose_file("services:\n  api:\n" + body);
  REQUIRE(services.size() == 1);
  return services.at("api");
}

}  // namespace

TEST_CASE("a compose file's services have image, ports and variables, in any spelling") {
  CHECK(service("    image: redis:7\n    ports: [\"127.0.0.1:6380:6379\", 80, \"53:53/tcp\"]\n").ports ==
        Words{"6379", "80", "53"});
  CHECK(
      service("    ports:\n      - target: 80\n        published: \"8080\"\n    expose: [80, 81]\n").ports ==
      Words{"80", "81"});
  CHECK(service("    ports: [\"${PORT:-8000}:9000\", \"${OTHER}\", \"1:${INNER:-2}\"]\n").ports ==
        Words{"9000", "2"});
  CHECK(service("    environment:\n      A: 1\n      B: x=y\n").environment ==
        std::map<std::string, std::string>{{"A", "1"}, {"B", "x=y"}});
  CHECK(service("    environment:\n      - A=1\n      - PASSED\n").environment ==
        std::map<std::string, std::string>{{"A", "1"}});
}

TEST_CASE("a compose file says what is built, and from where") {
  CHECK_FALSE(service("    image: x\n").is_built);
  const ComposeService here = service("    build: ./api\n");
  CHECK(here.is_built);
  CHECK(here.build_context == "./api");
  CHECK(here.dockerfile == "Dockerfile");
  const ComposeService named =
      service("    build:\n      context: .\n      dockerfile: docker/Api.Dockerfile\n      args: {A: 1}\n");
  CHECK(named.build_context == ".");
  CHECK(named.dockerfile == "docker/Api.Dockerfile");
}

TEST_CASE("commands and health checks of compose files are lists of words, or lines") {
  const ComposeService list = service(
      "    command: [uvicorn, \"app:app\"]\n    healthcheck:\n      test: [CMD, curl, \"http://x/health\"]\n"
      "      interval: 1s\n");
  CHECK(list.command == Words{"uvicorn", "app:app"});
  CHECK(list.command_line == 3);
  CHECK(list.health_check == Words{"curl", "http://x/health"});
  CHECK(list.health_check_line == 5);
  const ComposeService line = service(
      "    command: uvicorn app:app\n    healthcheck:\n      test: curl -f http://x/health || exit 1\n");
  CHECK(line.command == Words{"uvicorn", "app:app"});
  CHECK(line.health_check.size() == 6);
  CHECK(service("    healthcheck:\n      test: [\"CMD-SHELL\", \"curl x\"]\n").health_check ==
        Words{"curl x"});
  CHECK(service("    healthcheck:\n      test: [\"NONE\"]\n").health_check.empty());
}

TEST_CASE("only docker compose's own names are compose files") {
  CHECK(is_compose_file_name("compose.yaml"));
  CHECK(is_compose_file_name("docker-compose.yml"));
  CHECK_FALSE(is_compose_file_name("deploy/compose.yaml"));
  CHECK_FALSE(is_compose_file_name("compose.dev.yaml"));
}

TEST_CASE("what is no compose file has no services") {
  for (const char* text : {"", "- a\n", "services: 1\n", "services: [a]\n", "services:\n  db: 1\n", "\xff"})
    CHECK(read_compose_file(text).empty());
}
