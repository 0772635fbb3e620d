#include "engine/plan/rules/rules.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <catch2/catch.hpp>

#include "engine/io/directory.h"
#include "engine/plan/rules/room_text.h"
#include "tests/engine/plan/planned_project.h"

using namespace mlx;
using namespace mlx::test;
namespace fs = std::filesystem;

namespace {

const fs::path kGolden = MLX_GOLDEN_RULES;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Files files_below(const fs::path& directory) {
  Files files;
  if (!fs::exists(directory)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) {
      files.emplace(entry.path().lexically_relative(directory).generic_string(), read(entry.path()));
    }
  }
  return files;
}

/// The catalogue that is shipped.
const Registry& catalogue() {
  static const auto files = open_directory_snapshot(fs::path(MLX_SOURCE_DIR) / "mlx-components").value();
  static const Registry registry = Registry::open(*files, "builtin").value();
  return registry;
}

Files with_components(const Files& project, const std::vector<std::string>& names) {
  if (names.empty()) return project;
  const auto plan = plan_add({.components = names}, catalogue(), MemorySnapshot(project));
  if (!plan) FAIL(to_string(plan.error()));
  REQUIRE_FALSE(plan->is_blocked());
  return applied(project, *plan);
}

ChangePlan rules_for(const Files& project, const Registries* registries, bool overwrites = false) {
  NoIndexCache cache;
  auto plan = plan_rules({.overwrites = overwrites}, registries, MemorySnapshot(project), cache);
  if (!plan) FAIL(to_string(plan.error()));
  return *std::move(plan);
}

Files rules_in(const Files& project) {
  const Registries registries(catalogue());
  return applied(project, rules_for(project, &registries));
}

/// AGENTS.md and the Cursor rules.
Files only_rules(const Files& project) {
  Files rules;
  for (const auto& [path, text] : project) {
    if (path == "AGENTS.md" || path.starts_with(".cursor/")) rules.emplace(path, text);
  }
  return rules;
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), std::istream_iterator<std::string>()};
}

void write_anew(const fs::path& directory, const Files& files) {
  fs::remove_all(directory);
  for (const auto& [path, text] : files) {
    fs::create_directories((directory / path).parent_path());
    std::ofstream(directory / path, std::ios::binary) << text;
  }
}

const Files kProject = {
    {"pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\ndependencies = []\n"},
    {"src/__init__.py", ""}};

std::string agents_of(const Files& project) { return rules_in(project).at("AGENTS.md"); }

}  // namespace

TEST_CASE("golden rules are as they are written down") {
  // Each folder: the components to add, the project before, and the rules that are expected.
  // MLX_UPDATE_GOLDEN=1 writes what comes out now; the test still fails, so that it is looked at.
  const bool updates = std::getenv("MLX_UPDATE_GOLDEN") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(kGolden)) {
    ++count;
    INFO(entry.path().filename().string());
    const Files before =
        with_components(files_below(entry.path() / "project"), words(read(entry.path() / "components")));
    const Files after = rules_in(before);
    const Files expected = files_below(entry.path() / "expected");
    if (updates && only_rules(after) != expected) {
      write_anew(entry.path() / "expected", only_rules(after));
      FAIL_CHECK("was written anew");
      continue;
    }
    CHECK(only_rules(after) == expected);
    CHECK(rules_in(after) == after);
  }
  CHECK(count >= 5);
}

TEST_CASE("without components nothing is planned") {
  CHECK(rules_for(kProject, nullptr).is_empty());
  Files own = kProject;
  own["AGENTS.md"] = "# Ours\n";
  own[".cursor/rules/mlx-notes.mdc"] = "---\nalwaysApply: true\n---\nOurs.\n";
  CHECK(rules_for(own, nullptr).is_empty());
}

TEST_CASE("a lock with names that are none is refused") {
  Files project = with_components(kProject, {"utility-framework"});
  std::string& lock = project.at("mlx.lock");
  lock.replace(lock.find("\"utility-framework\""), 19, "\"x --> ../y\"");
  NoIndexCache cache;
  const auto plan = plan_rules({}, nullptr, MemorySnapshot(project), cache);
  REQUIRE_FALSE(plan);
  CHECK(to_string(plan.error()) == "mlx.lock: components.x --> ../y: this is no name of a component");
}

TEST_CASE("a registry that is not there leaves out titles only") {
  const Files project = with_components(kProject, {"plugin-registry"});
  std::string with = agents_of(project);
  const std::string without = applied(project, rules_for(project, nullptr)).at("AGENTS.md");
  CHECK(with.find("### Plugin registry (`plugin-registry`)") != std::string::npos);
  CHECK(without.find("### `plugin-registry`") != std::string::npos);
  CHECK(words(without).size() + 4 == words(with).size());
}

TEST_CASE("what became of a component is told, not what it was") {
  Files project = with_components(kProject, {"api-serving"});
  project.erase("src/api/routers/info.py");
  std::string& app = project.at("src/api/app.py");
  app.replace(app.find("from src.api.routers import health, info"), 40, "from src.api.routers import health");
  app.erase(app.find("    app.include_router(info.router)\n"), 36);
  project["src/api/routers/health.py"] += "\n\n@router.get(\"/deep\")\nasync def deep() -> None:\n    ...\n";
  const std::string text = agents_of(project);
  CHECK(text.find("/info") == std::string::npos);
  CHECK(text.find("`GET /health/deep`") != std::string::npos);
}

TEST_CASE("what projen generates is changed in its own file") {
  Files project = with_components(kProject, {"utility-framework"});
  CHECK(agents_of(project).find("declared in `pyproject.toml`") != std::string::npos);
  project[".projenrc.py"] = "";
  CHECK(agents_of(project).find("declared in `pyproject.toml`") != std::string::npos);
  project[".projen/tasks.json"] =
      R"({"tasks": {"test": {"description": "Run tests"}, "ci": {}, "rm -rf": {"description": "x"}, "x": 1}})";
  project["pyproject.toml"].insert(
      0, "# ~~ Generated by projen. To modify, edit .projenrc.py and run \"npx projen\".\n");
  const std::string text = agents_of(project);
  CHECK(text.find("declared in `.projenrc.py`") != std::string::npos);
  CHECK(text.find("`npx projen TASK`: `test`.") != std::string::npos);
  for (const char* broken : {"", "[]", "{\"tasks\": 1}", "{\"tasks\": {}}", "{"}) {
    project[".projen/tasks.json"] = broken;
    CHECK(agents_of(project).find("npx projen TASK") == std::string::npos);
  }
}

TEST_CASE("lines in files of others are told while they are there") {
  Files project = with_components(kProject, {"rate-limiting"});
  CHECK(agents_of(project).find("`src/api/app.py` calls `add_rate_limiting(app)` for it") !=
        std::string::npos);
  CHECK(agents_of(project).find("**Builds on:** `config-management`.") != std::string::npos);
  std::string& app = project.at("src/api/app.py");
  app.erase(app.find("    add_rate_limiting(app)\n"), 27);
  CHECK(agents_of(project).find("add_rate_limiting(app)") == std::string::npos);
}

TEST_CASE("a component that is gone leaves nothing behind but what others wrote") {
  Files project = rules_in(with_components(kProject, {"plugin-registry"}));
  project.at(".cursor/rules/mlx-plugin-registry.mdc") += "\nMine.\n";
  project.erase("mlx.lock");
  const Files after = rules_in(project);
  CHECK_FALSE(after.contains("AGENTS.md"));
  CHECK_FALSE(after.contains(".cursor/rules/mlx-config-management.mdc"));
  CHECK(after.at(".cursor/rules/mlx-plugin-registry.mdc").ends_with("\nMine.\n"));
}

TEST_CASE("findings of all files are told at once, and nothing is written then") {
  Files project = rules_in(with_components(kProject, {"plugin-registry"}));
  for (const char* path : {"AGENTS.md", ".cursor/rules/mlx-plugin-registry.mdc"}) {
    std::string& text = project.at(path);
    text.insert(text.find("**Where:**"), "Mine. ");
  }
  const ChangePlan plan = rules_for(project, nullptr);
  CHECK(plan.is_blocked());
  CHECK(std::ranges::count(codes(plan), "rules-edited") == 2);
  CHECK_FALSE(rules_for(project, nullptr, true).is_blocked());
}

TEST_CASE("a sentence from a file stays within its line") {
  CHECK(plain_sentence("Uses ``x``\nand :class:`Y` \x1b[31m.") == "Uses `x` and `Y` [31m.");
  CHECK(plain_sentence("a <!-- mlx:end --> b") == "a mlx:end b");
  CHECK(plain_sentence("<<!--!-- mlx:end ---->>") == "mlx:end ");
  CHECK(plain_sentence("<!<!<!------- x ----->>>") == "- x ->");
  CHECK(plain_sentence("see: `x`, at 10:30, ::`y`") == "see: `x`, at 10:30, ::`y`");
  CHECK(plain_sentence(std::string(500, 'x')).size() < 260);
  CHECK(plain_sentence("word " + std::string(400, 'y')) == "word …");
}
