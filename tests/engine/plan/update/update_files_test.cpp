#include <catch2/catch.hpp>

#include "tests/engine/plan/update/updated_project.h"

namespace mlx::test {
namespace {

using Strings = std::vector<std::string>;

const std::string kOldApp =
    "\"\"\"The service.\"\"\"\n"
    "\n"
    "from src.api import limits\n"
    "\n"
    "\n"
    "def create_app(title=\"Shop\"):\n"
    "    \"\"\"Makes it.\"\"\"\n"
    "    app = make(title)\n"
    "    app.limit = limits.DEFAULT\n"
    "    return app\n"
    "\n"
    "\n"
    "def health():\n"
    "    return {\"status\": \"ok\"}\n";
const std::string kNewApp =
    "\"\"\"The service.\"\"\"\n"
    "\n"
    "from src.api import limits\n"
    "\n"
    "\n"
    "def create_app(title=\"Shop\"):\n"
    "    \"\"\"Makes it.\"\"\"\n"
    "    app = make(title)\n"
    "    app.limit = limits.DEFAULT\n"
    "    app.timeout = limits.TIMEOUT\n"
    "    return app\n"
    "\n"
    "\n"
    "def health():\n"
    "    return {\"status\": \"ok\", \"version\": 2}\n";

TestComponent api(const std::string& version, std::vector<TestFile> files) {
  return {.name = "api",
          .version = version,
          .files = std::move(files),
          .modules = {"src.api", "src.api.app", "src.api.limits"}};
}

const TestFile kInit{.target = "src/api/__init__.py", .text = ""};

TestRegistry old_registry(std::vector<TestFile> files = {{.target = "src/api/app.py", .text = kOldApp}}) {
  files.push_back(kInit);
  return TestRegistry({api("1.0.0", files)});
}

TestRegistry new_registry(std::vector<TestFile> files,
                          std::vector<TestFile> old_files = {{.target = "src/api/app.py", .text = kOldApp}}) {
  files.push_back(kInit);
  old_files.push_back(kInit);
  return TestRegistry({api("1.0.0", old_files), api("1.1.0", files)});
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

}  // namespace

TEST_CASE("an update replaces what the user did not change", "[update]") {
  const Files project = project_with({"api"}, old_registry());
  const auto registry = new_registry({{.target = "src/api/app.py", .text = kNewApp}});
  const ChangePlan plan = update_for(project, registry);
  CHECK(updates(plan) == Strings{"api 1.0.0 1.1.0"});
  CHECK(outcomes(plan) == Strings{"updated src/api/app.py"});
  CHECK(text_after(plan, "src/api/app.py") == kNewApp);
  CHECK(codes(plan).empty());
  const LockedComponent locked = lock_of(plan).components.at("api");
  CHECK(locked.version == Version{.major = 1, .minor = 1});
  CHECK(locked.files.at("src/api/app.py").base == BlobId::of(kNewApp));
  SECTION("and then there is nothing to do") {
    const ChangePlan again = update_for(applied(project, plan), registry);
    CHECK(again.is_empty());
    CHECK(updates(again).empty());
  }
  SECTION("which is what adding the new version would have given") {
    CHECK(applied(project, plan) == project_with({"api"}, registry));
  }
}

TEST_CASE("an update merges what both sides changed", "[update]") {
  Files project = project_with({"api"}, old_registry());
  project["src/api/app.py"] = replaced(kOldApp, "title=\"Shop\"", "title=\"My shop\"");
  const ChangePlan plan = update_for(project, new_registry({{.target = "src/api/app.py", .text = kNewApp}}));
  CHECK(outcomes(plan) == Strings{"merged src/api/app.py"});
  CHECK(text_after(plan, "src/api/app.py") == replaced(kNewApp, "title=\"Shop\"", "title=\"My shop\""));
  CHECK(lock_of(plan).components.at("api").files.at("src/api/app.py").base == BlobId::of(kNewApp));
}

TEST_CASE("what an update cannot join is a conflict that does not block it", "[update]") {
  Files project = project_with({"api"}, old_registry());
  const std::string ours = replaced(kOldApp, "{\"status\": \"ok\"}", "render_health()");
  project["src/api/app.py"] = ours;
  const auto registry = new_registry({{.target = "src/api/app.py", .text = kNewApp}});
  const ChangePlan plan = update_for(project, registry);
  CHECK_FALSE(plan.is_blocked());
  CHECK(outcomes(plan) == Strings{"conflict src/api/app.py"});
  REQUIRE(plan.update.conflicts.size() == 1);
  const FileConflict& conflict = plan.update.conflicts.front();
  CHECK(conflict.base == kOldApp);
  CHECK(conflict.ours == ours);
  CHECK(conflict.theirs == kNewApp);
  const std::string text = text_after(plan, "src/api/app.py").value();
  CHECK(text.contains("    app.timeout = limits.TIMEOUT\n"));
  CHECK(
      text.contains("<<<<<<< yours\n    return render_health()\n=======\n"
                    "    return {\"status\": \"ok\", \"version\": 2}\n>>>>>>> api 1.1.0\n"));
  SECTION("or, without markers, leaves the user's side") {
    const ChangePlan quiet = update_for(project, registry, {.conflicts = ConflictContent::kOurs});
    const std::string kept = text_after(quiet, "src/api/app.py").value();
    CHECK(kept == replaced(kNewApp, "{\"status\": \"ok\", \"version\": 2}", "render_health()"));
    CHECK(quiet.update.conflicts.size() == 1);
  }
}

TEST_CASE("a file that upstream did not change stays as the user has it", "[update]") {
  Files project =
      project_with({"api"}, old_registry({{.target = "src/api/app.py", .text = kOldApp},
                                          {.target = "src/api/limits.py", .text = "DEFAULT = 1\n"}}));
  project["src/api/limits.py"] = "DEFAULT = 50\n";
  const ChangePlan plan =
      update_for(project, new_registry({{.target = "src/api/app.py", .text = kNewApp},
                                        {.target = "src/api/limits.py", .text = "DEFAULT = 1\n"}},
                                       {{.target = "src/api/app.py", .text = kOldApp},
                                        {.target = "src/api/limits.py", .text = "DEFAULT = 1\n"}}));
  CHECK(outcomes(plan) == Strings{"updated src/api/app.py"});
  CHECK_FALSE(text_after(plan, "src/api/limits.py"));
}

TEST_CASE("files that are new in a component", "[update]") {
  Files project = project_with({"api"}, old_registry());
  const auto registry = new_registry({{.target = "src/api/app.py", .text = kOldApp},
                                      {.target = "src/api/limits.py", .text = "DEFAULT = 1\n"}});
  SECTION("come in") {
    const ChangePlan plan = update_for(project, registry);
    CHECK(outcomes(plan) == Strings{"added src/api/limits.py"});
    CHECK(text_after(plan, "src/api/limits.py") == "DEFAULT = 1\n");
  }
  SECTION("and are taken over if the user has the same") {
    project["src/api/limits.py"] = "DEFAULT = 1\n";
    const ChangePlan plan = update_for(project, registry);
    CHECK(outcomes(plan).empty());
    CHECK(lock_of(plan).components.at("api").files.contains("src/api/limits.py"));
  }
  SECTION("and are a conflict without a base if the user has another one") {
    project["src/api/limits.py"] = "DEFAULT = 9\nMINE = 1\n";
    const ChangePlan plan = update_for(project, registry);
    CHECK(outcomes(plan) == Strings{"conflict src/api/limits.py"});
    CHECK_FALSE(plan.update.conflicts.front().base);
    CHECK(text_after(plan, "src/api/limits.py").value().contains("MINE = 1\n"));
  }
  SECTION("and block the update where a directory is in the way") {
    project["src/api/limits.py/x"] = "";
    const ChangePlan plan = update_for(project, registry);
    CHECK(plan.is_blocked());
    CHECK(codes(plan) == Strings{"target-unusable"});
  }
}

TEST_CASE("files that are gone from a component", "[update]") {
  const std::vector<TestFile> both = {{.target = "src/api/app.py", .text = kOldApp},
                                      {.target = "src/api/limits.py", .text = "DEFAULT = 1\n"}};
  Files project = project_with({"api"}, old_registry(both));
  const auto registry = new_registry({{.target = "src/api/app.py", .text = kOldApp}}, both);
  SECTION("go from the project") {
    const ChangePlan plan = update_for(project, registry);
    CHECK(outcomes(plan) == Strings{"removed src/api/limits.py"});
    CHECK_FALSE(applied(project, plan).contains("src/api/limits.py"));
  }
  SECTION("stay if the user changed them, and are his") {
    project["src/api/limits.py"] = "DEFAULT = 2\n";
    const ChangePlan plan = update_for(project, registry);
    CHECK(outcomes(plan) == Strings{"kept src/api/limits.py"});
    CHECK(codes(plan) == Strings{"file-kept"});
    CHECK(applied(project, plan).at("src/api/limits.py") == "DEFAULT = 2\n");
    CHECK_FALSE(lock_of(plan).components.at("api").files.contains("src/api/limits.py"));
  }
  SECTION("are no loss if the user deleted them") {
    project.erase("src/api/limits.py");
    const ChangePlan plan = update_for(project, registry);
    CHECK(outcomes(plan).empty());
    CHECK_FALSE(lock_of(plan).components.at("api").files.contains("src/api/limits.py"));
  }
}

TEST_CASE("a file that the user deleted stays deleted", "[update]") {
  Files project = project_with({"api"}, old_registry());
  project.erase("src/api/app.py");
  const auto registry = new_registry({{.target = "src/api/app.py", .text = kNewApp}});
  const ChangePlan plan = update_for(project, registry);
  CHECK(outcomes(plan).empty());
  CHECK(codes(plan) == Strings{"deletion-kept"});
  CHECK_FALSE(text_after(plan, "src/api/app.py"));
  CHECK(lock_of(plan).components.at("api").files.at("src/api/app.py").base == BlobId::of(kNewApp));
}

TEST_CASE("a file that the component moved takes the user's changes along", "[update]") {
  Files project = project_with({"api"}, old_registry());
  const auto registry = new_registry({{.target = "src/api/factory.py", .text = kNewApp}});
  SECTION("if there are any") {
    project["src/api/app.py"] = replaced(kOldApp, "title=\"Shop\"", "title=\"My shop\"");
    const ChangePlan plan = update_for(project, registry);
    CHECK(outcomes(plan) == Strings{"merged src/api/factory.py"});
    CHECK(plan.update.components.front().files.front().moved_from == "src/api/app.py");
    const Files after = applied(project, plan);
    CHECK_FALSE(after.contains("src/api/app.py"));
    CHECK(after.at("src/api/factory.py") == replaced(kNewApp, "title=\"Shop\"", "title=\"My shop\""));
    CHECK(lock_of(plan).components.at("api").files.contains("src/api/factory.py"));
  }
  SECTION("and moves without any") {
    const Files after = applied(project, update_for(project, registry));
    CHECK_FALSE(after.contains("src/api/app.py"));
    CHECK(after.at("src/api/factory.py") == kNewApp);
  }
  SECTION("but stays where the user's own file is in its new place") {
    project["src/api/factory.py"] = "MINE = 1\n";
    const ChangePlan plan = update_for(project, registry);
    const Files after = applied(project, plan);
    CHECK(after.at("src/api/factory.py") == "MINE = 1\n");
    CHECK(after.at("src/api/app.py") == kNewApp);
  }
}

TEST_CASE("a file that the user moved is updated where it is", "[update]") {
  Files project = project_with({"api"}, old_registry());
  auto file = project.extract("src/api/app.py");
  file.key() = "src/web/app.py";
  const std::string changed = replaced(kOldApp, "title=\"Shop\"", "title=\"My shop\"");
  file.mapped() = changed;
  project.insert(std::move(file));
  const auto registry = new_registry(
      {{.target = "src/api/app.py", .text = kNewApp},
       {.target = "src/api/run.py", .text = "import src.api.app\n\nsrc.api.app.create_app()\n"}});
  const ChangePlan plan = update_for(project, registry);
  CHECK(outcomes(plan) == Strings{"added src/api/run.py", "merged src/web/app.py"});
  CHECK(text_after(plan, "src/web/app.py") == replaced(kNewApp, "title=\"Shop\"", "title=\"My shop\""));
  CHECK_FALSE(text_after(plan, "src/api/app.py"));
  // What is new imports it from where it is.
  CHECK(text_after(plan, "src/api/run.py") == "import src.web.app\n\nsrc.web.app.create_app()\n");
  CHECK(lock_of(plan).components.at("api").files.contains("src/web/app.py"));
}

TEST_CASE("a file of few lines that the user deleted is not taken for any other like it", "[update]") {
  Files project = project_with({"api"}, old_registry());
  project.erase("src/api/__init__.py");
  project["src/other/__init__.py"] = "";
  const auto registry = new_registry({{.target = "src/api/app.py", .text = kOldApp},
                                      {.target = "src/api/run.py", .text = "import src.api\n"}});
  const ChangePlan plan = update_for(project, registry);
  CHECK(text_after(plan, "src/api/run.py") == "import src.api\n");
  CHECK_FALSE(lock_of(plan).components.at("api").files.contains("src/other/__init__.py"));
}

TEST_CASE("of two files that were alike and are gone, one is found where the user moved it", "[update]") {
  const std::vector<TestFile> twins = {{.target = "src/api/app.py", .text = kOldApp},
                                       {.target = "src/api/other.py", .text = kOldApp}};
  Files project = project_with({"api"}, old_registry(twins));
  auto file = project.extract("src/api/app.py");
  file.key() = "src/web/app.py";
  project.insert(std::move(file));
  project.erase("src/api/other.py");
  const ChangePlan plan = update_for(project, new_registry({{.target = "src/api/app.py", .text = kNewApp},
                                                            {.target = "src/api/other.py", .text = kNewApp}},
                                                           twins));
  CHECK(outcomes(plan) == Strings{"updated src/web/app.py"});
  CHECK(codes(plan) == Strings{"deletion-kept"});
}

TEST_CASE("the pristine base of a file", "[update]") {
  Files project = project_with({"api"}, old_registry());
  const std::string changed = replaced(kOldApp, "title=\"Shop\"", "title=\"My shop\"");
  project["src/api/app.py"] = changed;
  // It has 1.1.0 alone.
  const TestRegistry forgetful({api("1.1.0", {{.target = "src/api/app.py", .text = kNewApp}, kInit})});
  SECTION("comes from the project's history if the registry lost it") {
    MemoryBlobs history;
    history.keep(kOldApp);
    const ChangePlan plan = update_for(project, forgetful, {}, &history);
    CHECK(text_after(plan, "src/api/app.py") == replaced(kNewApp, "title=\"Shop\"", "title=\"My shop\""));
    CHECK_FALSE(plan.update.components.front().upstream);
  }
  SECTION("if nobody has it, the user's side is kept, and it is said") {
    const ChangePlan plan = update_for(project, forgetful);
    CHECK(codes(plan) == Strings{"base-missing"});
    CHECK(outcomes(plan) == Strings{"kept src/api/app.py"});
    CHECK_FALSE(text_after(plan, "src/api/app.py"));
    CHECK(lock_of(plan).components.at("api").version == Version{.major = 1, .minor = 1});
  }
  SECTION("an unchanged file needs no base but its name") {
    project["src/api/app.py"] = kOldApp;
    const ChangePlan plan = update_for(project, forgetful);
    CHECK(text_after(plan, "src/api/app.py") == kNewApp);
    CHECK(codes(plan).empty());
  }
  SECTION("a lock that was edited by hand is not believed") {
    Files edited = project;
    Lock lock = read_lock(edited.at("mlx.lock")).value();
    lock.components.at("api").files.at("src/api/app.py").base = BlobId::of("something else\n");
    edited["mlx.lock"] = write_lock(lock);
    const ChangePlan plan = update_for(edited, new_registry({{.target = "src/api/app.py", .text = kNewApp}}));
    CHECK(codes(plan) == Strings{"base-missing"});
    CHECK_FALSE(text_after(plan, "src/api/app.py"));
  }
}

TEST_CASE("a project under another import root is updated in its own names", "[update]") {
  const Files start = {{"pyproject.toml", "[project]\nname = \"shop\"\n"},
                       {"mlx.toml", "source-root = \"shop\"\nimport-root = \"shop\"\n"}};
  const std::string old_text = "from src.api import limits\n\nA = limits.A\nB = 1\nC = 1\n";
  const std::string new_text = "from src.api import limits, app\n\nA = limits.A\nB = 1\nC = app.C\n";
  Files project =
      project_with({"api"}, old_registry({{.target = "src/api/run.py", .text = old_text}}), start);
  REQUIRE(project.at("shop/api/run.py") == "from shop.api import limits\n\nA = limits.A\nB = 1\nC = 1\n");
  const auto registry = new_registry({{.target = "src/api/run.py", .text = new_text}},
                                     {{.target = "src/api/run.py", .text = old_text}});
  SECTION("as it was") {
    project["shop/api/run.py"] = "from shop.api import limits\n\nA = limits.A\nMINE = 1\nB = 1\nC = 1\n";
    CHECK(text_after(update_for(project, registry), "shop/api/run.py") ==
          "from shop.api import limits, app\n\nA = limits.A\nMINE = 1\nB = 1\nC = app.C\n");
  }
  SECTION("also after it moved") {
    Files moved;
    for (const auto& [path, text] : project) {
      moved[path.starts_with("shop/") ? "store/" + path.substr(5) : path] = text;
    }
    moved["mlx.toml"] = "source-root = \"store\"\nimport-root = \"store\"\n";
    moved["store/api/run.py"] = "from store.api import limits\n\nA = limits.A\nMINE = 1\nB = 1\nC = 1\n";
    const ChangePlan plan = update_for(moved, registry);
    CHECK(text_after(plan, "store/api/run.py") ==
          "from store.api import limits, app\n\nA = limits.A\nMINE = 1\nB = 1\nC = app.C\n");
    CHECK_FALSE(applied(moved, plan).contains("shop/api/run.py"));
  }
}

TEST_CASE("binary files and files that are replaced whole are never merged", "[update]") {
  const std::string old_bytes("\x01\0\x02", 3);
  const std::string new_bytes("\x01\0\x03", 3);
  const std::string my_bytes("\x01\0\x04", 3);
  Files project = project_with({"api"}, old_registry({{.target = "data/model.bin", .text = old_bytes}}));
  const auto registry = new_registry({{.target = "data/model.bin", .text = new_bytes}},
                                     {{.target = "data/model.bin", .text = old_bytes}});
  SECTION("an unchanged one is replaced") {
    CHECK(text_after(update_for(project, registry), "data/model.bin") == new_bytes);
  }
  SECTION("a changed one stays, as a conflict without markers") {
    project["data/model.bin"] = my_bytes;
    const ChangePlan plan = update_for(project, registry);
    CHECK_FALSE(text_after(plan, "data/model.bin"));
    REQUIRE(plan.update.conflicts.size() == 1);
    CHECK(plan.update.conflicts.front().is_binary);
    CHECK(plan.update.conflicts.front().theirs == new_bytes);
  }
  SECTION("a file to be replaced is one conflict as a whole") {
    const TestFile old_file{.target = "conf/x.txt", .text = "a\nb\n", .kind = "config", .merge = "replace"};
    const TestFile new_file{
        .target = "conf/x.txt", .text = "a\nb\nc\n", .kind = "config", .merge = "replace"};
    Files other = project_with({"api"}, old_registry({old_file}));
    other["conf/x.txt"] = "mine\na\nb\n";
    const ChangePlan plan = update_for(other, new_registry({new_file}, {old_file}));
    CHECK(text_after(plan, "conf/x.txt") ==
          "<<<<<<< yours\nmine\na\nb\n=======\na\nb\nc\n>>>>>>> api 1.1.0\n");
  }
}

TEST_CASE("imports that an update leaves without what they name are told", "[update]") {
  const std::string helper = "def first():\n    return 1\n\n\ndef second():\n    return 2\n";
  const std::vector<TestFile> old_files = {
      {.target = "src/api/app.py", .text = kOldApp},
      {.target = "src/api/helper.py", .text = helper},
      {.target = "src/api/limits.py", .text = "DEFAULT = 1\nTIMEOUT = 2\n"}};
  Files project = project_with({"api"}, old_registry(old_files));
  const auto messages = [](const ChangePlan& plan) {
    Strings found;
    for (const Finding& finding : plan.findings) {
      if (finding.code == "import-broken") found.push_back(to_string(finding.evidence.front()));
    }
    return found;
  };
  SECTION("in what is new, of what the user renamed") {
    project["src/api/helper.py"] = replaced(helper, "def first()", "def premier()");
    std::vector<TestFile> files = old_files;
    files.push_back({.target = "src/api/run.py",
                     .text =
                         "from src.api.helper import first, second\nfrom .helper import first as f\n"
                         "from . import helper, limits\nimport src.api.limits\nfrom src.other import x\n"});
    const ChangePlan plan = update_for(project, new_registry(files, old_files));
    CHECK(messages(plan) == Strings{"src/api/run.py:1", "src/api/run.py:2", "src/api/run.py:5"});
  }
  SECTION("in the user's own code, of what is gone upstream") {
    project["src/own.py"] =
        "import os\n\nfrom src.api.helper import second\nfrom src.api import helper as h, gone\n";
    std::vector<TestFile> files = {
        old_files[0],
        old_files[2],
        {.target = "src/api/tools.py", .text = replaced(helper, "return 1", "return 10")}};
    const ChangePlan plan = update_for(project, new_registry(files, old_files));
    // `gone` was gone before.
    CHECK(messages(plan) == Strings{"src/own.py:3", "src/own.py:4"});
  }
  SECTION("but not of what lies above the source root") {
    Files nested = project_with({"api"}, old_registry(old_files),
                                {{"pyproject.toml", "[project]\nname = \"shop\"\n"},
                                 {"mlx.toml", "source-root = \"acme/shop\"\nimport-root = \"acme.shop\"\n"}});
    nested["acme/shop/own.py"] =
        "from .. import settings\nfrom ..other import x\nfrom .api.helper import second\n";
    const std::vector<TestFile> files = {old_files[0], old_files[2]};
    const ChangePlan plan = update_for(nested, new_registry(files, old_files));
    CHECK(messages(plan) == Strings{"acme/shop/own.py:3"});
  }
  SECTION("but not where that cannot be told, or is survived") {
    project["src/api/helper.py"] = "from src.api.limits import *\n";
    std::vector<TestFile> files = old_files;
    files.push_back({.target = "src/api/run.py",
                     .text =
                         "from src.api.helper import anything\ntry:\n    from src.api import nothing\nexcept "
                         "ImportError:\n    nothing = None\n"});
    CHECK(messages(update_for(project, new_registry(files, old_files))).empty());
  }
}

}  // namespace mlx::test
