#include "engine/component/extract/containers.h"

#include <catch2/catch.hpp>

#include "tests/engine/component/extract/extracted_project.h"

using namespace mlx;

namespace {

using Files = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

constexpr const char* kApplication =
    "from fastapi import FastAPI\napp = FastAPI()\n@app.get(\"/status\")\ndef status(): ...\n"
    "@app.get(\"/items\")\ndef items(): ...\n@app.get(\"/health/{name}\")\ndef one(): ...\n"
    "@app.post(\"/healthz\")\ndef odd(): ...\n@app.get(\"/v1/readyz/\")\ndef ready(): ...\n"
    "@app.get(\"/metrics\")\ndef metrics(): ...\n";

Files platform(Files more) {
  more.emplace("src/__init__.py", "");
  more.emplace("src/api/app.py", kApplication);
  more.emplace("src/jobs/__main__.py", "print()\n");
  return more;
}

/// `service file base ports command path`, those that are empty left out.
Names containers(const ExtractedProject& project, const std::string& component) {
  Names list;
  for (const ProvidedContainer& container : project.component(component).provides.containers) {
    std::string text = container.service + "|" + container.file + "|" + container.base + "|";
    for (const std::string& port : container.ports) text += port + " ";
    list.push_back(text + "|" + container.command + "|" + container.health_path);
  }
  return list;
}

/// `path role`.
Names roles(const ExtractedProject& project, const std::string& component) {
  Names list;
  for (const ProvidedRoute& route : project.component(component).provides.routes) {
    if (route.role != RouteRole::kNone) list.push_back(route.path + " " + std::string(to_string(route.role)));
  }
  return list;
}

}  // namespace

TEST_CASE("a container is of the component that its command starts") {
  const ExtractedProject project(platform(
      {{"Dockerfile",
        "FROM python:3.11\nEXPOSE 8000\nCMD [\"uvicorn\", \"src.api.app:app\", \"--token\", \"hunter2\"]\n"},
       {"jobs.Dockerfile", "FROM python:3.11\nCMD python -m src.jobs\n"},
       {"docs/Dockerfile", "FROM python:3.11\nCMD python -m src.api.app\n"}}));
  CHECK(containers(project, "api") == Names{"|Dockerfile|python:3.11|8000 |uvicorn src.api.app:app|"});
  CHECK(containers(project, "jobs") == Names{"|jobs.Dockerfile|python:3.11||python -m src.jobs|"});
  CHECK(project.evidence("api", "provides.containers", "Dockerfile uvicorn src.api.app:app") ==
        Names{"Dockerfile:1", "Dockerfile:2", "Dockerfile:3"});
  CHECK(write_component(project.component("api")).find("hunter2") == std::string::npos);
}

TEST_CASE("what a command starts is found in every way that Python services are started") {
  for (const char* command :
       {R"(["python", "-m", "src.api.app"])", R"(["python3.11", "-u", "src/api/app.py"])",
        "exec gunicorn -w 4 -k uvicorn.workers.UvicornWorker src.api.app:app --bind 0.0.0.0:$PORT",
        R"(["sh", "-c", "alembic upgrade head && exec uvicorn src.api.app:app"])",
        "flask --app src.api.app run", R"(["flask", "--app=src.api.app", "run"])",
        "celery -A src.api.app worker", R"(["serve", "--all"])"}) {
    INFO(command);
    const ExtractedProject project(
        platform({{"Dockerfile", std::string("FROM python\nCMD ") + command + "\n"},
                  {"pyproject.toml", pyproject({}, "[project.scripts]\nserve = \"src.api.app:status\"\n")}}));
    CHECK(containers(project, "api").size() == 1);
  }
}

TEST_CASE("what compose says of a container goes before what its Dockerfile does") {
  const ExtractedProject project(platform(
      {{"Dockerfile",
        "FROM python:3.11\nEXPOSE 8000\nHEALTHCHECK CMD curl http://localhost/old\nCMD python -m "
        "src.api.app\n"},
       {"compose.yaml",
        "services:\n  worker:\n    build: .\n    command: [python, -m, src.jobs]\n"
        "  web:\n    build: {context: ./, dockerfile: ./Dockerfile}\n    ports: [\"80:8000\", \"9000\"]\n"
        "    healthcheck:\n      test: [CMD, curl, \"http://localhost:8000/status?full=1\"]\n"
        "  outside:\n    build: ../other\n"}}));
  CHECK(containers(project, "api") ==
        Names{"web|Dockerfile|python:3.11|8000 9000 |python -m src.api.app|/status"});
  CHECK(containers(project, "jobs") == Names{"worker|Dockerfile|python:3.11|8000 |python -m src.jobs|/old"});
}

TEST_CASE("routes that a probe or a scraper asks for are told apart, and all are routes") {
  const ExtractedProject project(platform({}));
  CHECK(roles(project, "api") == Names{"/metrics metrics", "/v1/readyz/ health"});
  const ExtractedProject checked(platform({{"Dockerfile",
                                            "FROM python\nHEALTHCHECK CMD curl -f http://localhost/status || "
                                            "exit 1\nCMD python -m src.jobs\n"}}));
  CHECK(roles(checked, "api") == Names{"/metrics metrics", "/status health", "/v1/readyz/ health"});
  CHECK(checked.evidence("api", "provides.routes.role", "GET /status health") ==
        Names{"src/api/app.py:4", "Dockerfile:2"});
  CHECK(checked.evidence("api", "provides.routes.role", "GET /metrics metrics") ==
        Names{"src/api/app.py:14"});
}

TEST_CASE("metrics of an application that is mounted are one route") {
  for (const char* lines :
       {"from prometheus_client import make_asgi_app\napp.mount(\"/metrics\", make_asgi_app())\n",
        "from prometheus_client import make_asgi_app as make\nstats = make()\napp.mount(\"/metrics\", "
        "stats)\n",
        "import prometheus_client\napp.mount(\"/metrics\", prometheus_client.make_asgi_app())\n",
        "import prometheus_client as p\napp.mount(\"/metrics\", app=p.make_wsgi_app(registry))\n"}) {
    INFO(lines);
    const ExtractedProject project(
        Files{{"src/api/app.py", std::string("from fastapi import FastAPI\napp = FastAPI()\n") + lines}});
    CHECK(roles(project, "api") == Names{"/metrics metrics"});
  }
  const ExtractedProject other(
      Files{{"src/api/app.py",
             "from fastapi import FastAPI\nfrom x import make_asgi_app\napp = FastAPI()\n"
             "app.mount(\"/metrics\", make_asgi_app())\napp.mount(\"/static\", StaticFiles())\n"}});
  CHECK(roles(other, "api").empty());
}

TEST_CASE("what a shell does before it is not the command") {
  const ExtractedProject project(platform(
      {{"Dockerfile", "FROM a\nCMD . ./env.sh; alembic upgrade head && exec uvicorn src.api.app:app\n"}}));
  CHECK(containers(project, "api") == Names{"|Dockerfile|a||uvicorn src.api.app:app|"});
}

TEST_CASE("containers that are of no component are reported, those without Python together") {
  const ExtractedProject project(
      platform({{"Dockerfile", "FROM python\nCMD [\"nginx\"]\n"},
                {"Dockerfile.x", "FROM python\nCMD [\"python\", \"tools/x.py\"]\n"},
                {"tools/x.py", "x = 1\n"},
                {"ui/Dockerfile", "FROM node\nCMD npm start\n"},
                {"tools/Dockerfile", "FROM a\nCMD b\n"}}));
  CHECK(project.places("container-unassigned") ==
        Names{"Dockerfile.x:1", "Dockerfile.x:2", "Dockerfile:1", "ui/Dockerfile:1"});
  CHECK(containers(project, "api").empty());
}

TEST_CASE("in a repository of several projects a container starts its own") {
  const ExtractedProject project(Files{{"one/pyproject.toml", "[project]\nname = \"one\"\n"},
                                       {"one/app/__init__.py", ""},
                                       {"one/app/main.py", "x = 1\n"},
                                       {"one/Dockerfile", "FROM python\nCMD uvicorn app.main:app\n"},
                                       {"two/pyproject.toml", "[project]\nname = \"two\"\n"},
                                       {"two/service/__init__.py", ""},
                                       {"two/service/main.py", "x = 1\n"},
                                       {"two/Dockerfile", "FROM python\nCMD uvicorn service.main:app\n"}});
  Names found;
  for (const ExtractedComponent& extracted : project.extraction().components) {
    for (const ProvidedContainer& container : extracted.component.provides.containers)
      found.push_back(extracted.component.name + " " + container.file);
  }
  CHECK(found == Names{"app one/Dockerfile", "service two/Dockerfile"});
}
