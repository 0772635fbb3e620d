#include "engine/component/extract/extract.h"

#include <catch2/catch.hpp>

#include "engine/base/digest.h"
#include "tests/engine/component/extract/extracted_project.h"

using namespace mlx;

namespace {

using Files = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a component's files are its templates, with digests that prove them") {
  const ExtractedProject project(Files{{"src/api/app.py", "x = 1\n"}, {"src/api/query.sql", "select 1\n"}});
  const ExtractedComponent& extracted = project.extracted("api");
  REQUIRE(extracted.component.files.size() == 2);
  for (const ComponentFile& file : extracted.component.files) {
    CHECK(file.path.str() == "templates/" + file.target.str());
    CHECK(file.sha256 == sha256_hex(extracted.templates.at(file.path.str())));
    CHECK(file.kind == FileKind::kSource);
  }
  CHECK(extracted.component.files[0].merge == MergeStrategy::kMerge);
  CHECK(extracted.component.files[1].merge == MergeStrategy::kReplace);
}

TEST_CASE("what is extracted reads back as a component, and does not depend on where or when") {
  const Files files = {{"pyproject.toml", pyproject({"fastapi>=0.110"})},
                       {"src/api/app.py", "import fastapi, os\nos.environ[\"X\"]\n"},
                       {"tests/api/test_app.py", "import pytest\n"}};
  const std::string once = write_component(ExtractedProject(files).component("api"));
  CHECK(once == write_component(ExtractedProject(files).component("api")));
  CHECK(read_component(once, "component.json").value() == ExtractedProject(files).component("api"));
}

TEST_CASE("tests go to the component that they are for") {
  const ExtractedProject project(Files{{"src/api/app.py", "import src.core.x\n"},
                                       {"src/core/x.py", "x = 1\n"},
                                       {"src/core/tests/test_inside.py", "x = 1\n"},
                                       {"tests/unit/core/test_x.py", "import src.api.app\n"},
                                       {"tests/test_both.py", "import src.api.app\nimport src.core.x\n"},
                                       {"tests/test_api.py", "from src.api import app\n"},
                                       {"tests/conftest.py", "x = 1\n"},
                                       {"tests/test_nothing.py", "import json\n"}});
  CHECK(project.targets("core") ==
        Names{"src/core/tests/test_inside.py", "src/core/x.py", "tests/unit/core/test_x.py"});
  CHECK(project.targets("api") == Names{"src/api/app.py", "tests/test_api.py", "tests/test_both.py"});
  const Names unknown = project.places("tests-outside-components");
  for (const std::string& code : project.codes()) CHECK(code != "component-circle");
  CHECK(project.codes().size() == 1);
}

TEST_CASE("Hydra's groups go to the component of their name, the rest to the one that composes") {
  const ExtractedProject project(
      Files{{"src/core/conf.py", "from hydra import compose, initialize\n"},
            {"src/api/app.py", "from omegaconf import DictConfig\n"},
            {"conf/config.yaml", "defaults:\n  - api: default\n  - _self_\nseed: 1\n"},
            {"conf/api/default.yaml", "port: 8000\n"},
            {"conf/model/small.yaml", "size: 1\n"},
            {"other/config.yaml", "name: x\n"}});
  CHECK(project.targets("api") == Names{"conf/api/default.yaml", "src/api/app.py"});
  CHECK(project.targets("core") == Names{"conf/config.yaml", "conf/model/small.yaml", "src/core/conf.py"});
}

TEST_CASE("syntax errors are findings, and what can be read is extracted") {
  const ExtractedProject project(
      Files{{"pyproject.toml", pyproject({"numpy"})},
            {"src/api/app.py", "import numpy\ndef broken(:\n    pass\ndef good() -> int: ...\n"},
            {"src/api/old.py", "print \"hello\"\nexec \"x\" in {}\nimport numpy\n"}});
  CHECK(project.distributions("api") == Names{"numpy"});
  CHECK_FALSE(project.places("syntax-error").empty());
  CHECK(project.targets("api") == Names{"src/api/app.py", "src/api/old.py"});
  CHECK_FALSE(project.extraction().has_errors());
}

TEST_CASE("a byte order mark and other line ends change nothing") {
  const ExtractedProject project(Files{{"pyproject.toml", pyproject({"numpy"})},
                                       {"src/__init__.py", ""},
                                       {"src/api/bom.py", "\xef\xbb\xbfimport numpy\r\nX = 1\r\n"},
                                       {"src/api/old_mac.py", "import numpy\rY = 1\r"}});
  CHECK(project.distributions("api") == Names{"numpy"});
  CHECK(project.symbols("api") == Names{"src.api.bom.X ", "src.api.old_mac.Y "});
  CHECK(project.extracted("api").templates.at("templates/src/api/bom.py") ==
        "\xef\xbb\xbfimport numpy\r\nX = 1\r\n");
}

TEST_CASE("a file that is not UTF-8, or larger than 4 MB, is left out and said so") {
  std::string large;
  large.resize(20U << 20U, '#');
  const ExtractedProject project(Files{{"src/api/app.py", "x = 1\n"},
                                       {"src/api/latin.py", "# -*- coding: latin-1 -*-\nname = 'caf\xe9'\n"},
                                       {"src/api/logo.png", std::string("\x89PNG\0\x1a", 6)},
                                       {"src/api/generated.py", large + "\nGENERATED = 1\n"}});
  CHECK(project.targets("api") == Names{"src/api/app.py"});
  CHECK(project.places("file-left-out") ==
        Names{"src/api/generated.py", "src/api/latin.py", "src/api/logo.png"});
}

TEST_CASE("secrets and workflow files are never templates") {
  const ExtractedProject project(Files{{"src/api/app.py", "x = 1\n"}, {"src/api/.env", "TOKEN=hunter2\n"}});
  CHECK(project.targets("api") == Names{"src/api/app.py"});
  CHECK(project.places("file-left-out") == Names{"src/api/.env"});
  for (const auto& [path, bytes] : project.extracted("api").templates)
    CHECK(bytes.find("hunter2") == std::string::npos);
}
