#include <catch2/catch.hpp>

#include "tests/engine/plan/update/updated_project.h"

namespace mlx::test {
namespace {

using Strings = std::vector<std::string>;

struct Needed {
  Strings distributions = {};
  std::map<std::string, Strings> groups = {};
  std::vector<EnvironmentVariable> environment = {};
  std::string text = "import fastapi\n";
};

TestComponent api(const std::string& version, const Needed& needed) {
  return {.name = "api",
          .version = version,
          .files = {{.target = "src/api.py", .text = needed.text}},
          .modules = {"src.api"},
          .distributions = needed.distributions,
          .groups = needed.groups,
          .environment = needed.environment};
}

Files project_of(const Needed& old,
                 Files start = {{"pyproject.toml", "[project]\nname = \"shop\"\ndependencies = []\n"}}) {
  return project_with({"api"}, TestRegistry({api("1.0.0", old)}), std::move(start));
}

ChangePlan update(const Files& project, const Needed& old, const Needed& now) {
  return update_for(project, TestRegistry({api("1.0.0", old), api("1.1.0", now)}));
}

}  // namespace

TEST_CASE("an update brings dependencies along", "[update]") {
  const Needed old{.distributions = {"fastapi>=0.110", "redis>=5"}, .groups = {{"dev", {"pytest>=8"}}}};
  const Needed now{.distributions = {"fastapi>=0.115,<1", "httpx>=0.27"},
                   .groups = {{"dev", {"pytest>=8.2"}}}};
  SECTION("in pyproject.toml") {
    Files project = project_of(old);
    const ChangePlan plan = update(project, old, now);
    CHECK(text_after(plan, "pyproject.toml") ==
          "[project]\nname = \"shop\"\ndependencies = [\n    \"fastapi>=0.115,<1\",\n    "
          "\"httpx>=0.27\",\n]\n\n"
          "[dependency-groups]\ndev = [\n    \"pytest>=8.2\",\n]\n\n"
          "[tool.pytest.ini_options]\npythonpath = [\".\"]\n");
    CHECK(plan.update.distributions ==
          std::vector<ReplacedLine>{{.from = "fastapi>=0.110", .to = "fastapi>=0.115,<1", .component = "api"},
                                    {.from = "pytest>=8", .to = "pytest>=8.2", .component = "api"}});
    CHECK(plan.removal.distributions.size() == 1);
    CHECK(plan.distributions.size() == 1);
    const LockedComponent locked = lock_of(plan).components.at("api");
    CHECK(locked.distributions == Strings{"fastapi>=0.115,<1", "dev: pytest>=8.2", "httpx>=0.27"});
    SECTION("so that it can be removed as a whole") {
      const Files after = applied(project, plan);
      const ChangePlan removal =
          removal_for(after, TestRegistry({api("1.1.0", now)}), {.components = {"api"}});
      CHECK(applied(after, removal) ==
            Files{{"pyproject.toml", "[project]\nname = \"shop\"\ndependencies = []\n"}});
    }
  }
  SECTION("in requirements.txt, with what stands behind them") {
    Files project = project_of(old, {{"requirements.txt", "numpy==2.0\n"}});
    REQUIRE(project.at("requirements.txt") == "fastapi>=0.110\nnumpy==2.0\npytest>=8\nredis>=5\n");
    project["requirements.txt"] = "fastapi>=0.110  # the web\nnumpy==2.0\npytest>=8\nredis>=5\n";
    CHECK(text_after(update(project, old, now), "requirements.txt") ==
          "fastapi>=0.115,<1  # the web\nhttpx>=0.27\nnumpy==2.0\npytest>=8.2\n");
  }
  SECTION("but not over what the user wrote") {
    Files project = project_of(old);
    std::string& text = project["pyproject.toml"];
    text.replace(text.find("fastapi>=0.110"), 14, "fastapi==0.112");
    const ChangePlan plan = update(project, old, now);
    CHECK(text_after(plan, "pyproject.toml").value().contains("fastapi==0.112"));
    CHECK(codes(plan) == Strings{"dependency-excluded"});
  }
  SECTION("and keeps what the user's own code imports") {
    Files project = project_of(old);
    project["src/mine.py"] = "import redis\n";
    const ChangePlan plan = update(project, old, now);
    CHECK(text_after(plan, "pyproject.toml").value().contains("redis>=5"));
    CHECK(codes(plan) == Strings{"dependency-kept"});
  }
  SECTION("and what the component's file still imports as the user changed it") {
    Files project = project_of(old);
    project["src/api.py"] = "import fastapi\n\nimport redis\n";
    const ChangePlan plan = update(project, old, now);
    CHECK(text_after(plan, "pyproject.toml").value().contains("redis>=5"));
  }
}

TEST_CASE("an update brings variables along", "[update]") {
  const Needed old{.environment = {{.name = "API_PORT", .default_value = "8000"},
                                   {.name = "API_OLD", .default_value = "1"}}};
  const Needed now{
      .environment = {{.name = "API_PORT", .default_value = "8080", .description = "Where it listens."},
                      {.name = "API_NEW", .default_value = "2"}}};
  Files project = project_of(old);
  REQUIRE(project.at(".env.example") == "# The api\nAPI_PORT=8000\nAPI_OLD=1\n");
  SECTION("new ones, gone ones, other defaults") {
    const ChangePlan plan = update(project, old, now);
    const std::string text = text_after(plan, ".env.example").value();
    CHECK(text == "# The api\n# Where it listens.\nAPI_PORT=8080\n\n# The api\nAPI_NEW=2\n");
    CHECK(plan.update.environment ==
          std::vector<ChangedVariable>{
              {.name = "API_PORT", .default_before = "8000", .default_after = "8080"}});
    CHECK(plan.removal.environment == Strings{"API_OLD"});
    CHECK(lock_of(plan).components.at("api").environment == Strings{"API_PORT", "API_NEW"});
  }
  SECTION("but not over what the user wrote") {
    project[".env.example"] = "# The api\nAPI_PORT=9000\nAPI_OLD=1\n";
    const ChangePlan plan = update(project, old, now);
    CHECK(text_after(plan, ".env.example").value().starts_with("# The api\nAPI_PORT=9000\n"));
    CHECK(codes(plan) == Strings{"variable-kept"});
  }
  SECTION("and one that the user took out stays out") {
    project[".env.example"] = "# The api\nAPI_OLD=1\n";
    CHECK_FALSE(text_after(update(project, old, now), ".env.example").value().contains("API_PORT"));
  }
}

TEST_CASE("an update brings lines in files of others along", "[update]") {
  const std::string app =
      "from fastapi import FastAPI\n\n\ndef create_app():\n    app = FastAPI()\n    return app\n";
  const std::string new_app =
      "from fastapi import FastAPI\n\n\ndef create_app(title=\"x\"):\n    app = FastAPI(title=title)\n    "
      "return app\n";
  const auto lines = [](const std::string& argument) {
    return "from fastapi import FastAPI\nfrom src.limits import add_limits\n\n\ndef create_app():\n    app = "
           "FastAPI()\n"
           "    add_limits(app" +
           argument + ")\n    return app\n";
  };
  const auto base = [&](const std::string& version, const std::string& text) {
    return TestComponent{.name = "base",
                         .version = version,
                         .files = {{.target = "src/app.py", .text = text}},
                         .modules = {"src.app"}};
  };
  const auto limits = [&](const std::string& version, const std::string& argument) {
    return TestComponent{
        .name = "limits",
        .version = version,
        .files = {{.target = "src/limits.py", .text = "def add_limits(app, n=1):\n    app.n = n\n"},
                  {.target = "src/app.py", .text = lines(argument), .merge = "enhance"}},
        .modules = {"src.limits"},
        .injection_points = {{.name = "application-factory",
                              .file = "src/app.py",
                              .function = "create_app",
                              .location = "before-return"}}};
  };
  const Files project =
      project_with({"base", "limits"}, TestRegistry({base("1.0.0", app), limits("1.0.0", "")}));
  REQUIRE(project.at("src/app.py").contains("    add_limits(app)\n    return app\n"));
  SECTION("when their own component changes them") {
    const ChangePlan plan = update_for(
        project, TestRegistry({base("1.0.0", app), limits("1.0.0", ""), limits("1.1.0", ", n=2")}));
    const std::string text = text_after(plan, "src/app.py").value();
    CHECK(text.contains("    add_limits(app, n=2)\n    return app\n"));
    CHECK_FALSE(text.contains("add_limits(app)\n"));
    CHECK(lock_of(plan).components.at("limits").lines.at("src/app.py").text.contains("n=2"));
  }
  SECTION("when the file that they are in changes") {
    const ChangePlan plan =
        update_for(project, TestRegistry({base("1.0.0", app), base("1.1.0", new_app), limits("1.0.0", "")}));
    CHECK(outcomes(plan) == Strings{"updated src/app.py"});
    CHECK(text_after(plan, "src/app.py")
              .value()
              .contains("    app = FastAPI(title=title)\n    add_limits(app)\n    return app\n"));
  }
  SECTION("when both do") {
    const ChangePlan plan =
        update_for(project, TestRegistry({base("1.0.0", app), base("1.1.0", new_app), limits("1.0.0", ""),
                                          limits("1.1.0", ", n=2")}));
    CHECK(text_after(plan, "src/app.py")
              .value()
              .contains("    app = FastAPI(title=title)\n    add_limits(app, n=2)\n    return app\n"));
  }
  SECTION("but not over what the user made of them") {
    Files changed = project;
    std::string& text = changed["src/app.py"];
    text.replace(text.find("add_limits(app)"), 15, "add_limits(app, n=7)");
    const ChangePlan plan = update_for(
        changed, TestRegistry({base("1.0.0", app), limits("1.0.0", ""), limits("1.1.0", ", n=2")}));
    CHECK(codes(plan) == Strings{"lines-kept"});
    CHECK_FALSE(text_after(plan, "src/app.py"));
  }
  SECTION("and out again when they are gone") {
    TestComponent bare = limits("1.1.0", "");
    bare.files.pop_back();
    bare.injection_points.clear();
    const ChangePlan plan =
        update_for(project, TestRegistry({base("1.0.0", app), limits("1.0.0", ""), bare}));
    CHECK(text_after(plan, "src/app.py") == app);
    CHECK(lock_of(plan).components.at("limits").lines.empty());
  }
}

}  // namespace mlx::test
