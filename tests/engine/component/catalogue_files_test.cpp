#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "engine/base/digest.h"
#include "engine/component/catalogue.h"
#include "engine/component/served_item.h"
#include "engine/component/validate_catalogue.h"
#include "engine/index/memory_snapshot.h"

using namespace mlx;
using nlohmann::json;

namespace {

Release entry(const std::string& name, const std::map<std::string, std::string>& files) {
  Release made;
  made.component.name = name;
  made.component.version = Version::parse("1.2.0").value();
  made.component.title = name;
  made.component.import_root = "src";
  for (const auto& [target, text] : files) {
    ComponentFile file{.path = RepoPath::parse("templates/" + target).value(),
                       .target = RepoPath::parse(target).value()};
    file.sha256 = sha256_hex(text);
    made.templates.emplace(file.path.str(), text);
    made.component.files.push_back(std::move(file));
  }
  return made;
}

/// A component with a file of its own, an empty one, and a line for another component's application.
Release limits() {
  Release made = entry("limits", {{"src/api/app.py",
                                   "from fastapi import FastAPI\n\nfrom src.limits import add_limits\n\n\n"
                                   "def create_app() -> FastAPI:\n    app = FastAPI()\n"
                                   "    add_limits(app)\n    return app\n"},
                                  {"src/limits/__init__.py", ""},
                                  {"src/limits/setup.py", "def add_limits(app): ...\n"}});
  made.component.files.front().merge = MergeStrategy::kEnhance;
  made.component.injection_points.push_back(
      {.name = "limits", .file = "src/api/app.py", .function = "create_app", .location = "before-return"});
  made.component.requirements.distributions.push_back(parse_requirement("fastapi>=0.115").value());
  made.component.requirements.components.emplace("base", VersionRange::parse("^1.0").value());
  return made;
}

std::vector<Release> both() { return {entry("base", {{"src/base.py", "B = 1\n"}}), limits()}; }

MemorySnapshot built(const CatalogueIdentity& identity = {}) {
  return MemorySnapshot(catalogue_files(both(), identity));
}

json read_json(const Snapshot& files, const std::string& path) {
  return json::parse(files.read(RepoPath::parse(path).value()).value());
}

std::vector<std::string> codes_of(const Snapshot& files) {
  std::vector<std::string> codes;
  const auto findings = validate_catalogue(files, {}).value();
  codes.reserve(findings.size());
  for (const Finding& finding : findings) codes.push_back(finding.code);
  return codes;
}

}  // namespace

TEST_CASE("an item leaves lines for others' files, and empty files, out of shadcn's reach") {
  const MemorySnapshot files = built();
  const json item = read_json(files, "r/limits.json");
  REQUIRE(item["files"].size() == 2);
  CHECK(item["files"][0]["target"] == "~/src/limits/__init__.py");
  CHECK(item["files"][0]["content"] == "\n");
  CHECK(item["files"][1]["target"] == "~/src/limits/setup.py");
  const json& meta = item["meta"]["mlx"];
  CHECK(meta["emptyFiles"] == json{"templates/src/limits/__init__.py"});
  CHECK(meta["addedLines"].size() == 1);
  CHECK(item["docs"] ==
        "Declare these dependencies of limits:\n    fastapi>=0.115\n"
        "Add to the application in src/api/app.py:\n    from src.limits import add_limits\n    "
        "add_limits(app)\n");
  CHECK_FALSE(read_json(files, "r/base.json").contains("docs"));
  CHECK(read_json(files, "r/limits@1.2.0.json") == item);
}

TEST_CASE("an item gives the component back to the byte") {
  const MemorySnapshot files = built();
  const std::string text = files.read(RepoPath::parse("r/limits.json").value()).value();
  const ServedFiles served = read_served_item(text, "r/limits.json").value();
  CHECK(is_intact(served, sha256_hex(write_component(limits().component))));
  CHECK(served.at("templates/src/limits/__init__.py").empty());
}

TEST_CASE("requirements are named plainly, or by the catalogue's address") {
  CHECK(read_json(built(), "r/limits.json")["registryDependencies"] == json{"base"});
  const MemorySnapshot files = built({.name = "acme", .homepage = {}, .address = "https://acme.example/r"});
  CHECK(read_json(files, "r/limits.json")["registryDependencies"] ==
        json{"https://acme.example/r/base.json"});
  CHECK(read_json(files, "registry.json") == read_json(files, "r/registry.json"));
}

TEST_CASE("a catalogue that was written is read back, and is valid") {
  const MemorySnapshot files = built();
  const auto entries = read_catalogue(files).value();
  REQUIRE(entries.size() == 2);
  CHECK(entries[1].component == limits().component);
  CHECK(entries[1].templates == limits().templates);
  CHECK(codes_of(files).empty());
  CHECK(check_published(files, entries).value().empty());
}

TEST_CASE("a catalogue that cannot be read says which file is wrong") {
  MemorySnapshot files = built();
  SECTION("a template that is not UTF-8") {
    files.put("base/templates/src/base.py", {.bytes = "x = '\xff'\n"});
    CHECK(read_catalogue(files).error().location.file == "base/templates/src/base.py");
  }
  SECTION("a directory of another name") {
    files.put("other/component.json", {.bytes = write_component(limits().component)});
    CHECK(read_catalogue(files).error().location.file == "other/component.json");
    CHECK(codes_of(files) == std::vector<std::string>{"registry-invalid"});
  }
}

TEST_CASE("items of components that are gone are stale, and others' are not") {
  MemorySnapshot files = built();
  files.put("r/theme.json", {.bytes = R"({"name": "theme"})"});
  files.put("r/renamed.json", {.bytes = files.read(RepoPath::parse("r/base.json").value()).value()});
  CHECK(stale_items(files, both()).value().empty());
  CHECK(stale_items(files, {limits()}).value() == std::vector<std::string>{"r/base.json"});
}
