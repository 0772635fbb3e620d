#include "engine/source/enhancement.h"

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

const std::string kPlatformApp = R"("""The application."""

from fastapi import FastAPI

from src.api.problems import add_problem_handlers
from src.api.routers import health
from src.limits import add_limits
from src.zones import (
    add_zones,
)


def create_app(settings=None) -> FastAPI:
    """A new application."""
    app = FastAPI(title="x")
    add_problem_handlers(app)
    add_limits(app)  # so many for each client
    app.include_router(health.router)
    add_zones(app)
    return app
)";

const Enhancement kLimits{
    .function = "create_app",
    .variable = "app",
    .constructor = "FastAPI",
    .framework = "fastapi",
    .imports = {"from src.limits import add_limits"},
    .statements = {{.text = "add_limits(app)", .location = "after:add_problem_handlers"}}};

SlicedFile slice(const std::string& text, const std::set<std::string>& modules) {
  auto sliced = slice_enhancement(text, "src/api/app.py", modules);
  if (!sliced) FAIL(to_string(sliced.error()));
  return *std::move(sliced);
}

std::string inserted(const std::string& text, const Enhancement& enhancement = kLimits) {
  const auto result = insert_enhancement(text, "app.py", enhancement);
  if (!result) FAIL(to_string(result.error()));
  return *result;
}

}  // namespace

TEST_CASE("lines of a component are taken out of another's file, with where they were") {
  const SlicedFile sliced = slice(kPlatformApp, {"src.limits"});
  CHECK(sliced.enhancement == kLimits);
  CHECK(sliced.rest.find("limits") == std::string::npos);
  CHECK(sliced.rest.find("so many") == std::string::npos);
  CHECK(sliced.rest.size() + std::string("from src.limits import add_limits\n").size() +
            std::string("    add_limits(app)  # so many for each client\n").size() ==
        kPlatformApp.size());
}

TEST_CASE("what is taken out of a file can be put back in any order, and gives the file") {
  std::string plain = kPlatformApp;
  plain.erase(plain.find("  # so many for each client"), std::string("  # so many for each client").size());
  const SlicedFile without_limits = slice(plain, {"src.limits"});
  const SlicedFile without_both = slice(without_limits.rest, {"src.zones"});
  const std::string one =
      inserted(inserted(without_both.rest, without_limits.enhancement), without_both.enhancement);
  const std::string other =
      inserted(inserted(without_both.rest, without_both.enhancement), without_limits.enhancement);
  CHECK(one == plain);
  CHECK(other == plain);
  CHECK(remove_enhancement(remove_enhancement(one, without_limits.enhancement), without_both.enhancement) ==
        without_both.rest);
}

TEST_CASE("a file without lines of the component is left as it is") {
  const SlicedFile sliced = slice(kPlatformApp, {"src.other"});
  CHECK(sliced.rest == kPlatformApp);
  CHECK(sliced.enhancement.statements.empty());
}

TEST_CASE("lines that are no whole statement of one function cannot be told apart") {
  const std::string text =
      GENERATE(as<std::string>{},
               "from fastapi import FastAPI\nfrom src.limits import limit\n\n@limit\n"
               "def create_app():\n    app = FastAPI()\n    return app\n",
               "from fastapi import FastAPI\nfrom src.limits import limit\n\n"
               "def create_app():\n    app = FastAPI()\n    if limit:\n        app.x()\n    return app\n",
               "from fastapi import FastAPI\nfrom src.limits import limit\nX = limit(1)\n",
               "from src.limits import limit\n\ndef run(app):\n    limit(app)\n");
  CAPTURE(text);
  const auto sliced = slice_enhancement(text, "app.py", {"src.limits"});
  REQUIRE_FALSE(sliced);
  CHECK(sliced.error().code == ErrorCode::kInvalidInput);
  CHECK(sliced.error().location.line > 2);
}

TEST_CASE("an enhancement written as a template reads back, and is valid Python by itself") {
  const std::string text = write_enhancement(kLimits);
  CHECK(text == R"(from fastapi import FastAPI

from src.limits import add_limits


def create_app() -> FastAPI:
    app = FastAPI()
    add_limits(app)
    return app
)");
  CHECK(read_enhancement(text, "app.py", {"after:add_problem_handlers"}).value() == kLimits);
}

TEST_CASE("a template that is none is refused") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "x = 1\n", "def create_app(:\n",
               "from fastapi import FastAPI\n\ndef create_app():\n    return FastAPI()\n",
               "from fastapi import FastAPI\n\ndef create_app():\n    app = FastAPI()\n    return app\n");
  CAPTURE(text);
  CHECK_FALSE(read_enhancement(text, "app.py", {"end"}));
}

TEST_CASE("lines go into the function of that name, as the user calls the application") {
  CHECK(inserted("from fastapi import FastAPI\n\n\ndef create_app():\n    application = FastAPI()\n    "
                 "return application\n") ==
        "from fastapi import FastAPI\n\nfrom src.limits import add_limits\n\n\ndef create_app():\n"
        "    application = FastAPI()\n    add_limits(application)\n    return application\n");
}

TEST_CASE("a factory of another name will do, and so will a module that makes the application") {
  CHECK(inserted("from fastapi import FastAPI\n\ndef make():\n    api = FastAPI()\n    return api\n")
            .find("    api = FastAPI()\n    add_limits(api)\n    return api\n") != std::string::npos);
  CHECK(inserted(
            "from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get(\"/\")\ndef root():\n    return {}\n")
            .find("app = FastAPI()\nadd_limits(app)\n\n@app.get") != std::string::npos);
}

TEST_CASE("lines go behind the last call that they stood behind, or behind the construction") {
  const std::string text =
      "from fastapi import FastAPI\n\ndef create_app():\n    app = FastAPI(\n        title=1,\n    )\n"
      "    add_problem_handlers(app)\n    add_problem_handlers(app, 2)\n    x = 1\n    return app\n";
  CHECK(inserted(text).find("(app, 2)\n    add_limits(app)\n    x = 1\n") != std::string::npos);
  Enhancement other = kLimits;
  other.statements.front().location = "after:nothing_here";
  CHECK(inserted(text, other).find("    )\n    add_limits(app)\n    add_problem_handlers(app)\n") !=
        std::string::npos);
  other.statements.front().location = "before-return";
  CHECK(inserted(text, other).find("    x = 1\n    add_limits(app)\n    return app\n") != std::string::npos);
  other.statements.front().location = "end";
  CHECK(inserted(text, other).find("    x = 1\n    add_limits(app)\n    return app\n") != std::string::npos);
}

TEST_CASE("imports go where sorted imports would have them") {
  const std::string body = "\n\napp = FastAPI()\n";
  CHECK(inserted("from fastapi import FastAPI\n\nfrom src.api import x\nfrom src.zones import y\n" + body)
            .starts_with("from fastapi import FastAPI\n\nfrom src.api import x\nfrom src.limits import "
                         "add_limits\nfrom src.zones"));
  CHECK(inserted("\"\"\"Doc.\"\"\"\nimport os\nfrom fastapi import FastAPI\n" + body)
            .starts_with("\"\"\"Doc.\"\"\"\nimport os\nfrom fastapi import FastAPI\n\nfrom src.limits import "
                         "add_limits\n"));
}

TEST_CASE("inserting twice is inserting once, and line ends stay") {
  const std::string text = "from fastapi import FastAPI\r\n\r\napp = FastAPI()\r\n";
  const std::string once = inserted(text);
  CHECK(once ==
        "from fastapi import FastAPI\r\n\r\nfrom src.limits import add_limits\r\n\r\napp = "
        "FastAPI()\r\nadd_limits(app)\r\n");
  CHECK(inserted(once) == once);
  CHECK(remove_enhancement(once, kLimits) == text);
}

TEST_CASE("a file without a last line end gets the line on a line of its own") {
  CHECK(inserted("from fastapi import FastAPI\napp = FastAPI()")
            .ends_with("app = FastAPI()\nadd_limits(app)\n"));
}

TEST_CASE("where nothing makes an application there is no place, and broken files are not touched") {
  CHECK(insert_enhancement("def create_app():\n    return 1\n", "app.py", kLimits).error().code ==
        ErrorCode::kNotFound);
  CHECK(insert_enhancement("def create_app(:\n", "app.py", kLimits).error().code == ErrorCode::kInvalidInput);
}

TEST_CASE("lines that somebody changed are not taken out") {
  const std::string text = inserted("from fastapi import FastAPI\n\napp = FastAPI()\n");
  std::string changed = text;
  changed.replace(changed.find("add_limits(app)"), 15, "add_limits(app, 3)");
  CHECK(remove_enhancement(changed, kLimits) == changed);
}

TEST_CASE("keywords and attributes of the application's name are not renamed") {
  Enhancement enhancement = kLimits;
  enhancement.statements.front().text = "add_limits(app, app=app.state.app)";
  CHECK(inserted("from fastapi import FastAPI\n\nweb = FastAPI()\n", enhancement)
            .ends_with("web = FastAPI()\nadd_limits(web, app=web.state.app)\n"));
}
