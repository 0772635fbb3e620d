#include "engine/plan/render_template.h"

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

const std::set<std::string> kModules = {"src.api", "src.api.app", "src.config"};

RepoPath path(std::string_view text) { return RepoPath::parse(text).value(); }

Component component(std::string import_root = "src") {
  return {.name = "api", .import_root = std::move(import_root)};
}

ProjectLayout layout(std::string source_root, std::string import_root) {
  return {.source_root = std::move(source_root), .import_root = std::move(import_root)};
}

ComponentFile file(std::string_view target, FileKind kind = FileKind::kSource) {
  return {.path = path("templates/x"), .target = path(target), .kind = kind, .sha256 = {}};
}

std::string rendered(std::string_view text, std::string_view target, std::string import_root) {
  return render_template(text, path(target), component(), import_root, kModules).value();
}

std::string placed(std::string_view target, const ProjectLayout& project, std::string import_root = "src",
                   FileKind kind = FileKind::kSource) {
  return target_in_project(component(std::move(import_root)), file(target, kind), project).value().str();
}

}  // namespace

TEST_CASE("imports move from the component's root to the project's") {
  const std::string text = "from src.api.app import make\nimport src.config as c\nimport os\n";
  CHECK(rendered(text, "shop/api/x.py", "shop") ==
        "from shop.api.app import make\nimport shop.config as c\nimport os\n");
  CHECK(rendered(text, "acme/ml/x.py", "acme.ml") ==
        "from acme.ml.api.app import make\nimport acme.ml.config as c\nimport os\n");
  CHECK(rendered(text, "src/x.py", "src") == text);
}

TEST_CASE("tests are rewritten too, wherever they are") {
  CHECK(rendered("from src.api import app\n", "tests/api/test_app.py", "shop") ==
        "from shop.api import app\n");
}

TEST_CASE("targets in YAML move with the modules, in both endings") {
  const std::string text =
      "check:\n  _target_: src.api.app.Check  # src.api\n  path: src/api\n  other: src.unknown.X\n";
  const std::string moved =
      "check:\n  _target_: shop.api.app.Check  # shop.api\n  path: src/api\n  other: src.unknown.X\n";
  CHECK(rendered(text, "conf/api/default.yaml", "shop") == moved);
  CHECK(rendered(text, "conf/api/default.yml", "shop") == moved);
}

TEST_CASE("what is neither Python nor YAML stays to the byte") {
  const std::string text = std::string("src.api\r\nfrom src.api import x\0\xff", 32);
  CHECK(rendered(text, "docs/readme.md", "shop") == text);
  CHECK(rendered(text, "data.bin", "shop") == text);
}

TEST_CASE("line ends and a missing last newline survive") {
  CHECK(rendered("from src.api import x\r\ny = 1", "a.py", "shop") == "from shop.api import x\r\ny = 1");
}

TEST_CASE("a Python template that cannot be parsed is not rewritten blindly") {
  const std::string broken = "from src.api import x\ndef broken(:\n";
  const auto text = render_template(broken, path("shop/x.py"), component(), "shop", kModules);
  REQUIRE_FALSE(text);
  CHECK(text.error().code == ErrorCode::kInvalidInput);
  CHECK(text.error().location.file == "shop/x.py");
  CHECK(rendered(broken, "src/x.py", "src") == broken);
}

TEST_CASE("sources move to the project's source root") {
  CHECK(placed("src/api/app.py", layout("src", "src")) == "src/api/app.py");
  CHECK(placed("src/api/app.py", layout("shop", "shop")) == "shop/api/app.py");
  CHECK(placed("src/api/app.py", layout("src/shop", "shop")) == "src/shop/api/app.py");
  CHECK(placed("acme/ml/app.py", layout("src", "src"), "acme.ml") == "src/app.py");
  CHECK(placed("acme/other/app.py", layout("src", "src"), "acme.ml") == "acme/other/app.py");
  CHECK(placed("srcs/app.py", layout("shop", "shop")) == "srcs/app.py");
}

TEST_CASE("what is no source keeps its place") {
  const ProjectLayout project = layout("shop", "shop");
  CHECK(placed("conf/api/default.yaml", project, "src", FileKind::kConfig) == "conf/api/default.yaml");
  CHECK(placed("tests/api/test_x.py", project, "src", FileKind::kTest) == "tests/api/test_x.py");
  CHECK(placed("src/data.md", project, "src", FileKind::kDocs) == "src/data.md");
}
