// What adding a component does to the project's own files: dependencies, environment, pytest.
#include <algorithm>

#include <catch2/catch.hpp>

#include "engine/plan/add.h"
#include "tests/engine/plan/planned_project.h"

using namespace mlx;
using namespace mlx::test;

namespace {

using Codes = std::vector<std::string>;

/// A project that needs nothing for pytest, so that only what is looked at changes.
Files pyproject(const std::string& text) {
  return {{"pyproject.toml", text + "\n[tool.pytest.ini_options]\npythonpath = [\".\"]\n"},
          {"src/__init__.py", ""}};
}

TestComponent needs(std::vector<std::string> distributions, std::string python = "") {
  return {.name = "web", .python = std::move(python), .distributions = std::move(distributions)};
}

ChangePlan plan_web(const Files& project, const TestComponent& component) {
  const TestRegistry registry{component};
  return plan_for(project, registry, {.components = {"web"}});
}

const std::string kProject = "[project]\nname = \"x\"\n";

}  // namespace

TEST_CASE("distributions are declared where the project declares its own") {
  TestComponent component = needs({"fastapi>=0.115,<1", "uvicorn[standard]>=0.30"});
  component.groups = {{"dev", {"pytest>=8"}}};
  const ChangePlan plan = plan_web(
      pyproject(kProject + "dependencies = [\"numpy\"]\n[dependency-groups]\ndev = []\n"), component);
  const std::string text = text_after(plan, "pyproject.toml").value();
  CHECK(text.find("dependencies = [\"fastapi>=0.115,<1\", \"numpy\", \"uvicorn[standard]>=0.30\"]\n") !=
        std::string::npos);
  CHECK(text.find("\"pytest>=8\"") != std::string::npos);
  CHECK(plan.dependency_file == "pyproject.toml");
  CHECK(plan.findings.empty());
  CHECK(plan.distributions == std::vector<PlannedDistribution>{
                                  {.requirement = "fastapi>=0.115,<1", .group = "", .component = "web"},
                                  {.requirement = "uvicorn[standard]>=0.30", .group = "", .component = "web"},
                                  {.requirement = "pytest>=8", .group = "dev", .component = "web"}});
  CHECK(lock_of(plan).components.at("web").distributions ==
        std::vector<std::string>{"fastapi>=0.115,<1", "uvicorn[standard]>=0.30", "dev: pytest>=8"});
}

TEST_CASE("what the project declares stays as it is, and is not the component's") {
  const Files project = pyproject(kProject + "dependencies = [\"FastAPI>=0.100\"]\n");
  const ChangePlan plan = plan_web(project, needs({"fastapi>=0.115,<1"}));
  REQUIRE(codes(plan) == Codes{"dependency-present"});
  CHECK(plan.findings.front().severity == Severity::kInfo);
  CHECK(plan.findings.front().evidence == std::vector<Evidence>{{.file = "pyproject.toml", .line = 3}});
  CHECK_FALSE(text_after(plan, "pyproject.toml"));
  CHECK(plan.distributions.empty());
  CHECK(lock_of(plan).components.at("web").distributions.empty());
}

TEST_CASE("a declared specifier that excludes what the component needs is a warning") {
  const ChangePlan plan =
      plan_web(pyproject(kProject + "dependencies = [\"fastapi==0.100\"]\n"), needs({"fastapi>=0.115,<1"}));
  REQUIRE(codes(plan) == Codes{"dependency-excluded"});
  CHECK(plan.findings.front().severity == Severity::kWarning);
  CHECK_FALSE(text_after(plan, "pyproject.toml"));
}

TEST_CASE("a lock file of the project's own tool that is now out of date is a warning") {
  for (const char* file : {"uv.lock", "poetry.lock", "pdm.lock"}) {
    Files project = pyproject(kProject);
    project.emplace(file, "");
    CHECK(codes(plan_web(project, needs({"fastapi"}))) == Codes{"lock-file-outdated"});
  }
}

TEST_CASE("a distribution that is declared alike, or wanted in any version, is no news") {
  const auto [declared, wanted] =
      GENERATE(values<std::pair<std::string, std::string>>({{"fastapi>=0.115,<1", "fastapi>=0.115,<1"},
                                                            {"fastapi==0.1", "fastapi"},
                                                            {"fastapi[all]>=1", "fastapi[all]"}}));
  CHECK(plan_web(pyproject(kProject + "dependencies = [\"" + declared + "\"]\n"), needs({wanted}))
            .findings.empty());
}

TEST_CASE("an extra that the project's line lacks is a warning") {
  const ChangePlan plan = plan_web(pyproject(kProject + "dependencies = [\"uvicorn[watch]>=0.30\"]\n"),
                                   needs({"uvicorn[Standard]>=0.30"}));
  REQUIRE(codes(plan) == Codes{"dependency-extra-missing"});
  CHECK(plan.findings.front().severity == Severity::kWarning);
  CHECK_FALSE(plan.is_blocked());
  CHECK(plan_web(pyproject(kProject + "dependencies = [\"uvicorn[STANDARD]>=0.30\"]\n"),
                 needs({"uvicorn[standard]>=0.30"}))
            .findings.empty());
}

TEST_CASE("an older Python than the component needs is a warning") {
  const auto with = [](const std::string& python, const std::string& needed) {
    return codes(plan_web(pyproject(kProject + "requires-python = \"" + python + "\"\ndependencies = []\n"),
                          needs({}, needed)));
  };
  CHECK(with(">=3.9", ">=3.11") == Codes{"python-too-old"});
  CHECK(with(">=3", ">=3.11") == Codes{"python-too-old"});
  CHECK(with(">= 3.9, <4", ">=3.11") == Codes{"python-too-old"});
  CHECK(with(">=3.11", ">=3.11").empty());
  CHECK(with(">=3.13", ">=3.9").empty());
  CHECK(with("==3.12.*", ">=3.11").empty());
  CHECK(with(">=3.9", "").empty());
}

TEST_CASE("a requirements file takes everything, the tests' needs too") {
  TestComponent component = needs({"fastapi>=0.115"});
  component.groups = {{"dev", {"pytest>=8"}}};
  const Files project = {
      {"requirements.txt", "numpy==2\nuvicorn\n"}, {"src/__init__.py", ""}, {"conftest.py", ""}};
  const ChangePlan plan = plan_web(project, component);
  CHECK(plan.dependency_file == "requirements.txt");
  CHECK(text_after(plan, "requirements.txt") == "fastapi>=0.115\nnumpy==2\npytest>=8\nuvicorn\n");
  CHECK(lock_of(plan).components.at("web").distributions ==
        std::vector<std::string>{"fastapi>=0.115", "pytest>=8"});
  const ChangePlan present =
      plan_web({{"requirements.txt", "fastapi==0.1\npytest\n"}, {"src/__init__.py", ""}, {"conftest.py", ""}},
               component);
  CHECK(codes(present) == Codes{"dependency-excluded", "dependency-present"});
}

TEST_CASE("a project with nowhere to declare dependencies is told so, if there are any") {
  const TestRegistry registry{needs({"fastapi"}), {.name = "plain"}};
  const Files project = {{"src/__init__.py", ""}};
  const auto plan = plan_add({.components = {"web"}}, registry.get(), MemorySnapshot(project));
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::kInvalidInput);
  CHECK(plan.error().message.find("pyproject.toml") != std::string::npos);
  CHECK(text_after(plan_for(project, registry, {.components = {"plain"}}), "src/plain.py"));
}

TEST_CASE("two components that need the same distribution declare it once") {
  const TestRegistry registry{{.name = "one", .distributions = {"fastapi>=0.115"}},
                              {.name = "two", .distributions = {"fastapi>=0.115", "httpx"}}};
  const ChangePlan plan =
      plan_for(pyproject(kProject + "dependencies = []\n"), registry, {.components = {"one", "two"}});
  CHECK(plan.findings.empty());
  REQUIRE(plan.distributions.size() == 2);
  CHECK(plan.distributions[0].component == "one");
  CHECK(plan.distributions[1].requirement == "httpx");
  CHECK(lock_of(plan).components.at("two").distributions == std::vector<std::string>{"httpx"});
}

TEST_CASE("variables are named in .env.example, those that are there stay") {
  TestComponent component{
      .name = "web",
      .environment = {
          {.name = "PORT", .default_value = "8000", .description = "Where to listen.", .has_default = true},
          {.name = "KEY", .is_required = true, .is_secret = true, .description = ""}}};
  const Files fresh = {{"requirements.txt", ""}, {"src/__init__.py", ""}};
  const ChangePlan created = plan_web(fresh, component);
  CHECK(text_after(created, ".env.example") == "# The web\n# Where to listen.\nPORT=8000\nKEY=\n");
  CHECK(created.environment == component.environment);
  CHECK(lock_of(created).components.at("web").environment == std::vector<std::string>{"PORT", "KEY"});

  Files project = fresh;
  project[".env.example"] = "# mine\nPORT=9\n";
  const ChangePlan extended = plan_web(project, component);
  CHECK(text_after(extended, ".env.example") == "# mine\nPORT=9\n\n# The web\nKEY=\n");
  CHECK(lock_of(extended).components.at("web").environment == std::vector<std::string>{"KEY"});

  project[".env.example"] = "PORT=9\nKEY=x\n";
  const ChangePlan untouched = plan_web(project, component);
  CHECK_FALSE(text_after(untouched, ".env.example"));
  CHECK(untouched.environment.empty());
}

TEST_CASE("a component without variables leaves no example file") {
  CHECK_FALSE(text_after(plan_web({{"requirements.txt", ""}}, needs({})), ".env.example"));
}

TEST_CASE("pytest learns where the root is, in pyproject.toml where it can") {
  const auto python_path = [](const Files& project) {
    const ChangePlan plan = plan_web(project, needs({}));
    const std::string text = text_after(plan, "pyproject.toml").value_or("");
    const auto at = text.find("pythonpath");
    return at == std::string::npos ? std::string() : text.substr(at, text.find('\n', at) - at);
  };
  const std::string project = kProject + "dependencies = []\n";
  CHECK(python_path({{"pyproject.toml", project}}) == "pythonpath = [\".\"]");
  CHECK(python_path({{"pyproject.toml", project}, {"src/x/__init__.py", ""}}) == "pythonpath = [\"src\"]");
  CHECK(python_path({{"pyproject.toml", project}, {"conftest.py", ""}}).empty());
  CHECK(python_path(pyproject(project)).empty());
}

TEST_CASE("pytest that is configured elsewhere is left, with a warning that names the file") {
  const std::string project = kProject + "dependencies = []\n";
  const auto [files, file] = GENERATE_COPY(table<Files, std::string>(
      {{Files{{"pyproject.toml", project}, {"pytest.ini", "[pytest]\n"}}, "pytest.ini"},
       {Files{{"pyproject.toml", project}, {"tox.ini", "[pytest]\n"}}, "tox.ini"},
       {Files{{"requirements.txt", ""}}, "pytest.ini"}}));
  const ChangePlan plan = plan_web(files, needs({}));
  REQUIRE(codes(plan) == Codes{"pytest-path"});
  CHECK(plan.findings.front().severity == Severity::kWarning);
  CHECK(plan.findings.front().evidence == std::vector<Evidence>{{.file = file}});
  CHECK_FALSE(text_after(plan, "pyproject.toml"));
}

TEST_CASE("the project's own files are not followed through links") {
  const TestRegistry registry{
      {.name = "web", .distributions = {"fastapi"}, .environment = {{.name = "A", .description = ""}}}};
  const std::string name = GENERATE(as<std::string>{}, "pyproject.toml", ".env.example", "mlx.lock");
  MemorySnapshot project(Files{{"requirements.txt", ""}});
  project.put(name, {.bytes = "/elsewhere", .kind = EntryKind::kSymlink});
  const auto plan = plan_add({.components = {"web"}}, registry.get(), project);
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::kRefused);
  CHECK(plan.error().location.file == name);
}
