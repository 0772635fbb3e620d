#include "engine/component/extract/boundaries.h"

#include <catch2/catch.hpp>

#include "tests/engine/component/extract/extracted_project.h"

using namespace mlx;

namespace {

using Files = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("every package below the code root is a component, with what lies in it") {
  const ExtractedProject project(Files{{"src/__init__.py", ""},
                                       {"src/api/__init__.py", "\"\"\"Serves models.\"\"\"\n"},
                                       {"src/api/app.py", "import os\n"},
                                       {"src/api/v1/routes.py", "x = 1\n"},
                                       {"src/api/py.typed", ""},
                                       {"src/data_sets/load.py", "x = 1\n"}});
  CHECK(project.names() == Names{"api", "data-sets"});
  CHECK(project.targets("api") ==
        Names{"src/api/__init__.py", "src/api/app.py", "src/api/py.typed", "src/api/v1/routes.py"});
  CHECK(project.targets("data-sets") == Names{"src/data_sets/load.py"});
  CHECK(project.component("api").description == "Serves models.");
  CHECK(project.component("api").import_root == "src");
  CHECK(project.component("data-sets").title == "Data sets");
  CHECK(project.codes().empty());
}

TEST_CASE("modules directly in the root are one component with the root's name") {
  const ExtractedProject project(Files{{"pyproject.toml", pyproject({})},
                                       {"shop/__init__.py", ""},
                                       {"shop/main.py", "from shop.api import app\n"},
                                       {"shop/helpers.py", "x = 1\n"},
                                       {"shop/api/__init__.py", "app = 1\n"}});
  CHECK(project.names() == Names{"api", "shop"});
  CHECK(project.targets("shop") == Names{"shop/helpers.py", "shop/main.py"});
  CHECK(project.components_required("shop") == Names{"api"});
}

TEST_CASE("a package file with code belongs to the component of the root") {
  const ExtractedProject project(Files{{"pyproject.toml", pyproject({})},
                                       {"shop/__init__.py", "from shop.api import app\n"},
                                       {"shop/api/__init__.py", "app = 1\n"}});
  CHECK(project.targets("shop") == Names{"shop/__init__.py"});
}

TEST_CASE("configured paths come first, and what they leave is divided as always") {
  const ExtractedProject project(
      Files{{"mlx.toml",
             "[components.feature-store]\npaths = [\"src/features\", \"src/api/online.py\"]\n"
             "version = \"2.1.0\"\ntitle = \"Features\"\ntype = \"infrastructure\"\n"},
            {"src/features/store.py", "x = 1\n"},
            {"src/api/online.py", "import src.features.store\n"},
            {"src/api/app.py", "from src.api import online\n"}});
  CHECK(project.names() == Names{"api", "feature-store"});
  CHECK(project.targets("feature-store") == Names{"src/api/online.py", "src/features/store.py"});
  CHECK(project.targets("api") == Names{"src/api/app.py"});
  const Component& store = project.component("feature-store");
  CHECK(store.version == Version::parse("2.1.0").value());
  CHECK(store.title == "Features");
  CHECK(store.type == ComponentType::kInfrastructure);
  CHECK(project.component("api").requirements.components.at("feature-store") ==
        VersionRange::parse("^2.1").value());
}

TEST_CASE("a component beside the code root keeps its places and its names") {
  const ExtractedProject project(
      Files{{"pyproject.toml", "[project]\nname = \"shop\"\n"},
            {"mlx.toml", "[components.foundation]\npaths = [\"projenrc\", \".projenrc.py\"]\n"},
            {"src/shop/__init__.py", ""},
            {"src/shop/api/app.py", "X = 1\n"},
            {".projenrc.py", "from projenrc.project import Shop\n\nShop().synth()\n"},
            {"projenrc/__init__.py", "\"\"\"The project as code.\"\"\"\n"},
            {"projenrc/project.py", "class Shop:\n    def synth(self) -> None: ...\n"},
            {"projenrc/data.toml", "a = 1\n"},
            {"tests/projenrc/test_shop.py", "from projenrc.project import Shop\n"}});
  CHECK(project.names() == Names{"api", "foundation"});
  CHECK(project.targets("foundation") == Names{".projenrc.py", "projenrc/__init__.py", "projenrc/data.toml",
                                               "projenrc/project.py", "tests/projenrc/test_shop.py"});
  CHECK(project.component("foundation").provides.modules == Names{"projenrc", "projenrc.project"});
  CHECK(project.component("foundation").description == "The project as code.");
  CHECK(project.components_required("foundation").empty());
  CHECK(project.places("module-outside-components").empty());
}

TEST_CASE("a configured component without code, and a setting that is wrong, are errors") {
  const ExtractedProject project(Files{{"mlx.toml",
                                        "[components.gone]\npaths = [\"src/gone\"]\n"
                                        "[components.api]\npaths = [\"src/api\"]\n"
                                        "version = \"one\"\ntype = \"service\"\n"},
                                       {"src/api/app.py", "x = 1\n"}});
  CHECK(project.names() == Names{"api"});
  CHECK(project.places("component-empty") == Names{"mlx.toml:1"});
  CHECK(project.places("component-setting-invalid").size() == 2);
  CHECK(project.extraction().has_errors());
}

TEST_CASE("a circle is one component, named after its largest, and shows the imports that tie it") {
  const ExtractedProject project(Files{{"src/a/one.py", "import src.b.one\n"},
                                       {"src/b/one.py", "x = 1\nfrom src.c import one\n"},
                                       {"src/b/two.py", ""},
                                       {"src/c/one.py", "\n\nfrom ..a import one\n"},
                                       {"src/d/one.py", "import src.a.one\n"}});
  CHECK(project.names() == Names{"b", "d"});
  CHECK(project.targets("b") == Names{"src/a/one.py", "src/b/one.py", "src/b/two.py", "src/c/one.py"});
  CHECK(project.places("component-circle") == Names{"src/a/one.py:1", "src/b/one.py:2", "src/c/one.py:3"});
  CHECK(project.components_required("d") == Names{"b"});
  CHECK_FALSE(project.extraction().has_errors());
}

TEST_CASE("a circle of components that the configuration keeps apart is an error") {
  const ExtractedProject project(Files{{"mlx.toml",
                                        "[components.a]\npaths = [\"src/a\"]\n"
                                        "[components.b]\npaths = [\"src/b\"]\n"},
                                       {"src/a/x.py", "import src.b.x\n"},
                                       {"src/b/x.py", "import src.a.x\n"}});
  CHECK(project.names() == Names{"a", "b"});
  CHECK(project.places("component-circle") == Names{"src/a/x.py:1", "src/b/x.py:1"});
  CHECK(project.extraction().has_errors());
}

TEST_CASE("an import for type checkers, or one that may fail, makes no circle") {
  const ExtractedProject project(
      Files{{"src/a/x.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import src.b.x\n"},
            {"src/b/x.py", "import src.a.x\n"},
            {"src/c/x.py", "try:\n    import src.a.x\nexcept ImportError:\n    pass\n"}});
  CHECK(project.names() == Names{"a", "b", "c"});
  CHECK(project.components_required("a").empty());
  CHECK(project.component("a").compatibility.optional == Names{"b"});
  CHECK(project.component("c").compatibility.optional == Names{"a"});
  CHECK(project.components_required("b") == Names{"a"});
  CHECK(project.evidence("b", "requires.components", "a") == Names{"src/b/x.py:1"});
}

TEST_CASE("two packages without a project's name are two roots") {
  const ExtractedProject project(Files{{"service/__init__.py", ""},
                                       {"service/app.py", "from training import fit\n"},
                                       {"training/__init__.py", ""},
                                       {"training/fit.py", "x = 1\n"}});
  CHECK(project.names() == Names{"service", "training"});
  CHECK(project.component("training").import_root == "training");
  CHECK(project.components_required("service") == Names{"training"});
}

TEST_CASE("projects below the top have code roots and names of their own") {
  const ExtractedProject project(Files{
      {"pyproject.toml", pyproject({})},
      {"shop/api/app.py", "x = 1\n"},
      {"shop/__init__.py", ""},
      {"services/billing/pyproject.toml", "[project]\nname = \"billing\"\n"},
      {"services/billing/billing/__init__.py", ""},
      {"services/billing/billing/api/app.py", "import shop.api.app\n"},
      {"services/mail/setup.py", "from setuptools import setup\nsetup(name='mail')\n"},
      {"services/mail/src/mail/__init__.py", ""},
      {"services/mail/src/mail/api/app.py", "x = 1\n"},
      {"examples/demo/pyproject.toml", "[project]\nname = \"demo\"\n"},
      {"examples/demo/demo/__init__.py", "import nothing\n"},
      {"{{ cookiecutter.name }}/pyproject.toml", "[project]\nname = \"x\"\n"},
  });
  CHECK(project.names() == Names{"api", "billing-api", "mail-api"});
  CHECK(project.component("billing-api").import_root == "billing");
  CHECK(project.component("mail-api").import_root == "mail");
  CHECK(project.targets("mail-api") == Names{"mail/api/app.py"});
  CHECK(project.components_required("billing-api") == Names{"api"});
  CHECK(project.codes().empty());
}

TEST_CASE("three roots of one name still give three components") {
  Files files;
  for (const std::string name : {"a", "b", "c"}) {
    files[name + "/pyproject.toml"] = "[project]\nname = \"app\"\n";
    files[name + "/app/__init__.py"] = "";
    files[name + "/app/core/x.py"] = "x = 1\n";
  }
  CHECK(ExtractedProject(files).names() == Names{"app-core", "core", "core-2"});
}

TEST_CASE("setuptools is believed where it looks for packages") {
  const std::string where = "[tool.setuptools.packages.find]\nwhere = [\"sdk/python\"]\n";
  const ExtractedProject project(Files{{"pyproject.toml", pyproject({}, where)},
                                       {"go/__init__.py", ""},
                                       {"sdk/python/shop/__init__.py", ""},
                                       {"sdk/python/shop/api/app.py", "x = 1\n"},
                                       {"sdk/python/tests/__init__.py", ""}});
  CHECK(project.names() == Names{"api"});
  CHECK(project.targets("api") == Names{"shop/api/app.py"});
  CHECK(project.places("module-outside-components") == Names{"go/__init__.py"});
}

TEST_CASE("a package that shadows the standard library is a component, and hides nothing") {
  const ExtractedProject project(
      Files{{"src/__init__.py", ""},
            {"src/logging/__init__.py", "import json\n"},
            {"src/api/app.py", "import logging\nfrom src import logging as ours\n"}});
  CHECK(project.names() == Names{"api", "logging"});
  CHECK(project.components_required("api") == Names{"logging"});
  CHECK(project.evidence("api", "requires.components", "logging") == Names{"src/api/app.py:2"});
  CHECK(project.distributions("api").empty());
}

TEST_CASE("packages without __init__.py are found, and imports of them are ours") {
  const ExtractedProject project(
      Files{{"src/api/app.py", "import src.core\nfrom src.core.deep import thing\n"},
            {"src/core/deep/thing.py", "x = 1\n"}});
  CHECK(project.names() == Names{"api", "core"});
  CHECK(project.components_required("api") == Names{"core"});
  CHECK(project.places("import-unresolved").empty());
}

TEST_CASE("relative imports tie components, and cannot leave the repository") {
  const ExtractedProject project(
      Files{{"src/api/v1/x.py", "from ...core import y\nfrom . import z\nfrom ....... import far\n"},
            {"src/api/v1/z.py", ""},
            {"src/core/y.py", "x = 1\n"}});
  CHECK(project.components_required("api") == Names{"core"});
  CHECK(project.evidence("api", "requires.components", "core") == Names{"src/api/v1/x.py:1"});
}

TEST_CASE("a project without code, and one without files, have no components") {
  CHECK(ExtractedProject(Files{}).names().empty());
  CHECK(ExtractedProject(Files{{"README.md", "# x\n"}}).names().empty());
  CHECK(ExtractedProject(Files{{"pyproject.toml", pyproject({"fastapi"})}}).codes().empty());
}

TEST_CASE("modules beside the code roots are reported, never dropped") {
  const ExtractedProject project(Files{{"pyproject.toml", pyproject({})},
                                       {"shop/__init__.py", ""},
                                       {"shop/api/x.py", "x = 1\n"},
                                       {"deploy/release.py", "x = 1\n"},
                                       {"scripts/once.py", "x = 1\n"},
                                       {"projenrc/project.py", "x = 1\n"},
                                       {"setup.py", "from setuptools import setup\nsetup()\n"}});
  CHECK(project.names() == Names{"api"});
  CHECK(project.places("module-outside-components") == Names{"deploy/release.py"});
}

TEST_CASE("a module whose name is no component's is reported") {
  const ExtractedProject project(Files{{"src/api/x.py", "x = 1\n"}, {"src/___/x.py", "x = 1\n"}});
  CHECK(project.names() == Names{"api"});
  CHECK(project.places("module-outside-components") == Names{"src/___/x.py"});
}

TEST_CASE("links out of the project, and links in circles, are not followed") {
  MemorySnapshot snapshot(Files{{"src/api/x.py", "x = 1\n"}});
  snapshot.put("src/out", {.bytes = "/etc", .kind = EntryKind::kSymlink});
  snapshot.put("src/api/again", {.bytes = "..", .kind = EntryKind::kSymlink});
  snapshot.put("src/api/link.py", {.bytes = "x.py", .kind = EntryKind::kSymlink});
  const ExtractedProject project{snapshot};
  CHECK(project.names() == Names{"api"});
  CHECK(project.targets("api") == Names{"src/api/x.py"});
}

TEST_CASE("what other components require, directly or through others, is known") {
  Boundaries boundaries;
  boundaries.ties = {{.from = "a", .to = "b"},
                     {.from = "b", .to = "c"},
                     {.from = "c", .to = "a"},
                     {.from = "a", .to = "d", .is_optional = true}};
  CHECK(required_by_imports(boundaries, "a") == std::set<std::string>{"a", "b", "c"});
  CHECK(required_by_imports(boundaries, "d").empty());
}
